// Who waits, asked of the real binary.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "simulator/bench_feed.h"
#include "tests/integration/installation.h"
#include "tests/integration/preload.h"

namespace touchline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Over all queues of an answer.
double Waiting(const std::string& answer) {
  constexpr std::string_view kName = "\"waiting\":";
  double sum = 0;
  for (size_t at = answer.find(kName); at != std::string::npos; at = answer.find(kName, at + 1)) {
    sum += std::strtod(answer.c_str() + at + kName.size(), nullptr);
  }
  return sum;
}

TEST(WaitingTest, NamesTheContactsThatTheGaugeCountsInEveryLife) {
  constexpr uint64_t kContacts = 20, kIdle = 60;
  Installation world(FeedTopic("waiting", 2));
  const auto all = static_cast<double>(
      Preload(world.TopicName("events"), {.start = Ago(Duration::Minutes(1)),
                                          .contacts = kContacts,
                                          .open_contacts = 5,
                                          .idle_contacts = kIdle}));
  std::string first_answer;
  for (int life = 1; life <= 2; ++life) {
    const auto program = world.Run();
    ASSERT_NE(program->port(), 0) << program->Log();
    ASSERT_TRUE(program->WaitUntilReady(Duration::Seconds(30))) << program->Log();
    if (life == 1) {
      ASSERT_TRUE(program->WaitForMetric("touchline_events_total{result=\"applied\"}", {all, all},
                                         Duration::Seconds(30)))
          << program->Log();
    }
    const std::string answer = program->Page("/api/v1/waiting?contacts=100");
    EXPECT_GT(Waiting(answer), 0);
    EXPECT_EQ(Waiting(answer), program->Metric("touchline_waiting_contacts").value_or(-1));
    EXPECT_THAT(answer, HasSubstr("\"topic\":\"" + world.TopicName("events") + "\""));
    if (life == 1) first_answer = answer;
    EXPECT_EQ(answer, first_answer);
    EXPECT_THAT(program->Page("/api/v1/waiting?queue=nobody's"), Not(HasSubstr("waiting")));
    program->Stop();
  }
}

}  // namespace
}  // namespace touchline::test
