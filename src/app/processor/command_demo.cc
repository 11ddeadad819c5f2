#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "adapters/kafka/mock_cluster.h"
#include "adapters/system_clock.h"
#include "app/event_output.h"
#include "app/processor/command_run.h"
#include "app/processor/demo_line.h"
#include "app/processor/demo_rules.h"
#include "app/processor/processor.h"
#include "app/stop_signal.h"
#include "simulator/simulator.h"
#include "simulator/source.h"

namespace touchline::app {
namespace {

// The story begins in the past, so that there is something to see, and the processor starts with
// all of that behind it: while it catches up, nothing is late. The embedded broker must hold it.
constexpr Duration kLongestHistory = Duration::Minutes(45);
constexpr uint64_t kMostHistoryContacts = 5'000;
// The embedded broker keeps little (MockCluster::kPartitionBytes): the simulator waits for the
// processor rather than overrun it.
constexpr int64_t kMostUnread = 20'000;
constexpr uint64_t kLookEvery = 2'000;
constexpr int32_t kPartitions = 4;
constexpr const char* kTopics[] = {"support.calls", "support.chats", "support.tickets"};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "touchline-demo-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Duration HistoryOf(const DemoOptions& options) {
  const double hours = static_cast<double>(kMostHistoryContacts) / options.contacts_per_hour;
  return std::min(kLongestHistory, Duration::Seconds(static_cast<int64_t>(hours * 3600)));
}

simulator::SimulatorOptions StoryOf(const DemoOptions& options, const pipeline::Clock& clock) {
  simulator::SimulatorOptions story;
  story.seed = options.seed;
  story.start = EventTime::FromMillis(clock.Now().millis()) - HistoryOf(options);
  story.length.reset();
  story.contacts_per_hour = options.contacts_per_hour;
  story.hourly_curve = false;
  story.delivery.duplicate_share = 0.01;
  story.delivery.disorder_share = 0.02;
  story.delivery.disorder_max = Duration::Seconds(1);
  story.delivery.missing_end_share = 0.002;
  story.delivery.poison_share = 0.0005;
  return story;
}

Config ConfigOf(const DemoOptions& options, const std::string& bootstrap,
                const std::string& folder) {
  Config config;
  config.kafka.bootstrap_servers = bootstrap;
  for (const char* const name : kTopics) {
    TopicConfig topic;
    topic.name = name;
    topic.alias = std::string(name).substr(std::string("support.").size());
    topic.partner_source = PartnerSource::kField;
    for (uint32_t p = 0; p < simulator::SimulatorOptions().partners; ++p) {
      topic.partners.push_back(simulator::PartnerName(p));
    }
    config.topics.push_back(std::move(topic));
  }
  config.internal_topics.partitions = kPartitions;
  config.state.folder = folder;
  config.state.min_free_disk_bytes = 0;
  config.http.listen = options.listen;
  config.rules = DemoRules();
  return config;
}

// Tells the story: at full speed up to now, then in real time.
class Teller {
 public:
  Teller(const DemoOptions& options, EventOutput* output, const Processor& processor,
         const pipeline::Clock& clock)
      : story_(StoryOf(options, clock)), output_(*output), processor_(processor), clock_(clock) {
    has_next_ = story_.Next(&next_);
  }

  // What has happened by now. The processor need not run yet.
  Status TellHistory() {
    while (has_next_ && next_.emitted_at.millis() <= clock_.Now().millis()) {
      if (auto s = TellNext(); !s) return s;
    }
    return {};
  }

  Status TellOn(const std::function<bool()>& should_stop) {
    while (has_next_) {
      while (!should_stop() && next_.emitted_at.millis() > clock_.Now().millis()) {
        adapters::SystemClock::Sleep(Duration::Millis(10));
      }
      if (output_.sent() % kLookEvery == 0) {
        while (!should_stop() && processor_.lag() > kMostUnread) {
          adapters::SystemClock::Sleep(Duration::Millis(10));
        }
      }
      if (should_stop()) return {};
      if (auto s = TellNext(); !s) return s;
    }
    return {};
  }

 private:
  Status TellNext() {
    auto sent = SendRecord(next_, &output_);
    has_next_ = story_.Next(&next_);
    return sent;
  }
  static Status SendRecord(const simulator::SimulatedRecord& record, EventOutput* out) {
    const char* const topic = kTopics[static_cast<size_t>(record.topic)];
    const bool raw = record.what == simulator::RecordWhat::kPoison ||
                     record.what == simulator::RecordWhat::kUnknownType;
    if (raw) return out->SendRaw(topic, record.key, record.raw);
    return out->SendEvent(topic, record.event.view());
  }

  simulator::Simulator story_;
  simulator::SimulatedRecord next_;
  bool has_next_ = false;
  EventOutput& output_;
  const Processor& processor_;
  const pipeline::Clock& clock_;
};

}  // namespace

ExitCode RunDemo(const DemoOptions& options, const Console& console,
                 const pipeline::Clock& clock, Logger* log) {
  InstallStopSignals();
  const auto failed = [log](const Error& error) {
    log->Error(error.message);
    return error.exit_code;
  };
  TemporaryFolder folder;
  if (folder.path().empty()) return failed({.message = "no temporary folder can be made"});
  auto cluster = adapters::MockCluster::Start();
  if (!cluster) return failed(cluster.error());
  for (const char* const topic : kTopics) {
    if (auto s = (*cluster)->EnsureTopic({.name = topic, .partitions = kPartitions}); !s) {
      return failed(s.error());
    }
  }
  const Config config = ConfigOf(options, (*cluster)->bootstrap(), folder.path());
  const int64_t end_ns = clock.MonotonicNanos() + options.run_for.millis() * 1'000'000;
  std::atomic<bool> stop{false};
  const auto should_stop = [&] {
    const bool over = options.run_for > Duration() && clock.MonotonicNanos() >= end_ns;
    return StopRequested() || stop.load() || over;
  };
  adapters::KafkaOptions kafka;
  kafka.bootstrap = (*cluster)->bootstrap();
  auto output = MakeKafkaOutput({.kafka = kafka,
                                 .topics = {std::begin(kTopics), std::end(kTopics)},
                                 .create_partitions = 0});
  if (!output) return failed(output.error());
  Processor processor({.config = config, .topics = cluster->get(), .should_stop = should_stop},
                      &clock, log);
  Teller story(options, output->get(), processor, clock);
  if (auto s = story.TellHistory(); !s) return failed(s.error());
  // The story goes on while the processor starts, or what happens meanwhile would come late.
  Status told;
  std::thread teller([&] {
    told = story.TellOn(should_stop);
    stop.store(true);
  });
  if (auto s = processor.Start(); !s) {
    stop.store(true);
    teller.join();
    return failed(s.error());
  }
  fmt::print(console.out, "Touchline demo: http://{}/metrics (Ctrl-C ends it)\n",
             processor.http_address());
  std::fflush(console.out);
  std::thread printer([&] { PrintDemoLines(processor, clock, console.out, should_stop); });
  const Status ran = processor.Run();
  stop.store(true);
  teller.join();
  printer.join();
  if (!ran) return failed(ran.error());
  if (!told) return failed(told.error());
  return ExitCode::kOk;
}

}  // namespace touchline::app
