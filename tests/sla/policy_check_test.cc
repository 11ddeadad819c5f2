// What a policy asks for and can never come about, each on both sides of its edge.

#include "domain/sla/policy_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/calendar/calendar_text.h"

namespace touchline::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using What = PolicyFault::What;

constexpr StatusSet kNew = BitOf(TicketStatus::kNew), kOpen = BitOf(TicketStatus::kOpen),
                    kPending = BitOf(TicketStatus::kPending),
                    kOnHold = BitOf(TicketStatus::kOnHold);
constexpr Duration kMs = Duration::Millis(1);
const EventTime kFeb = test::At("2026-02-01T00:00:00Z");
const EventTime kMar = test::At("2026-03-01T00:00:00Z");
const EventTime kApr = test::At("2026-04-01T00:00:00Z");

std::map<std::string, CalendarSpec> Calendars() {
  return {{"always", test::Spec("UTC", "24x7")},
          // Two hours of one day in March.
          {"once", test::Spec("UTC", "2026-03-10 shift 09:00-11:00")}};
}

std::vector<What> WhatOf(const std::vector<Policy>& policies) {
  std::vector<What> what;
  for (const PolicyFault& fault : FindPolicyFaults(policies, Calendars())) {
    what.push_back(fault.what);
  }
  return what;
}

TargetRule Rule(SlaTarget target = SlaTarget::kResolution) {
  TargetRule rule;
  rule.budget = Duration::Hours(1);
  rule.calendar = "always";
  rule.pause = DefaultPause(target);
  return rule;
}

PolicyVersion VersionOf(SlaTarget target, const TargetRule& rule, PolicyMatch match = {}) {
  PolicyVersion version;
  version.match = std::move(match);
  version.targets[static_cast<size_t>(target)] = rule;
  return version;
}

std::vector<What> OfTarget(SlaTarget target, const TargetRule& rule, PolicyMatch match = {}) {
  return WhatOf({{.name = "p", .versions = {VersionOf(target, rule, std::move(match))}}});
}

std::vector<What> OfPause(SlaTarget target, StatusSet pause, std::vector<Kind> kinds = {}) {
  TargetRule rule = Rule(target);
  rule.pause = pause;
  return OfTarget(target, rule, {.kinds = std::move(kinds)});
}

PolicyVersion From(EventTime t, PolicyMatch match = {}) {
  PolicyVersion version;
  version.effective_from = t;
  version.match = std::move(match);
  return version;
}

Policy Since(const std::string& name, PolicyMatch match) {
  return {.name = name, .versions = {From(EventTime::Min(), std::move(match))}};
}

TEST(PolicyCheckTest, FindsNothingInTheDefaults) {
  for (size_t i = 0; i < kSlaTargets; ++i) {
    const auto target = static_cast<SlaTarget>(i);
    EXPECT_THAT(OfTarget(target, Rule(target)), IsEmpty()) << Name(target);
  }
}

TEST(PolicyCheckTest, AClockPausedInEveryStatusIsPausedForEver) {
  for (size_t i = 1; i < kSlaTargets; ++i) {
    const auto target = static_cast<SlaTarget>(i);
    EXPECT_THAT(OfPause(target, kNew | kOpen | kPending | kOnHold),
                ElementsAre(What::kPausedForEver))
        << Name(target);
  }
}

TEST(PolicyCheckTest, AClockThatIsPausedWhereItStartsNeverStarts) {
  for (const SlaTarget target : {SlaTarget::kFirstResponse, SlaTarget::kPeriodicUpdate,
                                 SlaTarget::kAgentWork, SlaTarget::kResolution}) {
    EXPECT_THAT(OfPause(target, kNew | kOpen), ElementsAre(What::kStartPaused)) << Name(target);
    EXPECT_THAT(OfPause(target, kNew | kPending | kOnHold), IsEmpty()) << Name(target);
  }
  EXPECT_THAT(OfPause(SlaTarget::kRequesterWait, kNew | kOpen | kOnHold),
              ElementsAre(What::kStartPaused));
  EXPECT_THAT(OfPause(SlaTarget::kRequesterWait, kNew | kOpen | kPending), IsEmpty());
  // It starts with a message, whatever the status.
  EXPECT_THAT(OfPause(SlaTarget::kNextResponse, kNew | kOpen), IsEmpty());
}

