#include "adapters/prometheus/metrics_pages.h"

#include <algorithm>
#include <utility>

#include "adapters/prometheus/catalogue_series.h"
#include "adapters/prometheus/forecast_series.h"
#include "adapters/prometheus/process_series.h"
#include "adapters/prometheus/text_writer.h"
#include "adapters/prometheus/window_series.h"

namespace touchline::adapters {

MetricsPages::MetricsPages(const pipeline::PublishedLedger& ledger,
                           const pipeline::ProcessStats& stats, ExportOptions options,
                           const pipeline::Clock& clock, ProcessReader read_process)
    : ledger_(ledger),
      stats_(stats),
      options_(std::move(options)),
      clock_(clock),
      read_process_(read_process),
      bounds_(options_.limits),
      scrape_main_(kScrapeBoundsMicros),
      scrape_agents_(kScrapeBoundsMicros) {}

std::string_view MetricsPages::content_type() { return TextWriter::kContentType; }

std::string MetricsPages::Text(Page page) {
  const int64_t begin = clock_.MonotonicNanos();
  std::atomic<size_t>& page_bytes = page_bytes_[static_cast<size_t>(page)];
  TextWriter writer(page_bytes + page_bytes / 16);
  Write(page, writer);
  std::string text = writer.Take();
  page_bytes = text.size();
  auto& histogram = page == Page::kMain ? scrape_main_ : scrape_agents_;
  histogram.Observe((clock_.MonotonicNanos() - begin) / 1000);
  return text;
}

void MetricsPages::Write(Page page, SeriesSink& sink) {
  const std::lock_guard lock(mutex_);
  const WallTime now = SteadyNow();
  const TotalsSnapshot totals = TakeTotals(ledger_, page, bounds_);
  WriteCatalogue(totals, now, sink);
  if (page == Page::kMain) WriteWaiting(ledger_, bounds_, sink);
  if (const auto window_now = WindowNow(clock_.Now())) {
    WriteWindows(ledger_, page, *window_now, options_, bounds_, sink);
    if (page == Page::kMain) WriteForecasts(ledger_, totals, *window_now, bounds_, sink);
  }
  if (page == Page::kAgents) return;
  WriteProcess({.ledger = ledger_,
                .stats = stats_,
                .options = options_,
                .process = read_process_(),
                .dropped = totals.dropped,
                .scrape_main = scrape_main_,
                .scrape_agents = scrape_agents_},
               sink);
}

// A twin that has shown its value must not fall back to zero because the machine's clock was set
// back: Prometheus would read that as a reset and count the value twice.
WallTime MetricsPages::SteadyNow() { return latest_ = std::max(latest_, clock_.Now()); }

std::optional<EventTime> MetricsPages::WindowNow(WallTime now) const {
  if (options_.window_clock == WindowClock::kWall) return EventTime::FromMillis(now.millis());
  std::optional<EventTime> greatest;
  for (const auto& task : ledger_.Tasks()) {
    if (task.watermark == EventTime::Min() || task.watermark == EventTime::Max()) continue;
    greatest = std::max(greatest.value_or(task.watermark), task.watermark);
  }
  return greatest;
}

uint64_t MetricsPages::labels_version() const {
  const std::lock_guard lock(mutex_);
  return bounds_.version();
}

LabelBounds::Admitted MetricsPages::admitted_labels() const {
  const std::lock_guard lock(mutex_);
  return bounds_.admitted();
}

void MetricsPages::RestoreLabels(const LabelBounds::Admitted& admitted) {
  const std::lock_guard lock(mutex_);
  bounds_.Restore(admitted);
}

}  // namespace touchline::adapters
