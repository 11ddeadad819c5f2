#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "adapters/prometheus/export_options.h"
#include "adapters/prometheus/label_values.h"
#include "adapters/prometheus/process_info.h"
#include "adapters/prometheus/series.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"

namespace touchline::adapters {

// Bounds of touchline_scrape_seconds.
inline constexpr std::array<int64_t, 10> kScrapeBoundsMicros = {
    1'000, 2'000, 5'000, 10'000, 20'000, 50'000, 100'000, 200'000, 500'000, 1'000'000};

struct ProcessView {
  const pipeline::PublishedLedger& ledger;
  const pipeline::ProcessStats& stats;
  const ExportOptions& options;
  std::optional<ProcessInfo> process;  // nullopt: its metrics are left out
  std::array<int64_t, kOpenLabelCount> dropped{};
  const pipeline::AtomicHistogram& scrape_main;
  const pipeline::AtomicHistogram& scrape_agents;
};

// The metrics of domain::ProcessCatalogue, in its order. What is unknown is absent: a watermark
// that no task has yet, free space never measured, a reading without its callback.
void WriteProcess(const ProcessView& view, SeriesSink& sink);

}  // namespace touchline::adapters
