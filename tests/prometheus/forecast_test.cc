#include <gtest/gtest.h>

#include <string>

#include "adapters/prometheus/metrics_pages.h"
#include "base/rfc3339.h"
#include "domain/sla/policy.h"
#include "tests/prometheus/exposition.h"
#include "tests/prometheus/ledger_fixture.h"

namespace touchline::adapters {
namespace {

using domain::MetricId;
using domain::SlaTarget;
using test::Exposition;

EventTime At(const std::string& text) {
  return EventTime::FromMillis(*ParseRfc3339Nanos(text) / 1'000'000);
}

const pipeline::ScopeLabels kGold = {.scope = domain::ScopeKind::kSla,
                                     .partner = "acme",
                                     .kind = domain::Kind::kTicket,
                                     .channel = domain::Channel::kEmail,
                                     .subject = "sales",
                                     .policy = "gold"};

class ForecastTest : public test::LedgerFixture {
 protected:
  ForecastTest() {
    clock_.Set(WallTime::FromMillis(At("2026-03-01T12:00:07Z").millis()));  // floored: 12:00:00
    Add(kGold, MetricId::kSlaRunning, static_cast<uint8_t>(SlaTarget::kResolution), 1);
  }
  void Due(const std::string& bucket, int64_t added) {
    AddAt(pipeline::RowKind::kBucket, At(bucket), kGold, MetricId::kSlaDue,
          static_cast<uint8_t>(SlaTarget::kResolution), added);
  }
  Exposition Page() {
    MetricsPages pages(ledger_, stats_, ExportOptions(), clock_);
    Exposition page = test::ParseExposition(pages.Main());
    EXPECT_EQ(page.problems, std::vector<std::string>{});
    return page;
  }
  std::string Within(const std::string& within, const std::string& target = "resolution") {
    return Page().At("touchline_sla_due{channel=\"email\",kind=\"ticket\",partner=\"acme\","
                     "policy=\"gold\",queue=\"sales\",target=\"" + target + "\",within=\"" +
                     within + "\"}");
  }
};

TEST_F(ForecastTest, BeginsWithTheBucketOfNowAndLeavesOutTheOneAtItsEnd) {
  Due("2026-03-01T11:59:45Z", 1);     // past
  Due("2026-03-01T12:00:00Z", 10);    // that of now
  Due("2026-03-01T12:04:45Z", 100);   // the last within 5m
  Due("2026-03-01T12:05:00Z", 1000);  // not within 5m
  EXPECT_EQ(Within("5m"), "110");
  EXPECT_EQ(Within("15m"), "1110");
}

TEST_F(ForecastTest, ReachesAnHourAhead) {
  Due("2026-03-01T12:15:00Z", 1);
  Due("2026-03-01T12:59:45Z", 10);
  Due("2026-03-01T13:00:00Z", 100);
  EXPECT_EQ(Within("15m"), "0");
  EXPECT_EQ(Within("1h"), "11");
}

TEST_F(ForecastTest, ShowsZeroWhereClocksRunAndNothingIsDue) {
  EXPECT_EQ(Within("1h"), "0");
  EXPECT_EQ(Within("1h", "first_response"), "0") << "a target of tickets";
  EXPECT_EQ(Within("1h", "answer"), "absent") << "no target of tickets";
}

TEST_F(ForecastTest, DoesNotMakeTheLastHourForgotten) {
  Due("2026-03-01T13:03:00Z", 1);
  pipeline::ScopeLabels agent = test::Agent("ann");
  AddAt(pipeline::RowKind::kBucket, At("2026-03-01T11:00:00Z"), agent, MetricId::kAgentReplies, 0,
        5);
  Due("2026-03-01T13:04:00Z", 1);
  MetricsPages pages(ledger_, stats_, ExportOptions(), clock_);
  EXPECT_EQ(test::ParseExposition(pages.Agents())
                .At("touchline_agent_replies_window{agent=\"ann\",channel=\"web\",kind=\"chat\","
                    "partner=\"acme\",window=\"1h\"}"),
            "5");
}

}  // namespace
}  // namespace touchline::adapters
