#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "simulator/scheduler.h"
#include "simulator/simulated_event.h"
#include "simulator/staff.h"

namespace touchline::simulator {
namespace {

TEST(SimulatedEventTest, OutlivesTheTextsItWasMadeOf) {
  SimulatedEvent kept;
  {
    const std::string subject(40, 's');
    const std::string queue(40, 'q');
    domain::Event e{.type = domain::EventType::kCallQueued, .time_ns = 7};
    e.subject = subject;
    e.queue = queue;
    e.direction = domain::Direction::kCallback;
    kept.Assign(e);
  }
  const SimulatedEvent copy = std::exchange(kept, SimulatedEvent());
  EXPECT_EQ(copy.view().subject, std::string(40, 's'));
  EXPECT_EQ(copy.view().queue, std::string(40, 'q'));
  EXPECT_EQ(copy.view().direction, domain::Direction::kCallback);
  EXPECT_EQ(copy.view().time_ns, 7);
  EXPECT_TRUE(copy.view().agent.empty());
  EXPECT_TRUE(kept.view().subject.empty());
}

// A text left out of SimulatedEvent's list would view memory that is gone.
TEST(SimulatedEventTest, KeepsEveryTextOfAnEvent) {
  const std::string text = "x";
  domain::Event e;
  std::string_view domain::Event::*const fields[] = {
      &domain::Event::source,       &domain::Event::id,          &domain::Event::subject,
      &domain::Event::partner,      &domain::Event::agent,       &domain::Event::team,
      &domain::Event::queue,        &domain::Event::customer,    &domain::Event::to_queue,
      &domain::Event::to_agent,     &domain::Event::to_external, &domain::Event::by_agent,
      &domain::Event::reason,       &domain::Event::priority,    &domain::Event::tier,
      &domain::Event::segment,      &domain::Event::related_to,  &domain::Event::into,
      &domain::Event::disposition,  &domain::Event::name,        &domain::Event::stage_name,
      &domain::Event::topic,        &domain::Event::survey_kind, &domain::Event::currency,
      &domain::Event::outcome_kind, &domain::Event::site,        &domain::Event::feedback_source,
      &domain::Event::interaction};
  for (const auto field : fields) e.*field = text;
  const SimulatedEvent kept(e);
  for (const auto field : fields) {
    EXPECT_TRUE((kept.scalars().*field).empty());
    EXPECT_EQ(kept.view().*field, "x");
  }
}

Task<> Note(Scheduler* scheduler, std::vector<std::string>* log, std::string who, int64_t ns) {
  log->push_back(who + " begins");
  co_await scheduler->Sleep(ns);
  log->push_back(who + " at " + std::to_string(scheduler->now_ns()));
}

Task<int> Half(Scheduler* scheduler, int n) {
  co_await scheduler->Sleep(n);
  co_return n / 2;
}

Task<> Chapters(Scheduler* scheduler, std::vector<int>* results) {
  for (int n = 100; n > 20;) {
    n = co_await Half(scheduler, n);
    results->push_back(n);
  }
}

TEST(SchedulerTest, RunsByTimeAndThenByOrderOfAsking) {
  std::vector<std::string> log;
  Scheduler s;
  s.Start(Note(&s, &log, "a", 20));
  s.Start(Note(&s, &log, "b", 10));
  s.Start(Note(&s, &log, "c", 20));
  EXPECT_EQ(s.live(), 3u);
  while (!s.idle()) s.RunNext();
  EXPECT_EQ(log, (std::vector<std::string>{"a begins", "b begins", "c begins", "b at 10",
                                           "a at 20", "c at 20"}));
  EXPECT_EQ(s.live(), 0u);
}

TEST(SchedulerTest, GoesOnWithAStoryAfterItsChapters) {
  std::vector<int> results;
  Scheduler s;
  s.Start(Chapters(&s, &results));
  while (!s.idle()) s.RunNext();
  EXPECT_EQ(results, (std::vector<int>{50, 25, 12}));
  EXPECT_EQ(s.now_ns(), 175);
}

TEST(SchedulerTest, FreesStoriesThatNeverEnd) {
  // Found by the address sanitizer when not so.
  std::vector<std::string> log;
  Scheduler s;
  s.Start(Note(&s, &log, std::string(100, 'x'), 1000));
  EXPECT_EQ(s.live(), 1u);
}

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kHour = 3600 * kSecond;

// One queue, two at the phone of whom the first works 8 to 16, two at chats.
SimulatorOptions SmallCentre() {
  SimulatorOptions o;
  o.agents = 4;
  o.queues = 1;
  o.partners = 1;
  return o;
}

struct Waited {
  std::optional<AgentIndex> agent;
  int64_t until_ns = -1;
};

Task<> WaitFor(Scheduler* s, Staff* staff, int64_t patience_ns, Waited* waited) {
  waited->agent = co_await staff->Wait(0, Desk::kCalls, patience_ns);
  waited->until_ns = s->now_ns();
}

void RunUntil(Scheduler* s, int64_t until_ns) {
  while (s->next_ns() <= until_ns) s->RunNext();
}

TEST(StaffTest, IsClosedUntilSomebodyComes) {
  Scheduler s;
  Staff staff(SmallCentre(), &s);
  staff.StartShifts(0);
  RunUntil(&s, 7 * kHour);
  EXPECT_TRUE(staff.Closed(0, Desk::kCalls));
  RunUntil(&s, 9 * kHour);
  EXPECT_FALSE(staff.Closed(0, Desk::kCalls));
  EXPECT_FALSE(staff.Closed(0, Desk::kChats));
}

TEST(StaffTest, GivesAFreedAgentToWhoWaitsLongestAndHasNotGivenUp) {
  Scheduler s;
  Staff staff(SmallCentre(), &s);
  staff.StartShifts(9 * kHour);
  RunUntil(&s, kHour);
  while (staff.TryTake(0, Desk::kCalls)) {
  }
  Waited brief, first, second;
  s.Start(WaitFor(&s, &staff, 5 * kSecond, &brief));
  s.Start(WaitFor(&s, &staff, kHour, &first));
  s.Start(WaitFor(&s, &staff, kHour, &second));
  const int64_t began = s.now_ns();
  RunUntil(&s, began + 10 * kSecond);
  EXPECT_EQ(brief.agent, std::nullopt);
  EXPECT_EQ(brief.until_ns, began + 5 * kSecond);

  Random random(1);
  const AgentIndex freed = *staff.AnyOnShift(0, &random);
  ASSERT_EQ(staff.agent(freed).desk, Desk::kCalls);
  staff.Release(freed);
  RunUntil(&s, began + 11 * kSecond);
  EXPECT_EQ(first.agent, freed);
  EXPECT_EQ(second.until_ns, -1);
}

TEST(StaffTest, SendsNobodyToAnAgentWhoRests) {
  Scheduler s;
  Staff staff(SmallCentre(), &s);
  staff.StartShifts(9 * kHour);
  RunUntil(&s, kHour);
  std::vector<AgentIndex> taken;
  while (const auto a = staff.TryTake(0, Desk::kCalls)) taken.push_back(*a);
  ASSERT_FALSE(taken.empty());
  staff.Rest(taken[0], 30 * kSecond);
  staff.Release(taken[0]);
  EXPECT_EQ(staff.TryTake(0, Desk::kCalls), std::nullopt);
  EXPECT_FALSE(staff.TryTakeAgent(taken[0]));
  RunUntil(&s, s.now_ns() + 31 * kSecond);
  EXPECT_EQ(staff.TryTake(0, Desk::kCalls), taken[0]);
}

}  // namespace
}  // namespace touchline::simulator
