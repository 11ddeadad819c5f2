// Throughput, cost and freshness of the whole program on a real broker; see README.md.

#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "adapters/json/cloud_event_encoder.h"
#include "adapters/kafka/admin.h"
#include "adapters/kafka/consumer.h"
#include "adapters/kafka/producer.h"
#include "adapters/system_clock.h"
#include "app/log.h"
#include "app/processor/processor.h"
#include "simulator/bench_feed.h"

namespace touchline {
namespace {

struct Options {
  std::string bootstrap;
  std::string folder;
  uint64_t events = 5'000'000;
  uint32_t open_contacts = 10'000;
  uint64_t idle_contacts = 0;
  int32_t partitions = 8;
  int32_t workers = 1;
  uint64_t live_rate = 50'000;
  int64_t live_seconds = 10;
};

constexpr const char* kTopic = "bench.events";

// CPU seconds of this process, all threads.
double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * 4096;
}

template <class T>
T Must(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "throughput_bench: {}\n", result.error().message);
  std::exit(1);
}
void Must(const Status& status) {
  if (status) return;
  fmt::print(stderr, "throughput_bench: {}\n", status.error().message);
  std::exit(1);
}

struct Span {
  double wall = Now();
  double cpu = CpuSeconds();
  double wall_taken() const { return Now() - wall; }
  double cpu_taken() const { return CpuSeconds() - cpu; }
};

adapters::KafkaOptions Kafka(const Options& options) {
  adapters::KafkaOptions kafka;
  kafka.bootstrap = options.bootstrap;
  return kafka;
}

uint64_t Preload(const Options& options) {
  auto admin = Must(adapters::KafkaAdmin::Connect(Kafka(options)));
  Must(admin->EnsureTopic({.name = kTopic, .partitions = options.partitions}));
  auto producer = Must(adapters::EventProducer::Create({.kafka = Kafka(options)}));
  simulator::BenchFeedOptions feed_options;
  feed_options.contacts = options.events / simulator::BenchFeed::kEventsPerContact;
  feed_options.open_contacts = options.open_contacts;
  feed_options.idle_contacts = options.idle_contacts;
  simulator::BenchFeed feed(feed_options);
  simulator::SimulatedRecord record;
  std::string json;
  uint64_t sent = 0;
  uint64_t bytes = 0;
  while (feed.Next(&record)) {
    json.clear();
    json::AppendStructured(record.event.view(), &json);
    bytes += json.size();
    Must(producer->Produce({.topic = kTopic, .key = record.key, .payload = json}));
    ++sent;
  }
  Must(producer->Flush(Duration::Minutes(2)));
  fmt::print("preloaded                {} events of {} bytes on average\n", sent, bytes / sent);
  return sent;
}

// Bare consumption: the same library, settings and partitions, one thread, nothing done.
double MeasureBare(const Options& options, uint64_t events) {
  adapters::SystemClock clock;
  std::vector<adapters::ConsumerInput> inputs;
  for (int32_t p = 0; p < options.partitions; ++p) {
    inputs.push_back({.topic = kTopic, .partition = p});
  }
  adapters::ConsumerOptions consumer_options;
  consumer_options.kafka = Kafka(options);
  const Span span;
  auto consumer = Must(adapters::KafkaConsumer::Start(consumer_options, inputs, &clock));
  uint64_t seen = 0;
  while (seen < events) seen += Must(consumer->source(0).Poll(Duration::Millis(100))).size();
  const double per_cpu = static_cast<double>(seen) / span.cpu_taken();
  fmt::print("bare consumption         {:.2f} M events/s, {:.2f} M per CPU-second\n",
             static_cast<double>(seen) / span.wall_taken() / 1e6, per_cpu / 1e6);
  return per_cpu;
}

app::Config ConfigOf(const Options& options) {
  app::Config config;
  config.kafka.bootstrap_servers = options.bootstrap;
  app::TopicConfig topic;
  topic.name = kTopic;
  topic.alias = "bench";
  topic.mode = app::TopicMode::kLive;
  topic.partner_source = app::PartnerSource::kField;
  for (const char* name : {"alba", "brevis", "corvus", "delphin"}) topic.partners.push_back(name);
  config.topics.push_back(std::move(topic));
  config.state.folder = options.folder;
  config.state.min_free_disk_bytes = 0;
  config.http.listen = "127.0.0.1:0";
  config.workers = options.workers;
  return config;
}

int64_t Counted(const pipeline::PublishedLedger& ledger) {
  int64_t events = 0;
  ledger.VisitTotals([&events](const pipeline::ScopeLabels& labels,
                               const std::vector<pipeline::PublishedCell>& cells) {
    if (labels.scope != domain::ScopeKind::kSource || labels.subject != "bench") return;
    for (const auto& c : cells) {
      if (domain::Cell::FromPacked(c.cell).metric == domain::MetricId::kEvents) events += c.added;
    }
  });
  return events;
}

