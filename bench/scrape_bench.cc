// Scrapes and queries over a ledger of about 100 000 series on each page.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "adapters/http/api_totals.h"
#include "adapters/prometheus/collectable.h"
#include "adapters/prometheus/metrics_pages.h"
#include "adapters/system_clock.h"

namespace touchline {
namespace {

using domain::Cell;
using domain::MetricSpec;
using domain::ScopeKind;
using pipeline::CellDelta;
using pipeline::RowKind;
using pipeline::ScopeLabels;

constexpr int kQueues = 515;
constexpr int kAgents = 690;
// An agent at work touches a few metrics in each bucket.
constexpr size_t kCellsPerBucket = 8;

// All cells that a scope of this kind can have.
std::vector<CellDelta> AllCells(const ScopeLabels& labels) {
  std::vector<CellDelta> cells;
  const auto add = [&cells](const MetricSpec& spec, size_t closed, uint8_t bucket) {
    const Cell cell = {
        .metric = spec.id, .closed = static_cast<uint8_t>(closed), .bucket = bucket};
    cells.push_back({.cell = cell.packed(), .added = 1'234'567, .withdrawn = 0});
  };
  for (const MetricSpec& spec : domain::Catalogue()) {
    if (spec.scope != labels.scope || spec.merge != domain::Merge::kSum) continue;
    if (spec.type == domain::MetricType::kHistogram) {
      const size_t bounds = domain::BucketBounds(spec.id, labels.kind).size();
      for (size_t b = 0; b <= bounds; ++b) add(spec, 0, static_cast<uint8_t>(b));
      add(spec, 0, Cell::kSumCell);
      continue;
    }
    size_t combinations = 1;
    for (const domain::ClosedLabel& label : spec.closed) combinations *= label.values.size();
    for (size_t closed = 0; closed < combinations; ++closed) add(spec, closed, 0);
  }
  return cells;
}

// A full ledger: queues of all kinds, and agents with a whole day of windows behind them.
class Full {
 public:
  Full() {
    for (int i = 0; i < kQueues; ++i) {
      for (const ScopeKind scope : {ScopeKind::kQueue, ScopeKind::kContact}) AddTotals(scope, i);
    }
    for (int i = 0; i < kAgents; ++i) AddAgent(i);
    ledger_.Apply(release_, clock_.Now());
    release_ = {};
  }

  const pipeline::PublishedLedger& ledger() const { return ledger_; }
  adapters::MetricsPages& pages() { return pages_; }

 private:
  static ScopeLabels Labels(ScopeKind scope, int i) {
    return {.scope = scope,
            .partner = "partner " + std::to_string(i % 10),
            .kind = static_cast<domain::Kind>(i % 3),
            .channel = domain::Channel::kVoice,
            .direction = domain::Direction::kInbound,
            .subject = "a name of usual length " + std::to_string(i)};
  }
  void AddTotals(ScopeKind scope, int i) {
    const ScopeLabels labels = Labels(scope, i);
    release_.rows.push_back({.scope = ledger_.Resolve(labels), .cells = AllCells(labels)});
  }
  void AddAgent(int i) {
    AddTotals(ScopeKind::kAgent, i);
    const auto [scope, kind, start, cells] = release_.rows.back();
    const EventTime now = EventTime::FromMillis(clock_.Now().millis());
    const std::vector<CellDelta> few(
        cells.begin(), cells.begin() + std::min(cells.size(), kCellsPerBucket));
    for (int b = 0; b < 240; ++b) {
      release_.rows.push_back({.scope = scope,
                               .kind = RowKind::kBucket,
                               .start = FloorTo(now, pipeline::kBucket) - pipeline::kBucket * b,
                               .cells = few});
    }
    for (int q = 0; q < 96; ++q) {
      release_.rows.push_back(
          {.scope = scope,
           .kind = RowKind::kQuarterHour,
           .start = FloorTo(now, pipeline::kQuarterHour) - pipeline::kQuarterHour * q,
           .cells = cells});
    }
  }

  adapters::SystemClock clock_;
  pipeline::Release release_;
  pipeline::PublishedLedger ledger_;
  pipeline::ProcessStats stats_;
  adapters::MetricsPages pages_{ledger_, stats_, {}, clock_};
};

// Made at the first call, so not within what is timed.
Full& TheLedger() {
  static Full full;
  return full;
}

// Lines that are no comments.
double CountSeries(const std::string& page) {
  int64_t series = 0;
  for (size_t at = 0; at < page.size(); at = page.find('\n', at) + 1) series += page[at] != '#';
  return static_cast<double>(series);
}

void BM_ScrapeMain(benchmark::State& state) {
  adapters::MetricsPages& pages = TheLedger().pages();
  std::string page;
  for (auto _ : state) benchmark::DoNotOptimize(page = pages.Main());
  state.counters["series"] = CountSeries(page);
}
BENCHMARK(BM_ScrapeMain)->Unit(benchmark::kMillisecond);

void BM_ScrapeAgents(benchmark::State& state) {
  adapters::MetricsPages& pages = TheLedger().pages();
  std::string page;
  for (auto _ : state) benchmark::DoNotOptimize(page = pages.Agents());
  state.counters["series"] = CountSeries(page);
}
BENCHMARK(BM_ScrapeAgents)->Unit(benchmark::kMillisecond);

// What the built-in page spares: the same series as prometheus-cpp's families, not yet a text.
void BM_CollectMain(benchmark::State& state) {
  const adapters::LedgerCollectable collectable(TheLedger().pages(), adapters::Page::kMain);
  for (auto _ : state) benchmark::DoNotOptimize(collectable.Collect());
}
BENCHMARK(BM_CollectMain)->Unit(benchmark::kMillisecond);

void BM_ApiTotals(benchmark::State& state) {
  const adapters::HttpRequest request = {.path = "/api/v1/totals", .query = {}, .accept = {}};
  const pipeline::PublishedLedger& ledger = TheLedger().ledger();
  for (auto _ : state) benchmark::DoNotOptimize(adapters::ApiTotals(ledger, request));
}
BENCHMARK(BM_ApiTotals)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace touchline

BENCHMARK_MAIN();
