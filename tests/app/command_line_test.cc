#include "app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "adapters/rocksdb/rocks_store.h"
#include "pipeline/keys.h"
#include "pipeline/watermark.h"
#include "tests/app/run_program.h"
#include "tests/support/temporary_folder.h"

namespace touchline::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

TEST(CheckCommandTest, AcceptsEveryShippedConfiguration) {
  for (const char* file : {"config/simulated.yaml", "config/recorded.yaml"}) {
    EXPECT_EQ(RunProgram({"check", "--config", file}).code, ExitCode::kOk) << file;
  }
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

TEST(CommandLineTest, NamesTheProgramInTheUsageOfASubCommand) {
  EXPECT_THAT(RunProgram({"simulate", "--help"}).out, HasSubstr("touchline simulate [OPTIONS]"));
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(SimulateCommandTest, TellsTheSameStoryForTheSameSeed) {
  const Outcome first = RunProgram({"simulate", "-o", "-", "--limit", "500", "--seed", "7"});
  EXPECT_EQ(first.code, ExitCode::kOk);
  EXPECT_EQ(std::count(first.out.begin(), first.out.end(), '\n'), 500);
  EXPECT_EQ(RunProgram({"simulate", "-o", "-", "--limit", "500", "--seed", "7"}).out, first.out);
  EXPECT_NE(RunProgram({"simulate", "-o", "-", "--limit", "500", "--seed", "8"}).out, first.out);
}

TEST(SimulateCommandTest, BeginsAtTheInstantGivenAndTakesItsTopicsPrefix) {
  const std::string line = FirstLine(RunProgram({"simulate", "-o", "-", "--limit", "1", "--start",
                                                 "2025-03-03T10:00:00Z", "--topic-prefix", "x."})
                                         .out);
  EXPECT_THAT(line, HasSubstr("\"time\":\"2025-03-03T10:"));
  EXPECT_THAT(line, HasSubstr("{\"topic\":\"x."));
}

TEST(SimulateCommandTest, LetsASingleKnobChangeOneOfTheRoughOnes) {
  const std::vector<std::string> rough = {"simulate", "-o", "-", "--limit", "20000", "--rough"};
  EXPECT_TRUE(RunProgram(rough).out.find("\"value_base64\"") != std::string::npos);
  std::vector<std::string> calm = rough;
  calm.insert(calm.end(), {"--poison", "0", "--unknown-types", "0", "--heartbeat-every", "1m"});
  const std::string out = RunProgram(calm).out;
  EXPECT_TRUE(out.find("\"value_base64\"") == std::string::npos);
  EXPECT_TRUE(out.find("\"partitions\":\"all\"") != std::string::npos);
}

TEST(SimulateCommandTest, RefusesValuesOutOfRangeWith2) {
  const std::vector<std::vector<std::string>> mistakes = {
      {"simulate", "-o", "-", "--duration", "8"},
      {"simulate", "-o", "-", "--start", "today"},
      {"simulate", "-o", "-", "--poison", "1.5"},
      {"simulate", "-o", "-", "--queues", "0"},
      {"simulate", "-o", "-", "--rate", "5", "--full-speed"}};
  for (const auto& arguments : mistakes) {
    const Outcome outcome = RunProgram(arguments);
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << arguments[3];
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, ::testing::Not(IsEmpty()));
  }
}

TEST(SimulateCommandTest, SaysWhyAFileCannotBeWritten) {
  const Outcome outcome = RunProgram({"simulate", "-o", "no/such/folder/x", "--limit", "1"});
  EXPECT_EQ(outcome.code, ExitCode::kRuntime);
  EXPECT_THAT(outcome.err, HasSubstr("no/such/folder/x cannot be written"));
}

class ImportCommandTest : public ::testing::Test {
 protected:
  ImportCommandTest() {
    Write(mapping_,
          "source: urn:t\ntopic: support.tickets\nsubject: [case]\ntime: {column: at}\n"
          "opening: {type: ticket.created, data: {queue: {column: q}}}\n");
    Write(csv_, "case,at,q\n1,2026-01-05T08:00:00Z,a\n2,2026-01-05T07:00:00Z,b\n3,never,c\n");
  }
  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  const test::TemporaryFolder folder_;
  const std::string mapping_ = folder_.path() + "/mapping.yaml";
  const std::string csv_ = folder_.path() + "/rows.csv";
};

TEST_F(ImportCommandTest, WritesEventsByTimeAndThenAFinalHeartbeat) {
  const Outcome outcome = RunProgram({"import", "-m", mapping_, "-o", "-", csv_});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(outcome.out,
            "{\"topic\":\"support.tickets\",\"key\":\"2\",\"value\":{\"specversion\":\"1.0\","
            "\"type\":\"ticket.created\",\"source\":\"urn:t\","
            "\"id\":\"rows.csv:3.0\",\"time\":\"2026-01-05T07:00:00.000Z\","
            "\"subject\":\"2\",\"sequence\":\"16\",\"data\":{\"queue\":\"b\"}}}\n"
            "{\"topic\":\"support.tickets\",\"key\":\"1\",\"value\":{\"specversion\":\"1.0\","
            "\"type\":\"ticket.created\",\"source\":\"urn:t\","
            "\"id\":\"rows.csv:2.0\",\"time\":\"2026-01-05T08:00:00.000Z\","
            "\"subject\":\"1\",\"sequence\":\"0\",\"data\":{\"queue\":\"a\"}}}\n"
            "{\"topic\":\"support.tickets\",\"partitions\":\"all\",\"value\":{"
            "\"specversion\":\"1.0\",\"type\":\"source.heartbeat\",\"source\":\"urn:t\","
            "\"id\":\"final-1767600000000000000\",\"time\":\"2026-01-05T08:00:00.000Z\","
            "\"data\":{\"complete_until\":\"2026-01-05T08:00:00.000Z\",\"final\":true}}}\n");
  EXPECT_THAT(outcome.err, HasSubstr(csv_ + ":4: column 'at' is 'never'"));
  EXPECT_THAT(outcome.err, HasSubstr("rows=3 used=2 unused=0 unlinked=0 bad=1"));
}

TEST_F(ImportCommandTest, SendsNoHeartbeatWhenMoreIsToFollow) {
  const Outcome outcome = RunProgram({"import", "-m", mapping_, "-o", "-", "--not-final", csv_});
  EXPECT_THAT(outcome.out, ::testing::Not(HasSubstr("heartbeat")));
}

TEST_F(ImportCommandTest, SendsNothingOfABadFileWhenStrict) {
  const Outcome outcome = RunProgram({"import", "-m", mapping_, "-o", "-", "--strict", csv_});
  EXPECT_EQ(outcome.code, ExitCode::kRuntime);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("1 bad rows; with --strict nothing is sent"));
}

