#include "adapters/prometheus/process_series.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "domain/process_metrics.h"

namespace touchline::adapters {
namespace {

using P = domain::ProcessMetricId;
using pipeline::AtomicHistogram;

constexpr int kMillis = 3;
constexpr int kMicros = 6;

class ProcessWriter {
 public:
  ProcessWriter(const ProcessView& view, SeriesSink& sink) : view_(view), sink_(sink) {}

  void Write() {
    WriteCommits();
    WriteTasks();
    WriteState();
    WriteMemory();
    WriteExport();
    if (view_.process) WriteSystem(*view_.process);
  }

 private:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  void Begin(P id) {
    const domain::ProcessMetricSpec& spec = domain::Spec(id);
    sink_.Family(spec.name, spec.type, spec.help);
  }
  void Add(Labels labels, Decimal value) {
    sink_.Value({.scope = Set(labels), .own = none_}, value);
  }
  void AddHistogram(Labels labels, const AtomicHistogram& histogram, int scale) {
    std::vector<int64_t> counts(histogram.bounds().size() + 1);
    for (size_t i = 0; i < counts.size(); ++i) counts[i] = static_cast<int64_t>(histogram.count(i));
    sink_.Histogram(
        {.scope = Set(labels), .own = none_},
        {.bounds = histogram.bounds(), .counts = counts, .sum = histogram.sum(), .scale = scale});
  }
  // A family of one series without labels.
  template <class Integer>
  void One(P id, Integer value, int scale = 0) {
    Begin(id);
    Add({}, {.units = static_cast<int64_t>(value), .scale = scale});
  }
  LabelSet Set(Labels labels) const {
    LabelSet set;
    for (const auto& [name, value] : labels) set.Add(name, Clean(value));
    return set;
  }
  std::string Clean(std::string_view value) const {
    return SanitizeLabelValue(value, view_.options.limits.max_bytes);
  }
  std::string SourceOf(const std::string& topic) const {
    const auto it = view_.options.source_of_topic.find(topic);
    return it == view_.options.source_of_topic.end() ? topic : it->second;
  }

  void WriteCommits() {
    Begin(P::kCommitSeconds);
    AddHistogram({}, view_.stats.commit_micros, kMicros);
    One(P::kCommittedRows, view_.stats.committed_rows.load());
    One(P::kCommittedBytes, view_.stats.committed_bytes.load());
    bool has_sources = false;
    view_.stats.sources.ForEach([&](const std::string& source, const pipeline::SourceStats& stats) {
      if (!std::exchange(has_sources, true)) Begin(P::kEventLag);
      AddHistogram({{"source", source}}, stats.event_lag_millis, kMillis);
    });
  }

  void WriteTasks() {
    const auto tasks = view_.ledger.Tasks();
    struct Count {
      int64_t tasks = 0;
      int64_t caught_up = 0;
    };
    std::map<std::string, Count> stages;
    for (const pipeline::Release::TaskProgress& task : tasks) {
      Count& count = stages[task.stage];
      ++count.tasks;
      count.caught_up += task.caught_up;
    }
    WriteWatermarks(tasks);
    WriteCompleteness(tasks);
    WriteLags();
    if (stages.empty()) return;
    Begin(P::kTasks);
    for (const auto& [stage, count] : stages) Add({{"stage", stage}}, {.units = count.tasks});
    Begin(P::kTasksCaughtUp);
    for (const auto& [stage, count] : stages) Add({{"stage", stage}}, {.units = count.caught_up});
  }

  using Tasks = std::vector<pipeline::Release::TaskProgress>;

  void WriteWatermarks(const Tasks& tasks) {
    std::map<std::pair<std::string, std::string>, EventTime> watermarks;
    for (const auto& task : tasks) {
      if (task.watermark == EventTime::Min() || task.watermark == EventTime::Max()) continue;
      const auto [it, is_new] =
          watermarks.try_emplace({task.stage, SourceOf(task.topic)}, task.watermark);
      it->second = std::min(it->second, task.watermark);
    }
    if (watermarks.empty()) return;
    Begin(P::kWatermark);
    for (const auto& [key, watermark] : watermarks) {
      Add({{"stage", key.first}, {"source", key.second}},
          {.units = watermark.millis(), .scale = kMillis});
    }
  }