TEST(PolicyCheckTest, OnlyTicketsHaveAStatusToPauseIn) {
  const std::vector<What> fault = {What::kPauseWithoutStatus};
  EXPECT_EQ(OfPause(SlaTarget::kAnswer, kPending), fault);
  EXPECT_EQ(OfPause(SlaTarget::kResolution, kOnHold, {Kind::kCall, Kind::kChat}), fault);
  EXPECT_THAT(OfPause(SlaTarget::kResolution, kOnHold, {Kind::kCall, Kind::kTicket}), IsEmpty());
  EXPECT_THAT(OfPause(SlaTarget::kResolution, kPending, {Kind::kCall}), IsEmpty());  // the default
}

TEST(PolicyCheckTest, ATargetNeedsAKindThatHasIt) {
  const auto of = [](SlaTarget target, std::vector<Kind> kinds) {
    return OfTarget(target, Rule(target), {.kinds = std::move(kinds)});
  };
  const std::vector<What> fault = {What::kTargetOfOtherKinds};
  EXPECT_EQ(of(SlaTarget::kAnswer, {Kind::kTicket}), fault);
  EXPECT_THAT(of(SlaTarget::kAnswer, {Kind::kTicket, Kind::kChat}), IsEmpty());
  EXPECT_EQ(of(SlaTarget::kFirstResponse, {Kind::kCall}), fault);
  EXPECT_THAT(of(SlaTarget::kFirstResponse, {Kind::kChat}), IsEmpty());
  EXPECT_EQ(of(SlaTarget::kNextResponse, {Kind::kCall}), fault);
  EXPECT_EQ(of(SlaTarget::kPeriodicUpdate, {Kind::kCall}), fault);
  EXPECT_EQ(of(SlaTarget::kRequesterWait, {Kind::kCall, Kind::kChat}), fault);
  EXPECT_EQ(of(SlaTarget::kAgentWork, {Kind::kChat}), fault);
  EXPECT_THAT(of(SlaTarget::kAgentWork, {Kind::kTicket}), IsEmpty());
  EXPECT_THAT(of(SlaTarget::kResolution, {Kind::kCall}), IsEmpty());
}

TEST(PolicyCheckTest, ABudgetIsNeededAndOnlyOfPrioritiesThatMatch) {
  TargetRule rule = Rule();
  rule.budget.reset();
  EXPECT_THAT(OfTarget(SlaTarget::kResolution, rule), ElementsAre(What::kNoBudget));
  rule.by_priority = {{"high", Duration::Hours(1)}, {"low", Duration::Hours(9)}};
  EXPECT_THAT(OfTarget(SlaTarget::kResolution, rule), IsEmpty());
  EXPECT_THAT(OfTarget(SlaTarget::kResolution, rule, {.priorities = {"high"}}),
              ElementsAre(What::kPriorityNotMatched));
  EXPECT_THAT(OfTarget(SlaTarget::kResolution, rule, {.priorities = {"low", "high", ""}}),
              IsEmpty());
}

TEST(PolicyCheckTest, ABudgetFitsIntoWhatTheCalendarIsOpen) {
  TargetRule rule = Rule();
  rule.calendar = "once";
  rule.budget = Duration::Hours(2);
  EXPECT_THAT(OfTarget(SlaTarget::kResolution, rule), IsEmpty());
  rule.budget = Duration::Hours(2) + kMs;
  rule.by_priority = {{"high", Duration::Hours(1)}, {"low", Duration::Hours(3)}};
  const auto faults = FindPolicyFaults(
      {{.name = "p", .versions = {VersionOf(SlaTarget::kResolution, rule)}}}, Calendars());
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].what, What::kBudgetNeverUsedUp);
  EXPECT_EQ(faults[0].priority, std::nullopt);
  EXPECT_EQ(faults[0].limit, Duration::Hours(2));
  EXPECT_EQ(faults[1].priority, "low");
}

// What was open before the version counts for nobody who runs by it.
TEST(PolicyCheckTest, AnOpenTimeBeforeTheVersionDoesNotHelp) {
  TargetRule rule = Rule();
  rule.calendar = "once";
  PolicyVersion version = VersionOf(SlaTarget::kResolution, rule);
  version.effective_from = test::At("2026-03-10T10:00:00Z");
  EXPECT_THAT(WhatOf({{.name = "p", .versions = {version}}}), IsEmpty());
  version.effective_from = version.effective_from + kMs;
  EXPECT_THAT(WhatOf({{.name = "p", .versions = {version}}}),
              ElementsAre(What::kBudgetNeverUsedUp));
}