TEST_F(ImportCommandTest, ExitsWith78ForAMappingWithMistakes) {
  Write(mapping_, "source: s\ntopik: t\n");
  const Outcome outcome = RunProgram({"import", "-m", mapping_, "-o", "-", csv_});
  EXPECT_EQ(outcome.code, ExitCode::kConfiguration);
  EXPECT_THAT(outcome.err, HasSubstr(mapping_ + ":2:1: topik: is not a known key; did you mean "
                                                "'topic'?"));
}

TEST_F(ImportCommandTest, SaysThatAFileIsMissingOrCutOff) {
  EXPECT_THAT(RunProgram({"import", "-m", mapping_, "-o", "-", "no/such.csv"}).err,
              HasSubstr("no/such.csv cannot be opened"));
  Write(csv_, std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b", 11));
  const Outcome outcome = RunProgram({"import", "-m", mapping_, "-o", "-", csv_});
  EXPECT_EQ(outcome.code, ExitCode::kRuntime);
  EXPECT_THAT(outcome.err, HasSubstr("cannot be read"));
}

class CalendarCommandTest : public ::testing::Test {
 protected:
  CalendarCommandTest() {
    std::ofstream(file_) << "topics: [{name: a, partner: p}]\n"
                            "calendars:\n"
                            "  support:\n"
                            "    time_zone: Europe/Berlin\n"
                            "    hours: {mon-fri: 09:00-17:00}\n"
                            "    holidays: [2024-03-29, 2024-04-01]\n"
                            "  once: {time_zone: UTC, shifts: {2024-01-15: 09:00-10:00}}\n"
                            "  always: {open_24x7: true}\n";
  }
  Outcome Ask(std::vector<std::string> question) {
    std::vector<std::string> arguments = {"calendar", "-c", file_};
    arguments.insert(arguments.end(), question.begin(), question.end());
    return RunProgram(arguments);
  }
  const test::TemporaryFolder folder_;
  const std::string file_ = folder_.path() + "/touchline.yaml";
};

TEST_F(CalendarCommandTest, PrintsTheOpenTimeBetweenTwoLocalTimes) {
  const Outcome outcome =
      Ask({"support", "--from", "2024-03-28 16:00", "--to", "2024-04-02T09:30:00.5"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(outcome.out,
            "from      Thu 2024-03-28 16:00 (2024-03-28T15:00:00.000Z)\n"
            "to        Tue 2024-04-02 09:30:00.500 (2024-04-02T07:30:00.500Z)\n"
            "open      1h 30m 0.5s (5400500 ms)\n");
}

TEST_F(CalendarCommandTest, ListsWhenItIsOpenCutToWhatWasAskedFor) {
  const Outcome outcome =
      Ask({"support", "--from", "2024-03-28T15:00:00Z", "--to", "2024-04-03", "--list"});
  EXPECT_THAT(outcome.out, HasSubstr("open      9h (32400000 ms)\n"
                                     "  Thu 2024-03-28 16:00  to  Thu 2024-03-28 17:00  1h\n"
                                     "  Tue 2024-04-02 09:00  to  Tue 2024-04-02 17:00  8h\n"));
  EXPECT_THAT(Ask({"always", "--from", "2024-01-01", "--to", "2024-01-02", "--list"}).out,
              HasSubstr("  Mon 2024-01-01 00:00  to  Tue 2024-01-02 00:00  24h\n"));
}

TEST_F(CalendarCommandTest, PrintsNoStretchOfARangeWithoutOpenTime) {
  const Outcome outcome =
      Ask({"support", "--from", "2024-03-30", "--to", "2024-03-30", "--list"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_TRUE(outcome.out.ends_with("open      0s (0 ms)\n")) << outcome.out;
}

TEST_F(CalendarCommandTest, PrintsWhenSoMuchOpenTimeIsOver) {
  const Outcome outcome = Ask({"support", "--after", "2024-03-28T16:00", "--open", "90m"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_EQ(outcome.out,
            "after     Thu 2024-03-28 16:00 (2024-03-28T15:00:00.000Z)\n"
            "open      1h 30m\n"
            "due       Tue 2024-04-02 09:30 (2024-04-02T07:30:00.000Z)\n");
}

TEST_F(CalendarCommandTest, PrintsTheLocalTimeSoManyWorkingDaysLater) {
  const Outcome outcome =
      Ask({"support", "--after", "2024-03-28T16:00", "--working-days", "2"});
  EXPECT_THAT(outcome.out, HasSubstr("days      2 working\n"
                                     "due       Wed 2024-04-03 16:00 (2024-04-03T14:00"));
}

TEST_F(CalendarCommandTest, SaysNeverWhereNothingIsLeft) {
  EXPECT_THAT(Ask({"once", "--after", "2024-01-15", "--open", "61m"}).out,
              HasSubstr("due       never\n"));
}

TEST_F(CalendarCommandTest, RefusesWhatIsNotOneQuestionWith2) {
  const std::vector<std::vector<std::string>> mistakes = {
      {"support"},
      {"support", "--from", "2024-01-15"},
      {"support", "--list"},
      {"support", "--after", "2024-01-15"},
      {"support", "--open", "2h"},
      {"support", "--after", "2024-01-15", "--open", "2h", "--working-days", "1"},
      {"support", "--after", "2024-01-15", "--open", "2h", "--list"},
      {"support", "--from", "2024-01-15", "--to", "2024-01-16", "--open", "2h"}};
  for (const auto& question : mistakes) {
    const Outcome outcome = Ask(question);
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << ::testing::PrintToString(question);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, HasSubstr("give --from and --to, or --after with either"));
  }
}

TEST_F(CalendarCommandTest, RefusesWhatIsNoTimeOrLengthWith2AndSaysWhich) {
  const auto error_of = [&](std::vector<std::string> question) {
    const Outcome outcome = Ask(std::move(question));
    EXPECT_EQ(outcome.code, ExitCode::kUsage);
    EXPECT_THAT(outcome.out, IsEmpty());
    return outcome.err;
  };
  EXPECT_THAT(error_of({"support", "--from", "noon", "--to", "2024-01-16"}),
              HasSubstr("--from is 'noon'"));
  EXPECT_THAT(error_of({"support", "--from", "2024-01-16", "--to", "2024-02-30"}),
              HasSubstr("--to is '2024-02-30'"));
  EXPECT_THAT(error_of({"support", "--after", "x", "--open", "2h"}), HasSubstr("--after is 'x'"));
  EXPECT_THAT(error_of({"support", "--after", "2024-01-16", "--open", "2"}),
              HasSubstr("--open is '2'"));
  EXPECT_THAT(error_of({"support", "--after", "2024-01-16", "--open=-2h"}),
              HasSubstr("--open is negative"));
  EXPECT_EQ(Ask({"support", "--after", "2024-01-16", "--working-days=-1"}).code,
            ExitCode::kUsage);
}

TEST_F(CalendarCommandTest, NamesTheNearestCalendarOrAllOfThem) {
  const std::vector<std::string> question = {"--after", "2024-01-15", "--open", "1h"};
  const auto error_of = [&](const char* name) {
    std::vector<std::string> arguments = question;
    arguments.insert(arguments.begin(), name);
    const Outcome outcome = Ask(arguments);
    EXPECT_EQ(outcome.code, ExitCode::kUsage);
    return outcome.err;
  };
  EXPECT_THAT(error_of("suport"), HasSubstr("there is no calendar 'suport'; did you mean "
                                            "'support'?"));
  EXPECT_THAT(error_of("x"), HasSubstr("known are: always, once, support"));
  EXPECT_THAT(RunProgram({"calendar", "-c", "config/touchline.yaml", "x", "--after", "2024-01-15",
                          "--open", "1h"})
                  .err,
              HasSubstr("the configuration has no 'calendars'"));
}

TEST_F(CalendarCommandTest, ExitsWith78ForACalendarThatCanNeverOpen) {
  const Outcome outcome = Ask({"support", "--after", "2024-01-16", "--open", "2h", "--set",
                               "calendars.dead.time_zone=UTC"});
  EXPECT_EQ(outcome.code, ExitCode::kConfiguration);
  EXPECT_THAT(outcome.err, HasSubstr("calendars.dead: can never open"));
}

TEST_F(CalendarCommandTest, TakesHolidaysFromAFileBesideTheConfiguration) {
  std::ofstream(folder_.path() + "/days.ics")
      << "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20240116\n"
         "DTEND;VALUE=DATE:20240118\nEND:VEVENT\nEND:VCALENDAR\n";
  EXPECT_THAT(Ask({"support", "--after", "2024-01-15T16:00", "--open", "2h", "--set",
                   "calendars.support.holiday_files=[days.ics]"})
                  .out,
              HasSubstr("due       Thu 2024-01-18 10:00 ("));
}

TEST_F(CalendarCommandTest, AreSummarisedByCheck) {
  EXPECT_THAT(RunProgram({"check", "-c", file_}).out,
              HasSubstr("calendar  always (UTC, 24x7)\n"
                        "calendar  once (UTC, 1 shifts, 0 breaks, 0 holidays)\n"
                        "calendar  support (Europe/Berlin, 0 shifts, 0 breaks, 2 holidays)\n"));
}

TEST_F(CalendarCommandTest, BusinessHoursAreSummarisedByCheck) {
  EXPECT_THAT(RunProgram({"check", "-c", file_}).out,
              HasSubstr("queues    0 with rules of their own; business hours: none\n"));
  EXPECT_THAT(RunProgram({"check", "-c", file_, "--set", "rules.business_calendar=support",
                          "--set", "rules.queues.night.business_calendar=24x7", "--set",
                          "rules.queues.sales.short_abandon=7s"})
                  .out,
              HasSubstr("queues    2 with rules of their own; business hours: support, night by "
                        "24x7\n"));
}

TEST_F(CalendarCommandTest, PoliciesAreSummarisedByCheck) {
  const Outcome outcome = RunProgram(
      {"check", "-c", file_, "--set",
       "policies=[{name: gold, calendar: support, match: {tier: [gold]}, targets: "
       "{resolution: {budget: 4h}, answer: {budget: 20s}}}, {name: rest, calendar: 24x7, versions: "
       "[{targets: {}}, {effective_from: 2026-02-01T00:00:00Z, targets: {}}]}]",
       "--set", "agents.ann.team=billing"});
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(outcome.out, HasSubstr("policy    gold (answer, resolution)\n"
                                     "policy    rest (promises nothing; the last of 2 versions)\n"
                                     "agents    1 listed\n"));
}

class StateCommandTest : public ::testing::Test {
 protected:
  StateCommandTest() {
    auto store = adapters::RocksStore::Open({.folder = folder_, .own_thread = false});
    EXPECT_TRUE(store);
    EXPECT_TRUE((*store)->BindMeta("mode", "recorded", "mode"));
    EXPECT_TRUE((*store)->BindMeta("topic/1", "support.chats", "a topic"));
    auto batch = std::make_shared<pipeline::SealedBatch>();
    std::string row;
    ByteWriter out(&row);
    out.Varint(4711);
    out.Varint(12);
    pipeline::Watermark watermark({.mode = pipeline::TimeMode::kRecorded});
    watermark.Saw(EventTime::FromMillis(1'767'600'000'000), WallTime());
    watermark.Encode(&out);
    const pipeline::TaskKey task{.number = 1024 + 5};
    batch->Put(pipeline::TablePrefix(task, pipeline::Table::kTask), row);
    batch->Put(pipeline::TableKey(task, pipeline::Table::kEntities, "ac1"), "12345");
    batch->Put(pipeline::TableKey(task, pipeline::Table::kEntities, "ac2"), "1");
    (*store)->Submit(std::move(batch), [](Status done) { EXPECT_TRUE(done); });
  }
  const test::TemporaryFolder parent_;
  const std::string folder_ = parent_.path() + "/state";
};

TEST_F(StateCommandTest, ShowsPositionsWatermarksAndSizesByTable) {
  const Outcome outcome = RunProgram({"state", "--folder", folder_, "--verify"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  using ::testing::ContainsRegex;
  EXPECT_THAT(outcome.out, ContainsRegex("mode +recorded\n"));
  EXPECT_THAT(outcome.out, ContainsRegex("interactions +support.chats/5 +4711 +12 +"
                                         "2026-01-05T08:00:00.000Z\n"));
  EXPECT_THAT(outcome.out, ContainsRegex("interactions +entities +2 +20\n"));
  EXPECT_THAT(outcome.out, HasSubstr("all checksums are right"));
}

TEST_F(StateCommandTest, RefusesAFolderThatIsOpenWith74) {
  const auto store = adapters::RocksStore::Open({.folder = folder_, .own_thread = false});
  ASSERT_TRUE(store);
  const Outcome outcome = RunProgram({"state", "--folder", folder_});
  EXPECT_EQ(outcome.code, ExitCode::kStateUnreadable);
  EXPECT_THAT(outcome.out, IsEmpty());
}

TEST_F(StateCommandTest, RefusesAFolderThatIsNoStateWith74AndDoesNotCreateIt) {
  const Outcome outcome = RunProgram({"state", "--folder", folder_ + "/none"});
  EXPECT_EQ(outcome.code, ExitCode::kStateUnreadable);
  EXPECT_THAT(outcome.err, HasSubstr("is not a state folder"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/none"));
}

TEST(VersionCommandTest, NamesEveryLibraryWithAVersion) {
  const Outcome outcome = RunProgram({"version"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  for (const char* name : {"touchline", "state format", "compiler", "librdkafka", "rocksdb",
                           "simdjson", "prometheus-cpp", "yaml-cpp", "libical", "tzdata"}) {
    EXPECT_THAT(outcome.out, ::testing::ContainsRegex(std::string(name) + " +[0-9A-Z]")) << name;
  }
}

}  // namespace
}  // namespace touchline::app