  void WriteCompleteness(const Tasks& tasks) {
    std::map<std::string, EventTime> complete_until;
    for (const auto& task : tasks) {
      if (!task.complete_until) continue;
      const auto [it, is_new] =
          complete_until.try_emplace(SourceOf(task.topic), *task.complete_until);
      it->second = std::min(it->second, *task.complete_until);
    }
    if (complete_until.empty()) return;
    Begin(P::kSourceCompleteUntil);
    for (const auto& [source, until] : complete_until) {
      Add({{"source", source}}, {.units = until.millis(), .scale = kMillis});
    }
  }

  void WriteLags() {
    if (!view_.options.sources.input_lags) return;
    const auto lags = view_.options.sources.input_lags();
    if (lags.empty()) return;
    Begin(P::kConsumerLag);
    for (const ExportSources::InputLag& lag : lags) {
      Add({{"source", lag.source}, {"partition", std::to_string(lag.partition)}},
          {.units = lag.records});
    }
  }

  void WriteState() {
    bool has_sources = false;
    view_.stats.sources.ForEach([&](const std::string& source, const pipeline::SourceStats& stats) {
      if (!std::exchange(has_sources, true)) Begin(P::kClockSkew);
      Add({{"source", source}}, {.units = stats.clock_skew_millis.load(), .scale = kMillis});
    });
    if (!view_.options.sources.state_size) return;
    const ExportSources::StateSize size = view_.options.sources.state_size();
    One(P::kStateEntries, size.entries);
    One(P::kStateBytes, size.bytes);
  }

  void WriteMemory() {
    One(P::kCacheBytes, view_.stats.cache_bytes.load());
    One(P::kCacheEntries, view_.stats.cache_entries.load());
    One(P::kTimers, view_.stats.timers.load());
    One(P::kOutboxRecords, view_.stats.outbox_records.load());
    One(P::kForgottenContacts, view_.stats.forgotten_contacts.load());
    One(P::kToForget, view_.stats.to_forget.load());
    const int64_t free_disk = view_.stats.free_disk_bytes.load();
    if (free_disk >= 0) One(P::kFreeDiskBytes, free_disk);
    One(P::kPausedForDisk, view_.stats.paused_for_disk.load() ? 1 : 0);
  }

  void WriteExport() {
    Begin(P::kSeriesDropped);
    for (size_t i = 0; i < kOpenLabelCount; ++i) {
      Add({{"label", Name(static_cast<OpenLabel>(i))}}, {.units = view_.dropped[i]});
    }
    Begin(P::kScrapeSeconds);
    AddHistogram({{"page", "metrics"}}, view_.scrape_main, kMicros);
    AddHistogram({{"page", "agents"}}, view_.scrape_agents, kMicros);
    if (const int64_t loaded_at = view_.stats.config_loaded_at_ms.load(); loaded_at > 0) {
      One(P::kConfigReloadSuccessful, view_.stats.config_reload_ok.load() ? 1 : 0);
      One(P::kConfigReloadSuccessTime, loaded_at, kMillis);
    }
    LabelSet build;
    for (const auto& [name, value] : view_.options.build_info) build.Add(name, Clean(value));
    Begin(P::kBuildInfo);
    sink_.Value({.scope = build, .own = none_}, {.units = 1});
  }

  void WriteSystem(const ProcessInfo& process) {
    One(P::kProcessCpuSeconds, process.cpu_millis, kMillis);
    One(P::kProcessResidentBytes, process.resident_bytes);
    One(P::kProcessVirtualBytes, process.virtual_bytes);
    One(P::kProcessOpenFds, process.open_fds);
    if (process.max_fds) One(P::kProcessMaxFds, *process.max_fds);
    One(P::kProcessThreads, process.threads);
    One(P::kProcessStartTime, process.start_millis, kMillis);
  }

  const ProcessView& view_;
  SeriesSink& sink_;
  LabelSet none_;
};

}  // namespace

void WriteProcess(const ProcessView& view, SeriesSink& sink) { ProcessWriter(view, sink).Write(); }

}  // namespace touchline::adapters
