// From the event to the record on the topic of alerts.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/rfc3339.h"
#include "domain/metrics.h"
#include "tests/support/pipeline_driver.h"

namespace touchline::pipeline {
namespace {

using domain::MetricId;

constexpr std::string_view kTickets = "support.tickets";
constexpr std::string_view kAlerts = "touchline.alerts";
const EventTime kNine = EventTime::FromMillis(1'767'603'600'000);  // 2026-01-05T09:00:00Z
constexpr Duration kBudget = Duration::Hours(1);

test::DriverOptions Options(TimeMode mode) {
  test::DriverOptions options;
  options.rules.calendars["always"].always_open = true;
  domain::PolicyVersion version;
  version.targets[static_cast<size_t>(domain::SlaTarget::kFirstResponse)] =
      domain::TargetRule{.budget = kBudget, .calendar = "always", .at_risk_permille = 500};
  options.rules.policies.push_back({.name = "gold", .versions = {version}});
  options.topics = {{.name = std::string(kTickets), .alias = "tickets", .mode = mode}};
  options.topics[0].partner.fixed = "acme";
  return options;
}

class AlertsTest : public testing::Test {
 protected:
  explicit AlertsTest(TimeMode mode = TimeMode::kRecorded) : driver_(Options(mode)) {}

  void Tell(const std::string& type, EventTime at, const std::string& data,
            const std::string& subject = "t1") {
    driver_.Append(kTickets, subject,
                   R"({"specversion":"1.0","source":"urn:desk","id":"e)" +
                       std::to_string(++told_) + R"(","type":")" + type + R"(","subject":")" +
                       subject + R"(","time":")" + FormatRfc3339(at) + R"(","data":)" + data +
                       "}");
    ASSERT_TRUE(driver_.Settle());
  }
  void Create(EventTime at) {
    Tell("ticket.created", at, R"({"queue":"help","customer":"cora"})");
  }
  void Reply(EventTime at) { Tell("ticket.message", at, R"({"author":"agent","agent":"ann"})"); }

  std::vector<test::LogRecord> Alerts() {
    std::vector<test::LogRecord> alerts;
    for (Offset i = 0; i < driver_.log().End(kAlerts, 0); ++i) {
      alerts.push_back(*driver_.log().At(kAlerts, 0, i));
    }
    return alerts;
  }
  int64_t Sent(uint8_t alert) const {
    int64_t total = 0;
    driver_.ReadNet([&](RowKind row, EventTime, const ScopeLabels&, domain::Cell cell,
                        int64_t net) {
      if (row == RowKind::kTotal && cell.metric == MetricId::kAlerts && cell.closed == alert) {
        total += net;
      }
    });
    return total;
  }

  test::PipelineDriver driver_;
  int told_ = 0;
};

// A text of an alert, by the first member of that name.
std::string TextOf(const test::LogRecord& record, const std::string& name) {
  const std::string key = "\"" + name + "\":\"";
  const size_t at = record.payload.find(key);
  if (at == std::string::npos) return "";
  const size_t begin = at + key.size();
  return record.payload.substr(begin, record.payload.find('"', begin) - begin);
}

TEST_F(AlertsTest, AClockThatRunsOutIsAtRiskAndThenBreachedAtItsDueInstant) {
  Create(kNine);
  EXPECT_TRUE(Alerts().empty());
  ASSERT_TRUE(driver_.AdvanceTo(kNine + Duration::Minutes(31)));
  ASSERT_EQ(Alerts().size(), 1u);
  EXPECT_EQ(TextOf(Alerts()[0], "type"), "sla.at_risk");
  EXPECT_EQ(TextOf(Alerts()[0], "time"), "2026-01-05T09:30:00.000Z");
  ASSERT_TRUE(driver_.AdvanceTo(kNine + Duration::Hours(5)));
  ASSERT_EQ(Alerts().size(), 2u);
  const test::LogRecord breach = Alerts()[1];
  EXPECT_EQ(breach.key, "t1");
  EXPECT_EQ(TextOf(breach, "type"), "sla.breached");
  EXPECT_EQ(TextOf(breach, "time"), "2026-01-05T10:00:00.000Z");
  EXPECT_EQ(TextOf(breach, "due"), "2026-01-05T10:00:00.000Z");
  EXPECT_EQ(TextOf(breach, "partner"), "acme");
  EXPECT_EQ(TextOf(breach, "queue"), "help");
  EXPECT_EQ(TextOf(breach, "customer"), "cora");
  EXPECT_EQ(TextOf(breach, "policy"), "gold");
  EXPECT_EQ(TextOf(breach, "target"), "first_response");
  EXPECT_EQ(TextOf(breach, "holder"), "queue");
  EXPECT_EQ(TextOf(breach, "feed"), "live");
  EXPECT_EQ(Sent(0), 1);
  EXPECT_EQ(Sent(1), 1);
}

