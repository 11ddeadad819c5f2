#include "app/command_line.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <functional>

namespace touchline::app {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 ok, 1 run-time, 2 usage, 69 broker unavailable, 74 state unreadable, "
    "78 configuration.";

// Declares the options of every sub-command and remembers what the chosen one runs.
class CommandLine {
 public:
  explicit CommandLine(const Console& console) : console_(console) {
    app_.name("touchline");
    app_.description("Live service and journey numbers from contact-centre events.");
    app_.footer(kExitCodes);
    app_.require_subcommand(1);
    AddCheck();
    AddVersion();
  }

  ExitCode Run(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      return Help();
    } catch (const CLI::ParseError& e) {
      fmt::print(console_.err, "touchline: {}\nTry 'touchline --help'.\n", e.what());
      return ExitCode::kUsage;
    }
    return run_();
  }

 private:
  CLI::App* Add(const std::string& name, const std::string& description,
                std::function<ExitCode()> run) {
    CLI::App* command = app_.add_subcommand(name, description);
    command->footer(kExitCodes);
    command->callback([this, run = std::move(run)] { run_ = run; });
    return command;
  }

  void AddConfigOptions(CLI::App* command) {
    command->add_option("-c,--config", config_.file,
                        "The YAML file; else ./touchline.yaml, else /etc/touchline/touchline.yaml")
        ->type_name("FILE");
    command
        ->add_option("--set", config_.overrides,
                     "Overrides one key, such as workers=2 or topics[0].mode=recorded; may repeat")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
  }

  void AddCheck() {
    CLI::App* command =
        Add("check", "Checks the configuration: prints every mistake with its place, or a summary.",
            [this] { return RunCheck(config_, console_); });
    AddConfigOptions(command);
  }

  void AddVersion() {
    Add("version", "Prints the versions of the program, its libraries and its state format.",
        [this] { return RunVersion(console_); });
  }

  ExitCode Help() {
    const auto chosen = app_.get_subcommands();
    fmt::print(console_.out, "{}", chosen.empty() ? app_.help() : chosen[0]->help());
    return ExitCode::kOk;
  }

  Console console_;
  CLI::App app_;
  ConfigOptions config_;
  std::function<ExitCode()> run_;
};

}  // namespace

ExitCode RunCommandLine(std::vector<std::string> arguments, const Console& console) {
  return CommandLine(console).Run(std::move(arguments));
}

}  // namespace touchline::app
