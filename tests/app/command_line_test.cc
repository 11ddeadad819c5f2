#include "app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace touchline::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  ExitCode code;
  std::string out;
  std::string err;
};

// A FILE that ends as a string.
class Memory {
 public:
  Memory() : file_(open_memstream(&data_, &size_)) {}
  ~Memory() { std::free(data_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  std::FILE* file() { return file_; }
  std::string Take() {
    std::fclose(file_);
    return {data_, size_};
  }

 private:
  char* data_ = nullptr;
  size_t size_ = 0;
  std::FILE* file_;
};

Outcome RunProgram(std::vector<std::string> arguments) {
  Memory out;
  Memory err;
  const ExitCode code =
      RunCommandLine(std::move(arguments), {.out = out.file(), .err = err.file()});
  return {code, out.Take(), err.Take()};
}

TEST(CommandLineTest, RefusesUsageMistakesWith2AndLeavesStdoutEmpty) {
  const std::vector<std::vector<std::string>> mistakes = {
      {}, {"chekc"}, {"check", "--confg", "x"}, {"version", "extra"}, {"--set", "a=b"}};
  for (const auto& arguments : mistakes) {
    const Outcome outcome = RunProgram(arguments);
    EXPECT_EQ(outcome.code, ExitCode::kUsage);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, HasSubstr("Try 'touchline --help'."));
  }
}

TEST(CommandLineTest, PrintsHelpOnStdoutForItselfAndForEachCommand) {
  const Outcome all = RunProgram({"--help"});
  EXPECT_EQ(all.code, ExitCode::kOk);
  EXPECT_THAT(all.out, HasSubstr("check"));
  const Outcome one = RunProgram({"check", "--help"});
  EXPECT_EQ(one.code, ExitCode::kOk);
  EXPECT_THAT(one.out, HasSubstr("--set"));
  EXPECT_THAT(one.out, HasSubstr("78 configuration"));
}

TEST(CheckCommandTest, SummarisesTheShippedConfiguration) {
  const Outcome outcome = RunProgram({"check", "--config", "config/touchline.yaml"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, HasSubstr("topic     support.calls (live, namespace default"));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST(CheckCommandTest, PrintsMistakesOnStderrAndExitsWith78) {
  const Outcome outcome = RunProgram({"check", "-c", "config/touchline.yaml", "--set", "workers=x",
                               "--set", "shard.index=1"});
  EXPECT_EQ(outcome.code, ExitCode::kConfiguration);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("--set workers=x: workers: is 'x'"));
  EXPECT_THAT(outcome.err, HasSubstr("--set shard.index=1: shard.index"));
  EXPECT_THAT(outcome.err, HasSubstr("2 mistakes"));
}

TEST(VersionCommandTest, NamesEveryLibraryWithAVersion) {
  const Outcome outcome = RunProgram({"version"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  for (const char* name : {"touchline", "state format", "compiler", "librdkafka", "rocksdb",
                           "simdjson", "prometheus-cpp", "yaml-cpp"}) {
    EXPECT_THAT(outcome.out, ::testing::ContainsRegex(std::string(name) + " +[0-9A-Z]")) << name;
  }
}

}  // namespace
}  // namespace touchline::app
