// Rules that are loaded while contacts are open reach those that nothing else would wake.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/rfc3339.h"
#include "domain/metrics.h"
#include "tests/support/pipeline_driver.h"

namespace touchline::pipeline {
namespace {

using domain::MetricId;

constexpr std::string_view kTickets = "support.tickets";
const EventTime kNine = EventTime::FromMillis(1'767'603'600'000);

domain::RuleSet Promise(Duration resolution) {
  domain::RuleSet rules;
  rules.calendars["always"].always_open = true;
  domain::PolicyVersion version;
  version.targets[static_cast<size_t>(domain::SlaTarget::kResolution)] =
      domain::TargetRule{.budget = resolution, .calendar = "always"};
  rules.policies.push_back({.name = "gold", .versions = {version}});
  return rules;
}

class RuleSweepTest : public testing::Test {
 protected:
  RuleSweepTest() : driver_(Options()) {}

  static test::DriverOptions Options() {
    test::DriverOptions options;
    options.rules = Promise(Duration::Hours(10));
    options.topics = {{.name = std::string(kTickets), .alias = "tickets"}};
    options.topics[0].partner.fixed = "acme";
    return options;
  }
  void Open(int tickets, EventTime at) {
    for (int i = 0; i < tickets; ++i) {
      const std::string id = "t" + std::to_string(opened_++);
      driver_.Append(kTickets, id,
                     R"({"specversion":"1.0","source":"urn:desk","type":"ticket.created","id":")" +
                         id + R"(","subject":")" + id + R"(","time":")" + FormatRfc3339(at) +
                         R"(","data":{"queue":"help"}})");
    }
    ASSERT_TRUE(driver_.Settle());
  }
  void AdvanceTo(EventTime t) { ASSERT_TRUE(driver_.AdvanceTo(t)); }
  void Settle() { ASSERT_TRUE(driver_.Settle()); }
  int64_t Total(MetricId metric) const {
    int64_t total = 0;
    driver_.ReadNet(
        [&](RowKind row, EventTime, const ScopeLabels&, domain::Cell cell, int64_t net) {
          if (row == RowKind::kTotal && cell.metric == metric) total += net;
        });
    return total;
  }

  test::PipelineDriver driver_;
  int opened_ = 0;
};

TEST_F(RuleSweepTest, ASmallerBudgetBreachesContactsThatSleep) {
  Open(3, kNine);
  AdvanceTo(kNine + Duration::Hours(2));
  ASSERT_TRUE(driver_.Reconfigure(Promise(Duration::Hours(1))));
  Settle();
  EXPECT_EQ(Total(MetricId::kSlaBreached), 0) << "the change instant has not passed";
  AdvanceTo(kNine + Duration::Hours(2) + Duration::Seconds(1));
  EXPECT_EQ(Total(MetricId::kSlaBreached), 3);
  EXPECT_EQ(Total(MetricId::kSlaOverdue), 3);
}

TEST_F(RuleSweepTest, TheFirstPolicyStartsTheClocksOfOpenContacts) {
  ASSERT_TRUE(driver_.Reconfigure({}));
  Open(3, kNine);
  AdvanceTo(kNine + Duration::Hours(2));
  ASSERT_TRUE(driver_.Reconfigure(Promise(Duration::Hours(1))));
  AdvanceTo(kNine + Duration::Hours(3));
  EXPECT_EQ(Total(MetricId::kSlaRunning), 3);
  EXPECT_EQ(Total(MetricId::kSlaBreached), 0) << "nothing was used before";
  AdvanceTo(kNine + Duration::Hours(3) + Duration::Millis(2));
  EXPECT_EQ(Total(MetricId::kSlaBreached), 3);
}

TEST_F(RuleSweepTest, ALaterRuleSetIsSweptWhenItsTimeHasCome) {
  Open(3, kNine);
  AdvanceTo(kNine + Duration::Hours(1));
  domain::RuleSet later = Promise(Duration::Hours(1));
  later.effective_from = kNine + Duration::Hours(4);
  ASSERT_TRUE(driver_.Reconfigure(later));
  AdvanceTo(kNine + Duration::Hours(4));
  EXPECT_EQ(Total(MetricId::kSlaBreached), 0);
  AdvanceTo(kNine + Duration::Hours(4) + Duration::Millis(1));
  EXPECT_EQ(Total(MetricId::kSlaBreached), 3);
}

TEST_F(RuleSweepTest, BeginsAgainAfterACrashInItsMidst) {
  constexpr int kTicketCount = 100;
  Open(kTicketCount, kNine);
  AdvanceTo(kNine + Duration::Hours(2));
  ASSERT_TRUE(driver_.Reconfigure(Promise(Duration::Hours(1))));
  driver_.TellTime(kNine + Duration::Hours(2) + Duration::Seconds(1));
  ASSERT_TRUE(driver_.Consume());
  ASSERT_TRUE(driver_.Commit());
  EXPECT_GT(Total(MetricId::kSlaBreached), 0);
  EXPECT_LT(Total(MetricId::kSlaBreached), kTicketCount) << "a few at a time";
  ASSERT_TRUE(driver_.Crash());
  Settle();
  EXPECT_EQ(Total(MetricId::kSlaBreached), kTicketCount);
}

TEST_F(RuleSweepTest, AWakeUpOfTheOldRulesFindsTheNewOnes) {
  Open(1, kNine);
  AdvanceTo(kNine + Duration::Hours(2));
  ASSERT_TRUE(driver_.Reconfigure(Promise(Duration::Hours(20))));
  AdvanceTo(kNine + Duration::Hours(11));
  EXPECT_EQ(Total(MetricId::kSlaBreached), 0) << "the wake-up at the old due finds another one";
  AdvanceTo(kNine + Duration::Hours(20) + Duration::Millis(1));
  EXPECT_EQ(Total(MetricId::kSlaBreached), 1);
}

}  // namespace
}  // namespace touchline::pipeline
