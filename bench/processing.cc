#include "bench/processing.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "adapters/system_clock.h"
#include "app/log.h"
#include "app/processor/processor.h"

namespace touchline::bench {
namespace {

app::Config ConfigOf(const ProcessOptions& options) {
  app::Config config;
  config.kafka.bootstrap_servers = options.topic.kafka.bootstrap;
  app::TopicConfig topic;
  topic.name = options.topic.name;
  topic.alias = "bench";
  topic.mode = app::TopicMode::kLive;
  topic.partner_source = app::PartnerSource::kField;
  topic.partners = {"alba", "brevis", "corvus", "delphin"};
  config.topics.push_back(std::move(topic));
  config.internal_topics.prefix = options.internal_prefix;
  config.state.folder = options.folder;
  config.http.listen = "127.0.0.1:0";
  config.workers = options.workers;
  config.rules = options.rules;
  return config;
}

// The machine's clock, or one that stands still.
class BenchClock final : public pipeline::Clock {
 public:
  explicit BenchClock(std::optional<WallTime> stopped) : stopped_(stopped) {}
  WallTime Now() const override { return stopped_.value_or(clock_.Now()); }
  int64_t MonotonicNanos() const override { return clock_.MonotonicNanos(); }

 private:
  adapters::SystemClock clock_;
  const std::optional<WallTime> stopped_;
};

// A processor with the thread that runs it.
class Running {
 public:
  explicit Running(const ProcessOptions& options)
      : clock_(options.stopped_clock),
        log_(&clock_, stderr, app::LogLevel::kWarning),
        processor_({.config = ConfigOf(options), .topics = nullptr,
                    .should_stop = [this] { return stop_.load(); },
                    .load = [this] { return app::LoadedConfig{.config = reloaded_}; },
                    .should_reload = [this] { return reload_.exchange(false); }},
                   &clock_, &log_),
        reloaded_(ConfigOf(options)) {
    Must(processor_.Start());
    runner_ = std::thread([this] { Must(processor_.Run()); });
  }
  ~Running() { Stop(); }
  void Stop() {
    stop_.store(true);
    if (runner_.joinable()) runner_.join();
  }

  const app::Processor& processor() const { return processor_; }
  void Reload(const domain::RuleSet& rules) {
    reloaded_.rules = rules;
    reload_.store(true);
  }
  // The net value of a metric over all scopes of its kind, or those of a policy.
  int64_t Net(domain::MetricId metric, const std::string& policy = {}) const {
    int64_t net = 0;
    processor_.published().VisitTotals([&](const pipeline::ScopeLabels& labels, const auto& cells) {
      if (labels.scope != domain::Spec(metric).scope || labels.policy != policy) return;
      for (const pipeline::PublishedCell& cell : cells) {
        const bool meant = domain::Cell::FromPacked(cell.cell).metric == metric;
        if (meant) net += cell.added - cell.withdrawn;
      }
    });
    return net;
  }

  // Durable events of the partners' topic.
  uint64_t Durable() const {
    uint64_t next = 0;
    for (const auto& task : processor_.published().Tasks()) {
      if (task.stage == "interactions") next += static_cast<uint64_t>(task.next_offset);
    }
    return next;
  }
  uint64_t FactRecords() const {
    uint64_t next = 0;
    for (const auto& task : processor_.published().Tasks()) {
      if (task.stage == "journeys") next += static_cast<uint64_t>(task.next_offset);
    }
    return next;
  }
  void WaitForEvents(uint64_t events) const {
    while (Durable() < events) adapters::SystemClock::Sleep(Duration::Millis(10));
  }
  // Both stages have folded everything, and nothing is on its way between them.
  void WaitForQuiet() const {
    while (processor_.stats().outbox_records.load() > 0 || processor_.lag() > 0) {
      adapters::SystemClock::Sleep(Duration::Millis(20));
    }
  }

 private:
  BenchClock clock_;
  app::Logger log_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> reload_{false};
  app::Processor processor_;
  app::Config reloaded_;
  std::thread runner_;
};

double QuantileMs(const pipeline::AtomicHistogram& histogram, double q) {
  uint64_t all = 0;
  for (size_t i = 0; i <= histogram.bounds().size(); ++i) all += histogram.count(i);
  double wanted = q * static_cast<double>(all);
  double below = 0;
  for (size_t i = 0; i < histogram.bounds().size(); ++i) {
    const auto bound = static_cast<double>(histogram.bounds()[i]);
    const auto here = static_cast<double>(histogram.count(i));
    if (here > 0 && wanted <= here) return (below + (bound - below) * wanted / here) / 1000;
    wanted -= here;
    below = bound;
  }
  return below / 1000;
}

uint64_t BytesIn(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

}  // namespace

ProcessFigures ProcessAll(const ProcessOptions& options, uint64_t events, uint64_t unmeasured) {
  ProcessFigures figures;
  const Span all;
  Running running(options);
  running.WaitForEvents(unmeasured);
  const Span measured;
  figures.measured_events = events - running.Durable();
  running.WaitForEvents(events);
  running.WaitForQuiet();
  // It would have measured something else.
  if (running.Net(domain::MetricId::kLateEvents) > 0) Die("events of the feed came late");
  figures.wall = all.wall_taken();
  figures.cpu = all.cpu_taken();
  figures.measured_wall = measured.wall_taken();
  figures.measured_cpu = measured.cpu_taken();
  const pipeline::ProcessStats& stats = running.processor().stats();
  figures.commits = stats.commits.load();
  figures.rows = stats.committed_rows.load();
  figures.bytes = stats.committed_bytes.load();
  figures.commit_p50_ms = QuantileMs(stats.commit_micros, 0.5);
  figures.commit_p99_ms = QuantileMs(stats.commit_micros, 0.99);
  figures.fact_records = running.FactRecords();
  figures.peak_resident_bytes = PeakResidentBytes();
  running.Stop();
  figures.state_bytes = BytesIn(options.folder);
  return figures;
}

double MeasureRestart(const ProcessOptions& options) {
  const Span span;
  Running running(options);
  while (!running.processor().caught_up()) adapters::SystemClock::Sleep(Duration::Millis(1));
  return span.wall_taken();
}

ReloadFigures MeasureReload(const ProcessOptions& options, const domain::RuleSet& rules,
                            const std::string& policy) {
  Running running(options);
  while (!running.processor().caught_up()) adapters::SystemClock::Sleep(Duration::Millis(1));
  const int64_t clocks = running.Net(domain::MetricId::kSlaRunning,
                                     options.rules.policies.front().name);
  const std::atomic<uint64_t>& commits = running.processor().stats().commits;
  ReloadFigures figures;
  running.Reload(rules);
  const Span all;
  double last_at = 0;
  uint64_t last = commits.load();
  while (figures.clocks < clocks) {
    for (int i = 0; i < 100; ++i) {
      adapters::SystemClock::Sleep(Duration::Millis(1));
      const uint64_t now = commits.load();
      if (now == last) continue;
      last = now;
      const double stall = all.wall_taken() - last_at;
      last_at += stall;
      figures.longest_stall_ms = std::max(figures.longest_stall_ms, stall * 1000);
    }
    figures.clocks = running.Net(domain::MetricId::kSlaRunning, policy);
  }
  figures.seconds = all.wall_taken();
  return figures;
}

void Serve(const ProcessOptions& options, Channel* channel) {
  Running running(options);
  while (!running.processor().caught_up()) adapters::SystemClock::Sleep(Duration::Millis(5));
  const std::string address = running.processor().http_address();
  channel->Send(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  channel->Receive<char>();
}

}  // namespace touchline::bench
