#pragma once

// What the process says about itself: the second table of the reference. Unlike the catalogue's
// metrics these are never kept in the state and never compared across lives.

#include <cstdint>
#include <span>
#include <string_view>

#include "domain/metrics.h"

namespace touchline::domain {

enum class ProcessMetricId : uint8_t {
  kCommitSeconds,
  kCommittedRows,
  kCommittedBytes,
  kEventLag,
  kWatermark,
  kSourceCompleteUntil,
  kConsumerLag,
  kTasks,
  kTasksCaughtUp,
  kClockSkew,
  kStateEntries,
  kStateBytes,
  kCacheBytes,
  kCacheEntries,
  kTimers,
  kOutboxRecords,
  kForgottenContacts,
  kToForget,
  kFreeDiskBytes,
  kPausedForDisk,
  kSeriesDropped,
  kScrapeSeconds,
  kConfigReloadSuccessful,
  kConfigReloadSuccessTime,
  kBuildInfo,
  kProcessCpuSeconds,
  kProcessResidentBytes,
  kProcessVirtualBytes,
  kProcessOpenFds,
  kProcessMaxFds,
  kProcessThreads,
  kProcessStartTime,
};
inline constexpr size_t kProcessMetricCount = 32;

struct ProcessMetricSpec {
  ProcessMetricId id = ProcessMetricId::kCommitSeconds;
  std::string_view name = {};  // as exported
  MetricType type = MetricType::kGauge;
  Merge merge = Merge::kSum;
  std::string_view labels = {};  // for the reference
  std::string_view help = {};    // one sentence
};

// The whole table, indexed by ProcessMetricId.
std::span<const ProcessMetricSpec> ProcessCatalogue();
const ProcessMetricSpec& Spec(ProcessMetricId id);

}  // namespace touchline::domain