TEST(PolicyCheckTest, ALeadIsNotLongerThanABudget) {
  TargetRule rule = Rule();
  rule.at_risk_lead = Duration::Hours(1);
  EXPECT_THAT(OfTarget(SlaTarget::kResolution, rule), IsEmpty());
  rule.at_risk_lead = Duration::Hours(1) + kMs;
  EXPECT_THAT(OfTarget(SlaTarget::kResolution, rule), ElementsAre(What::kLeadBeyondBudget));
  rule.at_risk_lead = Duration::Minutes(10);
  rule.by_priority = {{"urgent", Duration::Minutes(5)}};
  EXPECT_THAT(OfTarget(SlaTarget::kResolution, rule), ElementsAre(What::kLeadBeyondBudget));
}

TEST(PolicyCheckTest, ANameIsOfOnePolicy) {
  const auto faults = FindPolicyFaults(
      {Since("a", {.queues = {"x"}}), Since("b", {.queues = {"y"}}), Since("b", {})}, {});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0], (PolicyFault{.what = What::kNameTwice, .policy = 2, .other = 1}));
}

TEST(PolicyCheckTest, VersionsStandInOrderAndNoTwoBeginAtOnce) {
  EXPECT_THAT(WhatOf({{.name = "p", .versions = {From(kFeb), From(kFeb + kMs)}}}), IsEmpty());
  EXPECT_THAT(WhatOf({{.name = "p", .versions = {From(kFeb), From(kFeb)}}}),
              ElementsAre(What::kVersionsAtOnce));
  EXPECT_THAT(WhatOf({{.name = "p", .versions = {From(kFeb), From(kFeb - kMs)}}}),
              ElementsAre(What::kVersionsOutOfOrder));
}

TEST(PolicyCheckTest, APolicyIsShadowedByOneAboveThatMatchesAllThatItMatches) {
  const auto shadowed = [](PolicyMatch above, PolicyMatch below) {
    return !WhatOf({Since("above", std::move(above)), Since("below", std::move(below))}).empty();
  };
  EXPECT_TRUE(shadowed({}, {}));
  EXPECT_TRUE(shadowed({}, {.queues = {"sales"}}));
  EXPECT_TRUE(shadowed({.queues = {"sales", "it"}}, {.queues = {"it"}, .tiers = {"gold"}}));
  EXPECT_TRUE(shadowed({.kinds = {Kind::kCall, Kind::kChat, Kind::kTicket}}, {}));
  EXPECT_TRUE(shadowed({.partners = {""}}, {.partners = {""}}));
  EXPECT_FALSE(shadowed({.queues = {"sales"}}, {}));
  EXPECT_FALSE(shadowed({.queues = {"sales"}}, {.queues = {"sales", "it"}}));
  EXPECT_FALSE(shadowed({.queues = {"sales"}, .tiers = {"gold"}}, {.queues = {"sales"}}));
  EXPECT_FALSE(shadowed({.kinds = {Kind::kCall, Kind::kChat}}, {}));
  EXPECT_FALSE(shadowed({.priorities = {"high"}}, {.partners = {"high"}}));
  EXPECT_FALSE(shadowed({.channels = {Channel::kEmail}}, {.channels = {Channel::kWeb}}));
}

TEST(PolicyCheckTest, AVersionIsShadowedOnlyIfItIsSoForItsWholeLife) {
  const Policy below = {.name = "below", .versions = {From(kFeb), From(kApr)}};
  const auto above = [](std::vector<PolicyVersion> versions) {
    return Policy{.name = "above", .versions = std::move(versions)};
  };
  EXPECT_THAT(FindPolicyFaults({above({From(kMar)}), below}, {}),
              ElementsAre(PolicyFault{
                  .what = What::kShadowed, .policy = 1, .version = 1, .other = 0}));
  EXPECT_THAT(WhatOf({above({From(kFeb)}), below}), ElementsAre(What::kShadowed, What::kShadowed));
  EXPECT_THAT(WhatOf({above({From(kFeb + kMs), From(kApr, {.tiers = {"gold"}})}), below}),
              IsEmpty());
  EXPECT_THAT(WhatOf({above({From(kFeb), From(kMar, {.tiers = {"gold"}})}), below}), IsEmpty());
}

TEST(PolicyCheckTest, SeveralPoliciesAboveMayTakeTurns) {
  const Policy first = {.name = "a", .versions = {From(kFeb), From(kMar, {.tiers = {"gold"}})}};
  const Policy second = {.name = "b", .versions = {From(kMar)}};
  const Policy below = {.name = "c", .versions = {From(kFeb)}};
  EXPECT_THAT(FindPolicyFaults({first, second, below}, {}),
              ElementsAre(PolicyFault{
                  .what = What::kShadowed, .policy = 2, .version = 0, .other = 1}));
}

}  // namespace
}  // namespace touchline::domain
