// What `check` says of policies that can never work.

#include "app/policy_faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/policy_text.h"

namespace touchline::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Each fault at the line of the key that asks for it.
TEST(PolicyFaultsTest, APauseThatNeverEnds) {
  EXPECT_THAT(MistakesOf(R"(
- name: p
  calendar: support
  targets:
    requester_wait:
      budget: 8h
      pause: [new, open, on_hold, pending]
)"),
              ElementsAre("t.yaml:12:7: policies[0].targets.requester_wait.pause: holds every "
                          "status in which the clock could run (new, open, pending, on_hold): it "
                          "would be paused for ever"));
}

TEST(PolicyFaultsTest, AStartThatIsPaused) {
  EXPECT_THAT(MistakesOf(R"(
- name: p
  calendar: support
  targets:
    agent_work: {budget: 8h, pause: [new, open]}
    requester_wait: {budget: 8h, pause: [new, open, on_hold]}
)"),
              ElementsAre("t.yaml:10:30: policies[0].targets.agent_work.pause: holds every status "
                          "in which the clock starts (new, open): start and pause exclude each "
                          "other",
                          HasSubstr("11:34: policies[0].targets.requester_wait.pause: holds every "
                                    "status in which the clock starts (new, open, on_hold)")));
}

TEST(PolicyFaultsTest, APauseThatNothingCanTake) {
  EXPECT_THAT(
      MistakesOf("- {name: p, calendar: support, targets: {answer: {budget: 1m, pause: [new]}}}\n"),
      ElementsAre(HasSubstr("6:63: policies[0].targets.answer.pause: is of no use: only tickets "
                            "have a status")));
}

TEST(PolicyFaultsTest, ATargetThatTheKindsCannotHave) {
  EXPECT_THAT(MistakesOf(R"(
- name: p
  match: {kind: [ticket]}
  calendar: support
  targets: {answer: {budget: 1m}}
- name: q
  match: {kind: [call, chat]}
  calendar: support
  targets: {requester_wait: {budget: 1h}}
)"),
              ElementsAre("t.yaml:10:13: policies[0].targets.answer: is a target of calls, chats, "
                          "but the policy matches only tickets",
                          HasSubstr("14:13: policies[1].targets.requester_wait: is a target of "
                                    "tickets, but the policy matches only calls, chats")));
}

TEST(PolicyFaultsTest, APolicyInTheShadowOfAnother) {
  EXPECT_THAT(MistakesOf(R"(
- {name: all, match: {queue: [a, b]}, targets: {}}
- {name: b, match: {queue: [b], tier: [gold]}, targets: {}}
- name: later
  versions:
    - {match: {queue: [c]}, targets: {}}
    - {match: {queue: [a]}, targets: {}, effective_from: 2026-02-01T00:00:00Z}
)"),
              ElementsAre("t.yaml:8:3: policies[1]: 'b' can never be in force: 'all' above it "
                          "takes every contact that it matches; move it up, or narrow the other's "
                          "match",
                          HasSubstr("12:7: policies[2].versions[1]: 'later' can never be in "
                                    "force: 'all' above it")));
}

TEST(PolicyFaultsTest, VersionsThatOverlap) {
  EXPECT_THAT(MistakesOf(R"(
- name: p
  versions:
    - {targets: {}}
    - {targets: {}, effective_from: 2026-02-01T00:00:00Z}
    - {targets: {}, effective_from: 2026-02-01T01:00:00+01:00}
    - {targets: {}, effective_from: 2026-01-01T00:00:00Z}
)"),
              ElementsAre("t.yaml:11:21: policies[0].versions[2].effective_from: is that of the "
                          "version before it, too: the two overlap, and the first would never "
                          "count",
                          HasSubstr("12:21: policies[0].versions[3].effective_from: is before "
                                    "that of the version before it")));
}

TEST(PolicyFaultsTest, ABudgetThatCannotBeUsedUp) {
  EXPECT_THAT(ReadConfig("t.yaml", R"(topics: [{name: a, partner: house}]
calendars: {fair: {time_zone: UTC, shifts: {2026-03-10: 09:00-11:00}}}
policies:
- name: p
  calendar: fair
  versions:
  - targets: {resolution: {budget: 2h, by_priority: {low: 3h}}}
  - effective_from: 2026-03-11T00:00:00Z
    targets: {resolution: {budget: 1h}}
)")
                  .mistakes,
              ElementsAre("t.yaml:7:54: policies[0].versions[0].targets.resolution.by_priority."
                          "low: can never be used up: the calendar 'fair' has only 2h of open time",
                          "t.yaml:9:28: policies[0].versions[1].targets.resolution.budget: can "
                          "never be used up: the calendar 'fair' has only 0s of open time from "
                          "then on"));
}

TEST(PolicyFaultsTest, ALeadThatIsLongerThanTheBudget) {
  EXPECT_THAT(MistakesOfResolution("budget: 4h, by_priority: {urgent: 30m}, at_risk: 1h"),
              ElementsAre("t.yaml:6:95: policies[0].targets.resolution.at_risk: is 1h before due, "
                          "longer than the budget of 'urgent', 30m: at risk from the start"));
}

TEST(PolicyFaultsTest, ABudgetOfAPriorityThatDoesNotMatch) {
  EXPECT_THAT(MistakesOf("- {name: p, match: {priority: [high, urgent]}, calendar: support,\n"
                         "   targets: {resolution: {by_priority: {low: 1h}}}}\n"),
              ElementsAre("t.yaml:7:41: policies[0].targets.resolution.by_priority.low: can never "
                          "be used: the policy matches only the priorities high, urgent"));
}

TEST(PolicyFaultsTest, ANameThatStandsTwice) {
  EXPECT_THAT(MistakesOf("- {name: p, match: {queue: [a]}, targets: {}}\n"
                         "- {name: p, match: {queue: [b]}, targets: {}}\n"),
              ElementsAre("t.yaml:7:4: policies[1].name: 'p' is listed twice"));
}

// Of what was misread, only that is said; of the policies beside it, all.
TEST(PolicyFaultsTest, OfAPolicyThatWasMisreadNothingMoreIsSaid) {
  EXPECT_THAT(MistakesOf(R"(
- {name: a, match: {kind: [tickte]}, targets: {}}
- {name: b, match: {kind: [call]}, targets: {}}
- {name: c, match: {kind: [call]}, targets: {}}
)"),
              ElementsAre(HasSubstr("7:28: policies[0].match.kind[0]: is 'tickte'"),
                          HasSubstr("9:3: policies[2]: 'c' can never be in force: 'b' above it")));
}

}  // namespace
}  // namespace touchline::app
