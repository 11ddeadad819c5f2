#include <gtest/gtest.h>

#include <string>

#include "adapters/prometheus/metrics_pages.h"
#include "base/rfc3339.h"
#include "base/time_zone.h"
#include "tests/prometheus/exposition.h"
#include "tests/prometheus/ledger_fixture.h"

namespace touchline::adapters {
namespace {

using domain::MetricId;
using pipeline::RowKind;
using test::Agent;
using test::Exposition;

EventTime At(const std::string& text) {
  return EventTime::FromMillis(*ParseRfc3339Nanos(text) / 1'000'000);
}

class WindowsTest : public test::LedgerFixture {
 protected:
  void SetNow(const std::string& text) {
    clock_.Set(WallTime::FromMillis(At(text).millis()));
  }
  void Bucket(const std::string& start, int64_t added, int64_t withdrawn = 0) {
    AddAt(RowKind::kBucket, At(start), Agent("ann"), MetricId::kAgentReplies, 0, added, withdrawn);
  }
  void Quarter(const std::string& start, const pipeline::ScopeLabels& labels, int64_t added) {
    AddAt(RowKind::kQuarterHour, At(start), labels, MetricId::kAgentReplies, 0, added);
  }
  Exposition Agents() {
    MetricsPages pages(ledger_, stats_, options_, clock_);
    Exposition page = test::ParseExposition(pages.Agents());
    EXPECT_EQ(page.problems, std::vector<std::string>{});
    return page;
  }
  std::string Replies(const std::string& window, const std::string& partner = "acme") {
    return Agents().At("touchline_agent_replies_window{agent=\"ann\",channel=\"web\",kind=\"chat\","
                       "partner=\"" + partner + "\",window=\"" + window + "\"}");
  }
  ExportOptions options_;
};

TEST_F(WindowsTest, HoldTheBucketsAtBothTheirEnds) {
  SetNow("2026-03-01T12:00:07Z");           // floored: 12:00:00
  Bucket("2026-03-01T11:54:45Z", 1);        // one bucket too old for 5m
  Bucket("2026-03-01T11:55:00Z", 10);       // the oldest of 5m
  Bucket("2026-03-01T12:00:00Z", 100);      // the newest
  Bucket("2026-03-01T12:00:15Z", 1000);     // not yet
  EXPECT_EQ(Replies("5m"), "110");
  EXPECT_EQ(Replies("15m"), "111");
}

TEST_F(WindowsTest, ReachBackAsFarAsTheirNames) {
  SetNow("2026-03-01T12:00:00Z");
  Bucket("2026-03-01T10:59:45Z", 1);
  Bucket("2026-03-01T11:00:00Z", 10);
  Bucket("2026-03-01T11:44:45Z", 100);
  Bucket("2026-03-01T11:45:00Z", 1000);
  EXPECT_EQ(Replies("5m"), "0");
  EXPECT_EQ(Replies("15m"), "1000");
  EXPECT_EQ(Replies("1h"), "1110");
}

TEST_F(WindowsTest, AreNet) {
  SetNow("2026-03-01T12:00:00Z");
  Bucket("2026-03-01T11:59:00Z", 5, 2);
  EXPECT_EQ(Replies("5m"), "3");
}

TEST_F(WindowsTest, VanishWithTheLastThingInThem) {
  SetNow("2026-03-01T12:00:00Z");
  Bucket("2026-03-01T11:00:00Z", 5);
  EXPECT_EQ(Agents().Count("_window{"), 4U);
  SetNow("2026-03-01T12:00:15Z");
  EXPECT_EQ(Agents().Count("_window{"), 0U);
}

TEST_F(WindowsTest, BearClosedLabelsTogether) {
  SetNow("2026-03-01T12:00:00Z");
  AddAt(RowKind::kBucket, At("2026-03-01T11:59:00Z"), Agent("ann"),
        MetricId::kAgentHandlingSeconds, 1, 1500);
  const Exposition page = Agents();
  EXPECT_EQ(page.Count("touchline_agent_handling_seconds_window{"), 5U * 4U);
  EXPECT_EQ(page.At("touchline_agent_handling_seconds_window{agent=\"ann\",channel=\"web\","
                    "kind=\"chat\",part=\"talk\",partner=\"acme\",window=\"1h\"}"),
            "1.5");
}

TEST_F(WindowsTest, BeginTodayAtMidnightUtcUnlessConfigured) {
  SetNow("2026-03-01T12:00:00Z");
  Quarter("2026-02-28T23:45:00Z", Agent("ann"), 1);
  Quarter("2026-03-01T00:00:00Z", Agent("ann"), 10);
  Quarter("2026-03-01T12:00:00Z", Agent("ann"), 100);
  Quarter("2026-03-01T12:15:00Z", Agent("ann"), 1000);
  EXPECT_EQ(Replies("today"), "110");
  EXPECT_EQ(Replies("1h"), "0") << "that reads buckets, not quarter hours";
}

TEST_F(WindowsTest, BeginTodayAtThePartnersMidnight) {
  options_.zones.emplace("kolkata", *TimeZone::Load("Asia/Kolkata"));  // +05:30
  SetNow("2026-03-01T12:00:00Z");
  pipeline::ScopeLabels there = Agent("ann");
  there.partner = "kolkata";
  for (const auto& labels : {Agent("ann"), there}) {
    Quarter("2026-02-28T18:15:00Z", labels, 1);
    Quarter("2026-02-28T18:30:00Z", labels, 10);
    Quarter("2026-03-01T00:00:00Z", labels, 100);
  }
  EXPECT_EQ(Replies("today", "kolkata"), "110");
  EXPECT_EQ(Replies("today", "acme"), "100");
}

TEST_F(WindowsTest, GoByTheGreatestWatermarkOfRecordedSources) {
  options_.window_clock = WindowClock::kWatermark;
  SetNow("2026-03-01T12:00:00Z");
  Bucket("2016-11-01T08:00:00Z", 7);
  EXPECT_EQ(Replies("5m"), "absent") << "no watermark yet";
  Progress({.task = 0, .topic = "t", .stage = "s", .watermark = At("2016-11-01T07:00:00Z")});
  Progress({.task = 1, .topic = "t", .stage = "s", .watermark = At("2016-11-01T08:04:00Z")});
  Progress({.task = 2, .topic = "t", .stage = "s", .watermark = EventTime::Min()});
  EXPECT_EQ(Replies("5m"), "7");
}

TEST_F(WindowsTest, AreOnlyOnTheAgentsPage) {
  SetNow("2026-03-01T12:00:00Z");
  Bucket("2026-03-01T11:59:00Z", 5);
  MetricsPages pages(ledger_, stats_, options_, clock_);
  EXPECT_EQ(test::ParseExposition(pages.Main()).Count("_window{"), 0U);
}

TEST_F(WindowsTest, MergeAgentsWithoutRoom) {
  options_.limits.max_values_of = {{"agent", 0}};
  SetNow("2026-03-01T12:00:00Z");
  for (const char* agent : {"ann", "bob"}) {
    AddAt(RowKind::kBucket, At("2026-03-01T11:59:00Z"), Agent(agent), MetricId::kAgentReplies, 0,
          3);
  }
  EXPECT_EQ(Agents().At("touchline_agent_replies_window{agent=\"other\",channel=\"web\","
                        "kind=\"chat\",partner=\"acme\",window=\"5m\"}"),
            "6");
}

TEST(CatalogueTest, HasWindowsForCountersAndForecastsOnly) {
  for (const domain::MetricSpec& spec : domain::Catalogue()) {
    const bool is_counter = spec.type == domain::MetricType::kCounter;
    EXPECT_TRUE(!spec.in_windows || is_counter || spec.is_forecast) << spec.name;
  }
}

}  // namespace
}  // namespace touchline::adapters