void WaitForCount(const app::Processor& processor, int64_t wanted) {
  while (Counted(processor.published()) < wanted) {
    adapters::SystemClock::Sleep(Duration::Millis(5));
  }
}

void PrintState(const Options& options) {
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(options.folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  fmt::print("RSS                      {} MiB\nbytes of state           {} MiB\n",
             ResidentBytes() >> 20, bytes >> 20);
}

// From sending one event to its place in the published totals, while others flow at a rate.
void MeasureFreshness(const Options& options, const app::Processor& processor) {
  auto producer = Must(adapters::EventProducer::Create({.kafka = Kafka(options)}));
  simulator::BenchFeedOptions feed_options;
  feed_options.seed = 77;
  feed_options.start = EventTime::FromMillis(adapters::SystemClock().Now().millis());
  feed_options.contacts = 0;
  feed_options.events_per_second = options.live_rate;
  simulator::BenchFeed feed(feed_options);
  simulator::SimulatedRecord record;
  std::string json;

  const int64_t before = Counted(processor.published());
  struct Mark {
    int64_t count;
    double sent_at;
  };
  std::vector<Mark> marks;
  std::vector<double> waits;
  const double began = Now();
  int64_t sent = 0;
  size_t seen = 0;
  const auto look = [&] {
    const int64_t counted = Counted(processor.published()) - before;
    const double now = Now();
    for (; seen < marks.size() && marks[seen].count <= counted; ++seen) {
      waits.push_back((now - marks[seen].sent_at) * 1000);
    }
  };
  while (Now() - began < static_cast<double>(options.live_seconds)) {
    const auto due = static_cast<int64_t>((Now() - began) * static_cast<double>(options.live_rate));
    for (; sent < due && feed.Next(&record); ++sent) {
      json.clear();
      json::AppendStructured(record.event.view(), &json);
      Must(producer->Produce({.topic = kTopic, .key = record.key, .payload = json}));
    }
    marks.push_back({.count = sent, .sent_at = Now()});
    look();
    adapters::SystemClock::Sleep(Duration::Millis(2));
  }
  while (seen < marks.size()) {
    look();
    adapters::SystemClock::Sleep(Duration::Millis(2));
  }
  std::sort(waits.begin(), waits.end());
  const auto at = [&waits](double q) {
    return waits[static_cast<size_t>(q * static_cast<double>(waits.size() - 1))];
  };
  fmt::print("event to visible         p50 {:.0f} ms, p99 {:.0f} ms at {} events/s\n", at(0.5),
             at(0.99), options.live_rate);
}

void Run(const Options& options) {
  const uint64_t events = Preload(options);
  const double bare = MeasureBare(options, events);

  adapters::SystemClock clock;
  app::Logger log(&clock, stderr, app::LogLevel::kWarning);
  std::atomic<bool> stop{false};
  app::Processor processor({.config = ConfigOf(options), .topics = nullptr,
                            .should_stop = [&stop] { return stop.load(); }},
                           &clock, &log);
  const Span span;
  Must(processor.Start());
  std::thread runner([&processor] { Must(processor.Run()); });
  WaitForCount(processor, static_cast<int64_t>(events));
  const double per_cpu = static_cast<double>(events) / span.cpu_taken();
  fmt::print("touchline                {:.2f} M events/s, {:.2f} M per CPU-second\n",
             static_cast<double>(events) / span.wall_taken() / 1e6, per_cpu / 1e6);
  fmt::print("ratio to bare            {:.2f}\n", per_cpu / bare);
  PrintState(options);
  if (options.live_seconds > 0) MeasureFreshness(options, processor);
  stop.store(true);
  runner.join();
}

}  // namespace
}  // namespace touchline

int main(int argc, char** argv) {
  touchline::Options options;
  CLI::App app("Measures the whole program on a real broker.");
  app.add_option("--bootstrap", options.bootstrap)->required();
  app.add_option("--folder", options.folder, "For the state; must not exist")->required();
  app.add_option("--events", options.events, "To preload")->capture_default_str();
  app.add_option("--open", options.open_contacts, "Contacts open at once")->capture_default_str();
  app.add_option("--idle", options.idle_contacts, "Open contacts that stay silent")
      ->capture_default_str();
  app.add_option("--partitions", options.partitions)->capture_default_str();
  app.add_option("--workers", options.workers)->capture_default_str();
  app.add_option("--live-rate", options.live_rate)->capture_default_str();
  app.add_option("--live-seconds", options.live_seconds)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  touchline::Run(options);
  return 0;
}
