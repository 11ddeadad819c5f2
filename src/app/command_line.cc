#include "app/command_line.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <functional>

#include "adapters/system_clock.h"
#include "app/command_calendar.h"
#include "app/command_explain.h"
#include "app/command_import.h"
#include "app/command_simulate.h"
#include "app/command_state.h"
#include "app/processor/command_run.h"
#include "app/simulate_flags.h"

namespace touchline::app {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 ok, 1 run-time, 2 usage, 69 broker unavailable, 74 state unreadable, "
    "78 configuration.";

// Declares the options of every sub-command and remembers what the chosen one runs.
class CommandLine {
 public:
  explicit CommandLine(const Console& console) : console_(console), log_(&clock_, console.err) {
    app_.name("touchline");
    app_.description("Live service and journey numbers from contact-centre events.");
    app_.footer(kExitCodes);
    app_.require_subcommand(1);
    AddRun();
    AddDemo();
    AddSimulate();
    AddImport();
    AddCheck();
    AddCalendar();
    AddExplain();
    AddState();
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

  void AddRun() {
    CLI::App* command =
        Add("run", "Processes the configured topics until SIGTERM or SIGINT; a second one forces.",
            [this] { return RunRun(config_, console_, clock_, &log_); });
    AddConfigOptions(command);
  }

  void AddDemo() {
    CLI::App* command =
        Add("demo", "Runs an embedded broker, a simulated contact centre and the processor.",
            [this] {
              demo_.run_for = Duration::Seconds(demo_seconds_);
              return RunDemo(demo_, console_, clock_, &log_);
            });
    command->add_option("--listen", demo_.listen, "Serve HTTP here; port 0 is any free one")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    command->add_option("--seed", demo_.seed, "Another seed is another story")
        ->capture_default_str();
    command
        ->add_option("--contacts-per-hour", demo_.contacts_per_hour, "How busy the centre is")
        ->check(CLI::Range(1.0, 1e6))
        ->capture_default_str();
    command
        ->add_option("--seconds", demo_seconds_, "End after so long; 0: when a signal comes")
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 31))
        ->capture_default_str();
  }

  void AddOutputOptions(CLI::App* command, OutputOptions* output) {
    command
        ->add_option("-o,--output", output->file,
                     "Write lines of JSON to this file, or to stdout (-), in place of Kafka")
        ->type_name("FILE");
    command->add_option("-c,--config", output->config, "Take Kafka's settings from this YAML file")
        ->type_name("FILE");
    command
        ->add_option("--bootstrap", output->bootstrap,
                     "Brokers; else the configuration's, else 127.0.0.1:9092")
        ->type_name("HOST:PORT,...");
    command
        ->add_option("--create-topics", output->create_topics,
                     "Create topics that are missing, with so many partitions")
        ->type_name("N")
        ->check(CLI::Range(1, 1024).description(""));
  }

  void AddSimulate() {
    CLI::App* command = Add(
        "simulate", "Sends the events of a simulated contact centre to Kafka or to a file.",
        [this] { return RunSimulate(simulate_, console_, clock_, &log_); });
    AddOutputOptions(command, &simulate_.output);
    AddSimulateFlags(command, &simulate_);
  }

  void AddImport() {
    CLI::App* command =
        Add("import", "Sends the rows of exported CSV files, as events, to a recorded topic.",
            [this] { return RunImport(import_, console_, &log_); });
    command->add_option("files", import_.files, "CSV files with a header line; may be gzipped")
        ->type_name("FILE.csv[.gz]")
        ->required();
    command
        ->add_option("-m,--mapping", import_.mapping,
                     "How rows become events; config/import/ has examples")
        ->type_name("FILE")
        ->required();
    command->add_flag("--strict", import_.strict, "Send nothing when any row is bad");
    command->add_flag("--not-final", import_.no_final,
                      "More of this source will follow: send no final heartbeat");
    AddOutputOptions(command, &import_.output);
  }

  void AddCheck() {
    CLI::App* command =
        Add("check", "Checks the configuration: prints every mistake with its place, or a summary.",
            [this] { return RunCheck(config_, console_); });
    AddConfigOptions(command);
  }

