#include <gtest/gtest.h>

#include <set>
#include <string>

#include "adapters/prometheus/metrics_pages.h"
#include "domain/process_metrics.h"
#include "tests/prometheus/exposition.h"
#include "tests/prometheus/ledger_fixture.h"

namespace touchline::adapters {
namespace {

using test::Exposition;

std::optional<ProcessInfo> SomeProcess() {
  return ProcessInfo{.cpu_millis = 12'340,
                     .resident_bytes = 1 << 20,
                     .virtual_bytes = 1 << 21,
                     .open_fds = 17,
                     .max_fds = 1024,
                     .threads = 5,
                     .start_millis = 1'700'000'000'120};
}
std::optional<ProcessInfo> NoProcess() { return std::nullopt; }

class ProcessMetricsTest : public test::LedgerFixture {
 protected:
  Exposition Main(MetricsPages::ProcessReader reader = SomeProcess) {
    MetricsPages pages(ledger_, stats_, options_, clock_, reader);
    Exposition page = test::ParseExposition(pages.Main());
    EXPECT_EQ(page.problems, std::vector<std::string>{});
    return page;
  }
  ExportOptions options_;
};

TEST_F(ProcessMetricsTest, ShowTheStats) {
  stats_.commit_micros.Observe(2'500);
  stats_.commit_micros.Observe(9'000'000);
  stats_.sources.Of("calls").event_lag_millis.Observe(1'234);
  stats_.sources.Of("chats");
  stats_.committed_rows = 70;
  stats_.sources.Of("calls").clock_skew_millis = 1'500;
  stats_.outbox_records = 3;
  stats_.paused_for_disk = true;
  stats_.config_reload_ok = false;
  stats_.config_loaded_at_ms = 1'700'000'000'120;
  const Exposition page = Main();
  EXPECT_EQ(page.At("touchline_commit_seconds_bucket{le=\"0.002\"}"), "0");
  EXPECT_EQ(page.At("touchline_commit_seconds_bucket{le=\"0.005\"}"), "1");
  EXPECT_EQ(page.At("touchline_commit_seconds_bucket{le=\"5.0\"}"), "1");
  EXPECT_EQ(page.At("touchline_commit_seconds_count{}"), "2");
  EXPECT_EQ(page.At("touchline_commit_seconds_sum{}"), "9.0025");
  EXPECT_EQ(page.At("touchline_event_lag_seconds_sum{source=\"calls\"}"), "1.234");
  EXPECT_EQ(page.At("touchline_event_lag_seconds_count{source=\"chats\"}"), "0");
  EXPECT_EQ(page.At("touchline_committed_rows_total{}"), "70");
  EXPECT_EQ(page.At("touchline_clock_skew_seconds{source=\"calls\"}"), "1.5");
  EXPECT_EQ(page.At("touchline_clock_skew_seconds{source=\"chats\"}"), "0");
  EXPECT_EQ(page.At("touchline_outbox_records{}"), "3");
  EXPECT_EQ(page.At("touchline_paused_for_disk{}"), "1");
  EXPECT_EQ(page.At("touchline_config_last_reload_successful{}"), "0");
  EXPECT_EQ(page.At("touchline_config_last_reload_success_timestamp_seconds{}"),
            "1700000000.12");
}

TEST_F(ProcessMetricsTest, LeaveOutWhatIsUnknown) {
  Progress({.task = 0, .topic = "t", .stage = "s", .watermark = EventTime::Min()});
  const Exposition page = Main(NoProcess);
  EXPECT_EQ(page.Count("touchline_free_disk_bytes"), 0U);
  EXPECT_EQ(page.Count("touchline_config_last_reload"), 0U);
  EXPECT_EQ(page.Count("touchline_watermark_timestamp_seconds"), 0U);
  EXPECT_EQ(page.Count("touchline_source_complete_until_timestamp_seconds"), 0U);
  EXPECT_EQ(page.Count("touchline_consumer_lag"), 0U);
  EXPECT_EQ(page.Count("touchline_event_lag_seconds"), 0U);
  EXPECT_EQ(page.Count("touchline_clock_skew_seconds"), 0U);
  EXPECT_EQ(page.Count("process_"), 0U);
  EXPECT_EQ(page.At("touchline_tasks{stage=\"s\"}"), "1");
}

TEST_F(ProcessMetricsTest, TakeTheLeastWatermarkOfAStageAndSource) {
  const auto at = [](int64_t ms) { return EventTime::FromMillis(ms); };
  options_.source_of_topic = {{"support.calls", "calls"}};
  Progress({.task = 0, .topic = "support.calls", .stage = "interactions", .watermark = at(9'500)});
  Progress({.task = 1, .topic = "support.calls", .stage = "interactions", .watermark = at(7'250),
            .caught_up = true});
  Progress({.task = 2, .topic = "support.chats", .stage = "interactions", .watermark = at(5'000)});
  const Exposition page = Main();
  const std::string name = "touchline_watermark_timestamp_seconds";
  EXPECT_EQ(page.At(name + "{source=\"calls\",stage=\"interactions\"}"), "7.25");
  EXPECT_EQ(page.At(name + "{source=\"support.chats\",stage=\"interactions\"}"), "5");
  EXPECT_EQ(page.At("touchline_tasks_caught_up{stage=\"interactions\"}"), "1");
}

TEST_F(ProcessMetricsTest, TakeTheLeastWordOfASourcesHeartbeats) {
  const auto at = [](int64_t ms) { return EventTime::FromMillis(ms); };
  options_.source_of_topic = {{"support.calls", "calls"}};
  const auto told = [&](uint32_t task, const std::string& topic, std::optional<EventTime> until) {
    Progress({.task = task, .topic = topic, .stage = "interactions", .watermark = at(9'000),
              .complete_until = until});
  };
  told(0, "support.calls", at(8'250));
  told(1, "support.calls", at(8'500));
  told(2, "support.calls", std::nullopt);  // no heartbeat here yet
  told(3, "support.chats", std::nullopt);
  const std::string name = "touchline_source_complete_until_timestamp_seconds";
  EXPECT_EQ(Main().At(name + "{source=\"calls\"}"), "8.25");
  EXPECT_EQ(Main().Count(name + "{"), 1U);
  told(0, "support.calls", at(8'750));
  EXPECT_EQ(Main().At(name + "{source=\"calls\"}"), "8.5");
}

TEST_F(ProcessMetricsTest, ReadTheStoreAndTheLagByCallback) {
  options_.sources.state_size = [] {
    return ExportSources::StateSize{.entries = 8, .bytes = 99};
  };
  options_.sources.input_lags = [] {
    return std::vector<ExportSources::InputLag>{
        {.source = "calls", .partition = 7, .records = 1234}};
  };
  const Exposition page = Main();
  EXPECT_EQ(page.At("touchline_state_entries{}"), "8");
  EXPECT_EQ(page.At("touchline_state_bytes{}"), "99");
  EXPECT_EQ(page.At("touchline_consumer_lag{partition=\"7\",source=\"calls\"}"), "1234");
}

TEST_F(ProcessMetricsTest, NameTheBuild) {
  options_.build_info = {{"version", "0.1.0"}, {"rocksdb", "7.8.3 \"debug\""}};
  EXPECT_EQ(Main().At("touchline_build_info{rocksdb=\"7.8.3 \"debug\"\",version=\"0.1.0\"}"), "1");
}

TEST_F(ProcessMetricsTest, UsePrometheusStandardNames) {
  const Exposition page = Main();
  EXPECT_EQ(page.At("process_cpu_seconds_total{}"), "12.34");
  EXPECT_EQ(page.At("process_open_fds{}"), "17");
  EXPECT_EQ(page.At("process_start_time_seconds{}"), "1700000000.12");
}

TEST_F(ProcessMetricsTest, CountScrapesThatWent) {
  MetricsPages pages(ledger_, stats_, options_, clock_, SomeProcess);
  pages.Agents();
  pages.Main();
  const Exposition page = test::ParseExposition(pages.Main());
  EXPECT_EQ(page.At("touchline_scrape_seconds_count{page=\"agents\"}"), "1");
  EXPECT_EQ(page.At("touchline_scrape_seconds_count{page=\"metrics\"}"), "1");
}

TEST_F(ProcessMetricsTest, AreAllInTheirTable) {
  Progress({.task = 0, .topic = "t", .stage = "s", .watermark = EventTime::FromMillis(1),
            .complete_until = EventTime::FromMillis(1)});
  stats_.free_disk_bytes = 5;
  stats_.config_loaded_at_ms = 1;
  options_.sources.state_size = [] { return ExportSources::StateSize(); };
  stats_.sources.Of("t");
  options_.sources.input_lags = [] {
    return std::vector<ExportSources::InputLag>{{.source = "t"}};
  };
  std::set<std::string> declared;
  for (const auto& spec : domain::ProcessCatalogue()) {
    EXPECT_EQ(&domain::Spec(spec.id), &spec) << "out of order";
    declared.emplace(spec.name);
  }
  std::set<std::string> shown;
  for (const auto& [name, family] : Main().families) shown.insert(name);
  EXPECT_EQ(shown, declared);
}

TEST(ReadProcessInfoTest, KnowsThisProcess) {
  const auto info = ReadProcessInfo();
  ASSERT_TRUE(info);
  EXPECT_GT(info->resident_bytes, 1 << 20);
  EXPECT_GT(info->virtual_bytes, info->resident_bytes);
  EXPECT_GE(info->threads, 1);
  EXPECT_GE(info->open_fds, 3);
  EXPECT_LT(info->open_fds, 1000);
  EXPECT_GT(info->start_millis, 1'600'000'000'000);
}

}  // namespace
}  // namespace touchline::adapters
