// Which policy promises what, and what becomes of a clock when that changes, worked out by hand
// from docs/sla_clocks.md.

#include <gtest/gtest.h>

#include "tests/support/naive/sla_story_words.h"

namespace touchline::naive {
namespace {

TEST(SlaPolicyTest, TheFirstThatMatchesDecidesEvenIfItSetsNothing) {
  SlaStory ticket = AroundTheClock();
  ticket.Promise(kResolution, Duration::Seconds(100));
  domain::Policy vip{.name = "vip", .versions = {domain::PolicyVersion()}};
  vip.versions.front().match.tiers = {"vip"};
  ticket.rules().policies.insert(ticket.rules().policies.begin(), vip);
  SlaStory other = ticket;
  ticket.Tell(S(0), EventType::kTicketCreated, [](Event& e) { e.tier = "vip"; });
  EXPECT_TRUE(ticket.Cycles(S(1), kResolution).empty());
  other.Tell(S(0), EventType::kTicketCreated);
  EXPECT_EQ(other.Only(S(1), kResolution).stretches.front().policy, "gold");
}

TEST(SlaPolicyTest, NotKnownIsAValueOfItsOwn) {
  SlaStory ticket = AroundTheClock();
  ticket.Promise(kResolution, Duration::Seconds(100));
  ticket.policy().versions.front().match.priorities = {""};
  ticket.Tell(S(0), EventType::kTicketCreated)
      .Tell(S(10), EventType::kTicketUpdated, Priority("low"));
  const SlaCycle cycle = ticket.Only(S(20), kResolution);
  EXPECT_EQ(Outcome(cycle), How::kCancelled);
  EXPECT_EQ(cycle.cancelled->at, S(10));
}

TEST(SlaPolicyTest, OneThatFindsItsTargetSetOnlyLaterStartsThen) {
  SlaStory ticket = AroundTheClock();
  ticket.Promise(kResolution, Duration::Seconds(100));
  ticket.policy().versions.front().match.queues = {"sales"};
  ticket.Tell(S(0), EventType::kTicketCreated, Queue("billing"))
      .Tell(S(10), EventType::kTicketUpdated, Queue("sales"))
      .Tell(S(20), EventType::kTicketUpdated, Queue("billing"))
      .Tell(S(30), EventType::kTicketUpdated, Queue("sales"));
  const auto cycles = ticket.Cycles(S(40), kResolution);
  ASSERT_EQ(cycles.size(), 2u);
  EXPECT_EQ(cycles[0].start(), S(10));
  EXPECT_EQ(Outcome(cycles[0]), How::kCancelled);
  EXPECT_EQ(cycles[1].start(), S(30));
  EXPECT_EQ(cycles[1].used, Duration::Seconds(10));
}

TEST(SlaPolicyTest, AVersionIsInForceFromItsInstantOn) {
  SlaStory ticket = Ticket();
  domain::PolicyVersion second = ticket.policy().versions.front();
  second.effective_from = S(50);
  second.targets.at(static_cast<size_t>(kResolution))->budget = Duration::Seconds(200);
  ticket.policy().versions.push_back(second);
  EXPECT_EQ(ticket.Only(S(50), kResolution).due, S(100));
  const SlaCycle after = ticket.Only(S(50) + kMs, kResolution);
  EXPECT_EQ(after.due, S(200));
  ASSERT_EQ(after.stretches.size(), 2u);
  EXPECT_EQ(after.stretches[1].from, S(50));
}

TEST(SlaPolicyTest, ANewRuleSetThatSaysTheSameEndsNoStretch) {
  SlaStory ticket = Ticket();
  ticket.RulesFrom(S(50));
  EXPECT_EQ(ticket.Only(S(60), kResolution).stretches.size(), 1u);
  ticket.RulesFrom(S(55)).calendars["desk"] = Spec("UTC", "mon-fri 08:00-09:00");
  EXPECT_EQ(ticket.Only(S(60), kResolution).stretches.size(), 2u);
}

TEST(SlaPolicyTest, AnEventInTheMillisecondOfAChangeComesBeforeIt) {
  SlaStory ticket = Ticket();
  domain::RuleSet& next = ticket.RulesFrom(S(50));
  next.policies.front().versions.front().targets.at(static_cast<size_t>(kResolution))->budget =
      Duration::Seconds(10);
  ticket.Tell(S(50), EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  EXPECT_EQ(Outcome(ticket.Only(S(60), kResolution)), How::kMet);
}

TEST(SlaPolicyTest, AnEventStopsByThePromiseThatStoodUntilThen) {
  SlaStory ticket = Ticket();
  ticket.rule(kResolution).by_priority["urgent"] = Duration::Seconds(10);
  ticket.Tell(S(50), EventType::kTicketUpdated, [](Event& e) {
    e.priority = "urgent";
    e.status = TicketStatus::kSolved;
  });
  EXPECT_EQ(Outcome(ticket.Only(S(60), kResolution)), How::kMet);
}

// Budgets: 100 s, and 50 s when it is urgent, 300 s when it is low.
SlaStory WithPriorities() {
  SlaStory ticket = Ticket();
  ticket.rule(kResolution).by_priority = {{"urgent", Duration::Seconds(50)},
                                          {"low", Duration::Seconds(300)}};
  return ticket;
}

TEST(SlaChangeTest, DueIsNowAndWhatTheNewBudgetLeaves) {
  SlaStory ticket = WithPriorities();
  ticket.Tell(S(30), EventType::kTicketUpdated, Priority("urgent"));
  EXPECT_EQ(ticket.Only(S(31), kResolution).due, S(50));
}

TEST(SlaChangeTest, NothingLeftIsDueAtTheChangeAndLessIsBreachedThere) {
  SlaStory exact = WithPriorities();
  exact.Tell(S(50), EventType::kTicketUpdated, Priority("urgent"));
  EXPECT_EQ(Outcome(exact.Only(S(50), kResolution)), How::kOpen);
  EXPECT_EQ(exact.Only(S(50), kResolution).due, S(50));
  SlaStory less = WithPriorities();
  less.Tell(S(60), EventType::kTicketUpdated, [](Event& e) {
    e.priority = "urgent";
    e.by = Party::kBot;
  });
  const SlaCycle cycle = less.Only(S(60), kResolution);
  ASSERT_TRUE(cycle.breached);
  EXPECT_EQ(cycle.breached->at, S(60));
  EXPECT_EQ(cycle.breached_by, "bot");
  EXPECT_EQ(cycle.stretches.back().holder, "queue");
}

TEST(SlaChangeTest, ABreachAtAnInstantThatNobodyCausedIsTheHolders) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(10), EventType::kTicketUpdated, [](Event& e) { e.by = Party::kBot; });
  ticket.RulesFrom(S(60)).policies.front().versions.front().targets.at(
      static_cast<size_t>(kResolution))->budget = Duration::Seconds(20);
  const SlaCycle cycle = ticket.Only(S(61), kResolution);
  ASSERT_TRUE(cycle.breached);
  EXPECT_EQ(cycle.breached->at, S(60));
  EXPECT_EQ(cycle.breached_by, "queue");
}

TEST(SlaChangeTest, AClockThatIsPausedBreachesAtTheChange) {
  SlaStory ticket = WithPriorities();
  ticket.Tell(S(60), EventType::kTicketUpdated, Status(TicketStatus::kPending))
      .Tell(S(200), EventType::kTicketUpdated, Priority("urgent"));
  const SlaCycle cycle = ticket.Only(S(200), kResolution);
  ASSERT_TRUE(cycle.breached);
  EXPECT_EQ(cycle.breached->at, S(200));
  EXPECT_TRUE(IsOverdue(cycle) && !IsRunning(cycle));
}

TEST(SlaChangeTest, ABreachThatALargerBudgetWouldHaveSparedIsSuperseded) {
  SlaStory ticket = WithPriorities();
  ticket.Tell(S(150), EventType::kTicketUpdated, Priority("low"));
  const SlaCycle spared = ticket.Only(S(300), kResolution);
  EXPECT_EQ(spared.breached->at, S(100));
  EXPECT_TRUE(spared.superseded && !IsOverdue(spared));
  EXPECT_EQ(spared.due, S(300));
  const SlaCycle overdue = ticket.Only(S(300) + kMs, kResolution);
  EXPECT_TRUE(IsOverdue(overdue));
  EXPECT_EQ(overdue.breached->at, S(100));  // one result per cycle

  SlaStory too_late = WithPriorities();
  too_late.Tell(S(301), EventType::kTicketUpdated, Priority("low"));
  EXPECT_TRUE(IsOverdue(too_late.Only(S(302), kResolution)));
}

TEST(SlaChangeTest, OtherHandsSupersedeNothing) {
  // Due at the closing, and nobody uses a millisecond more until the hands change.
  SlaStory ticket(Spec("UTC", "mon-fri 08:00-09:00"));
  ticket.Promise(kResolution, Duration::Hours(1))
      .Tell(S(0), EventType::kTicketCreated)
      .Tell(Utc("2026-01-05 10:00"), EventType::kTicketUpdated, Agent("ann"));
  const SlaCycle cycle = ticket.Only(Utc("2026-01-05 10:00"), kResolution);
  EXPECT_EQ(cycle.stretches.size(), 2u);
  EXPECT_EQ(cycle.used, cycle.budget());
  EXPECT_TRUE(IsOverdue(cycle) && !cycle.superseded);
}

TEST(SlaChangeTest, LabelsOfABreachAreThoseAfterAllEventsOfItsMillisecond) {
  for (const bool late : {false, true}) {
    SlaStory ticket = Ticket();
    ticket.Tell(late ? S(100) + kMs : S(100), EventType::kTicketUpdated,
                [](Event& e) { e.partner = "north"; });
    const SlaCycle cycle = ticket.Only(S(200), kResolution);
    EXPECT_EQ(cycle.breached->labels.partner, late ? "" : "north");
  }
}

}  // namespace
}  // namespace touchline::naive
