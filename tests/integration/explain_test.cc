// `touchline explain`, the real binary, asking another one that consumes from a real broker.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "simulator/bench_feed.h"
#include "tests/integration/child_process.h"
#include "tests/integration/installation.h"
#include "tests/integration/preload.h"

namespace touchline::test {
namespace {

using ::testing::HasSubstr;

constexpr int kOk = 0;
constexpr int kRuntime = 1;
constexpr int kStateUnreadable = 74;

// Runs to its end, and appends what it said to the log.
struct Said {
  int code = -1;
  std::string text;  // stdout and stderr
};
Said Explain(const Installation& world, std::vector<std::string> arguments) {
  static int runs = 0;
  const std::string log = world.folder() + "/explain" + std::to_string(++runs);
  arguments.insert(arguments.begin(), {std::getenv("TOUCHLINE_PROGRAM"), "explain"});
  ChildProcess process({.arguments = arguments, .environment = {}, .log = log});
  const auto code = process.Wait(Duration::Seconds(30));
  std::ifstream in(log);
  return {.code = code.value_or(-1),
          .text = {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}};
}

std::string FromTheLogOn(const std::string& text) { return text.substr(text.find("\nlog (")); }

TEST(ExplainTest, TellsOfARunningInstanceWhatItsStateTellsWhenItHasEnded) {
  const simulator::BenchFeedOptions feed = {
      .start = Ago(Duration::Minutes(1)), .contacts = 30, .open_contacts = 10};
  Installation world(FeedTopic("explain", 2));
  ASSERT_EQ(Preload(world.TopicName("events"), feed), 30 * simulator::BenchFeed::kEventsPerContact);
  simulator::BenchFeed again(feed);
  simulator::SimulatedRecord record;
  ASSERT_TRUE(again.Next(&record));
  const std::string id(record.key);

  const auto program = world.Run();
  const uint16_t port = program->port();
  ASSERT_NE(port, 0) << program->Log();
  const double all = 30.0 * simulator::BenchFeed::kEventsPerContact;
  ASSERT_TRUE(program->WaitForMetric("touchline_events_total{result=\"applied\"}", {all, all},
                                     Duration::Seconds(30)))
      << program->Log();
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  const Said live = Explain(world, {"interaction", id, "--url", url});
  EXPECT_EQ(live.code, kOk) << live.text;
  EXPECT_THAT(live.text, HasSubstr(id));
  EXPECT_THAT(live.text, HasSubstr("  19  ")) << "the contact's twentieth event";
  EXPECT_THAT(live.text, HasSubstr("\n  sum "));
  EXPECT_EQ(Explain(world, {"interaction", "nobody", "--url", url}).code, kRuntime);
  EXPECT_EQ(Explain(world, {"interaction", id, "--state", world.state_folder()}).code,
            kStateUnreadable)
      << "another process has it open";

  program->Stop();
  const Said stored = Explain(world, {"interaction", id, "--state", world.state_folder()});
  EXPECT_EQ(stored.code, kOk) << stored.text;
  EXPECT_EQ(FromTheLogOn(stored.text), FromTheLogOn(live.text));
  EXPECT_EQ(Explain(world, {"touchline_sla_met_total"}).code, kOk);
}

}  // namespace
}  // namespace touchline::test