  void AddCalendar() {
    CLI::App* command = Add(
        "calendar",
        "Says how much of a stretch of time a business calendar is open, or when so much is over.",
        [this] {
          calendar_.config = config_;
          return RunCalendar(calendar_, console_);
        });
    command->add_option("name", calendar_.name, "One of the configuration's 'calendars'")
        ->type_name("NAME")
        ->required();
    const auto time_option = [&](const char* flag, std::string* text, const char* help) {
      command->add_option(flag, *text, help)->type_name("TIME");
    };
    time_option("--from", &calendar_.from,
                "With --to: the open time between. TIME is local, 2026-12-24T16:00 or 2026-12-24, "
                "or an instant, 2026-12-24T15:00:00Z");
    time_option("--to", &calendar_.to, "See --from");
    command->add_flag("--list", calendar_.list, "With --from and --to: also when it is open");
    time_option("--after", &calendar_.after, "With --open or --working-days: when that is due");
    command
        ->add_option("--open", calendar_.open, "So much open time after --after, such as 90m or 4h")
        ->type_name("DURATION");
    command
        ->add_option("--working-days", calendar_.working_days,
                     "The same local time so many open dates after --after")
        ->type_name("N")
        ->check(CLI::Range(0, 100'000).description(""));
    AddConfigOptions(command);
  }

  void AddExplain() {
    CLI::App* command = Add(
        "explain",
        "Says what a metric means, or what one interaction's numbers are the sum of.",
        [this] {
          explain_.config = config_;
          return RunExplain(explain_, console_);
        });
    command
        ->add_option("what", explain_.what,
                     "A metric, with or without touchline_ and _total; or the word 'interaction'")
        ->type_name("METRIC|interaction")
        ->required();
    command->add_option("id", explain_.id, "The interaction's id")->type_name("ID");
    const auto text_option = [command](const char* flag, std::string* text, const char* type,
                                       const char* help) {
      command->add_option(flag, *text, help)->type_name(type);
    };
    text_option("--kind", &explain_.kind, "KIND", "call, chat or ticket, where the id is several");
    text_option("--namespace", &explain_.name_space, "NAME", "The same, by the topic's namespace");
    text_option("--topic", &explain_.topic, "NAME", "The same, by topic");
    text_option("--partner", &explain_.partner, "NAME",
                "Who must hold the interaction; a filter, no authentication");
    command->add_flag("--json", explain_.json, "JSON (docs/api.md) in place of tables");
    text_option("--url", &explain_.url, "http://HOST:PORT",
                "The running instance to ask; else the configuration's http.listen");
    text_option("--state", &explain_.state, "FOLDER",
                "Read this state folder instead, which no process may have open; its namespaces "
                "are those of the configuration");
    AddConfigOptions(command);
  }

  void AddState() {
    CLI::App* command =
        Add("state", "Shows what a state folder holds; no other process may have it open.",
            [this] { return RunState(state_, console_); });
    command
        ->add_option("--folder", state_.folder, "The folder; else the configuration's state.folder")
        ->type_name("FOLDER");
    command->add_flag("--verify", state_.verify, "Read every file and check its checksums");
    command->add_option("-c,--config", state_.config.file, "The YAML file, as for check")
        ->type_name("FILE");
  }

  void AddVersion() {
    Add("version", "Prints the versions of the program, its libraries and its state format.",
        [this] { return RunVersion(console_); });
  }

  ExitCode Help() {
    const auto chosen = app_.get_subcommands();
    fmt::print(console_.out, "{}",
               chosen.empty() ? app_.help() : chosen[0]->help(app_.get_name()));
    return ExitCode::kOk;
  }

  Console console_;
  adapters::SystemClock clock_;
  Logger log_;
  CLI::App app_;
  ConfigOptions config_;
  DemoOptions demo_;
  int64_t demo_seconds_ = 0;
  SimulateOptions simulate_;
  CalendarOptions calendar_;
  ExplainOptions explain_;
  StateOptions state_;
  ImportOptions import_;
  std::function<ExitCode()> run_;
};

}  // namespace

ExitCode RunCommandLine(std::vector<std::string> arguments, const Console& console) {
  return CommandLine(console).Run(std::move(arguments));
}

}  // namespace touchline::app
