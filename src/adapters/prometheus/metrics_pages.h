#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/prometheus/export_options.h"
#include "adapters/prometheus/label_values.h"
#include "adapters/prometheus/process_info.h"
#include "adapters/prometheus/scope_table.h"
#include "adapters/prometheus/series.h"
#include "pipeline/ports.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"

namespace touchline::adapters {

// The pages that Prometheus scrapes, written straight from the ledger: /metrics (all scopes but
// agents, and the process) and /metrics/agents (agents, and their rolling windows). What a label
// admitted on either page stays admitted as long as this lives.
//
// Thread-safe: scrapes take turns. The ledger is locked while cells are copied, not while they are
// formatted. Cost: about a millisecond per 4000 series.
class MetricsPages {
 public:
  using ProcessReader = std::optional<ProcessInfo> (*)();

  // All three outlive this. `read_process` is for tests.
  MetricsPages(const pipeline::PublishedLedger& ledger, const pipeline::ProcessStats& stats,
               ExportOptions options, const pipeline::Clock& clock,
               ProcessReader read_process = ReadProcessInfo);

  // The page in the text format, content_type(), timed in touchline_scrape_seconds.
  std::string Main() { return Text(Page::kMain); }
  std::string Agents() { return Text(Page::kAgents); }
  static std::string_view content_type();

  // The same series to any sink; not timed.
  void Write(Page page, SeriesSink& sink);

  // Keeps what was admitted to labels over a restart: read them when the version has changed, and
  // give them back before the first scrape.
  uint64_t labels_version() const;
  LabelBounds::Admitted admitted_labels() const;
  void RestoreLabels(const LabelBounds::Admitted& admitted);

 private:
  std::string Text(Page page);
  WallTime SteadyNow();
  std::optional<EventTime> WindowNow(WallTime now) const;

  const pipeline::PublishedLedger& ledger_;
  const pipeline::ProcessStats& stats_;
  const ExportOptions options_;
  const pipeline::Clock& clock_;
  const ProcessReader read_process_;

  mutable std::mutex mutex_;
  LabelBounds bounds_;
  WallTime latest_ = WallTime::Min();
  // Of the last one; room for the next is made at once.
  std::array<std::atomic<size_t>, 2> page_bytes_{};
  pipeline::AtomicHistogram scrape_main_;
  pipeline::AtomicHistogram scrape_agents_;
};

}  // namespace touchline::adapters