TEST_F(AlertsTest, ALateReplyThatWasInTimeTakesTheBreachBack) {
  Create(kNine);
  ASSERT_TRUE(driver_.AdvanceTo(kNine + Duration::Hours(5)));
  ASSERT_EQ(Alerts().size(), 2u);
  Reply(kNine + Duration::Minutes(59));
  ASSERT_EQ(Alerts().size(), 3u) << "that it was at risk stands";
  EXPECT_EQ(TextOf(Alerts()[2], "type"), "sla.retracted");
  EXPECT_EQ(TextOf(Alerts()[2], "retracts"), TextOf(Alerts()[1], "id"));
  EXPECT_EQ(TextOf(Alerts()[2], "retracted"), "sla.breached");
  Reply(kNine + Duration::Minutes(10));
  ASSERT_EQ(Alerts().size(), 4u);
  EXPECT_EQ(TextOf(Alerts()[3], "retracts"), TextOf(Alerts()[0], "id"));
  EXPECT_EQ(Sent(2), 2);
}

TEST_F(AlertsTest, AReplyInTimeSaysNothing) {
  Create(kNine);
  Reply(kNine + Duration::Minutes(29));
  ASSERT_TRUE(driver_.AdvanceTo(kNine + Duration::Hours(5)));
  EXPECT_TRUE(Alerts().empty());
}

TEST_F(AlertsTest, WhatIsTakenBackInTheSameCommitIsNotSent) {
  Create(kNine);
  driver_.Append(kTickets, "t1", R"({"specversion":"1.0","source":"urn:desk","id":"late-1",)"
                                 R"("type":"ticket.message","subject":"t1",)"
                                 R"("time":"2026-01-05T11:30:00Z","data":{"author":"agent"}})");
  driver_.Append(kTickets, "t1", R"({"specversion":"1.0","source":"urn:desk","id":"late-2",)"
                                 R"("type":"ticket.message","subject":"t1",)"
                                 R"("time":"2026-01-05T09:10:00Z","data":{"author":"agent"}})");
  ASSERT_TRUE(driver_.Settle());
  EXPECT_TRUE(Alerts().empty());
}

TEST_F(AlertsTest, ACrashBringsNoSecondAlertOfAnotherId) {
  Create(kNine);
  ASSERT_TRUE(driver_.AdvanceTo(kNine + Duration::Hours(5)));
  ASSERT_TRUE(driver_.Crash());
  ASSERT_TRUE(driver_.Settle());
  Reply(kNine + Duration::Minutes(1));
  ASSERT_TRUE(driver_.Crash());
  ASSERT_TRUE(driver_.Settle());
  std::set<std::string> ids;
  for (const test::LogRecord& alert : Alerts()) ids.insert(TextOf(alert, "id"));
  EXPECT_EQ(ids.size(), 4u) << "at risk, breached, and a retraction of each";
}

class LiveAlertsTest : public AlertsTest {
 protected:
  LiveAlertsTest() : AlertsTest(TimeMode::kLive) {}
  void Heartbeat(EventTime complete_until) {
    Tell("source.heartbeat", kNine,
         R"({"complete_until":")" + FormatRfc3339(complete_until) + "\"}", "desk");
  }
  void LetPass(Duration after_nine) {
    const int64_t now = driver_.clock().Now().millis();
    driver_.clock().Advance(Duration::Millis((kNine + after_nine).millis() - now));
    driver_.ProveEnds();
    ASSERT_TRUE(driver_.Settle());
  }
};

TEST_F(LiveAlertsTest, WhatFallsDueAfterTheLastWordOfASilentSourceIsOfAStaleFeed) {
  LetPass(Duration());
  Create(kNine);
  Heartbeat(kNine + Duration::Minutes(45));
  LetPass(Duration::Hours(3));
  const auto alerts = Alerts();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(TextOf(alerts[0], "feed"), "live") << "at risk before the source fell silent";
  EXPECT_EQ(TextOf(alerts[1], "feed"), "stale");
}

TEST_F(LiveAlertsTest, WithoutHeartbeatsNothingIsStale) {
  LetPass(Duration());
  Create(kNine);
  LetPass(Duration::Hours(3));
  const auto alerts = Alerts();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(TextOf(alerts[1], "feed"), "live");
}

}  // namespace
}  // namespace touchline::pipeline
