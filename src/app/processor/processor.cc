#include "app/processor/processor.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/json/alert_encoder.h"
#include "adapters/json/cloud_event_decoder.h"
#include "adapters/kafka/consumer.h"
#include "adapters/kafka/producer.h"
#include "adapters/rocksdb/rocks_store.h"
#include "adapters/system_clock.h"
#include "adapters/thread_name.h"
#include "app/processor/control_follower.h"
#include "app/processor/crash_hook.h"
#include "app/processor/http_endpoints.h"
#include "app/processor/known_topics.h"
#include "app/processor/reloader.h"
#include "app/processor/topology.h"
#include "pipeline/interactions_task.h"
#include "pipeline/journeys_task.h"
#include "pipeline/process_stats.h"
#include "pipeline/worker.h"

namespace touchline::app {
namespace {

constexpr Duration kPollWait = Duration::Millis(20);
constexpr Duration kRetryWait = Duration::Millis(100);
constexpr Duration kWatchEvery = Duration::Millis(200);
// With what the consumer takes to leave, less than the 30 s that container managers grant.
constexpr Duration kDrainFor = Duration::Seconds(15);
constexpr Duration kKeepLabelsEvery = Duration::Seconds(1);
// What the consumer may hold fetched and not yet folded.
constexpr uint64_t kFetchBytes = uint64_t{32} << 20;
// Records that the broker has not acknowledged: in the workers' outboxes, and again in the
// producer's queue.
constexpr size_t kOutboxBytes = size_t{32} << 20;
// Consumption goes on when an eighth more than the least is free, at most so much more.
constexpr uint64_t kMostDiskSlack = uint64_t{256} << 20;

adapters::KafkaOptions KafkaOf(const Config& config, Logger* log) {
  return {.bootstrap = config.kafka.bootstrap_servers,
          .client_id = config.kafka.client_id,
          .properties = config.kafka.properties,
          .log = [log](std::string_view line) { log->Info(line, {{"from", "kafka"}}); }};
}

bool AllRecorded(const Config& config) {
  return std::all_of(config.topics.begin(), config.topics.end(),
                     [](const TopicConfig& t) { return t.mode == TopicMode::kRecorded; });
}

}  // namespace

class Processor::Impl {
 public:
  Impl(ProcessorOptions options, const pipeline::Clock* clock, Logger* log)
      : options_(std::move(options)), config_(options_.config), clock_(*clock), log_(*log) {
    if (!options_.load) return;
    reloader_ = std::make_unique<Reloader>(
        config_, Reloader::Parts{.load = options_.load,
                                 .apply = [this](const auto& rules) { ChangeRules(rules); },
                                 .clock = clock,
                                 .stats = &stats_,
                                 .log = log});
  }

  ~Impl() {
    StopWorkers();
    if (http_) http_->Stop();
    // The committer calls back into workers: it must be gone before they are.
    store_.reset();
  }

  Status Start() {
    hook_ = CrashHookFromEnvironment();
    if (auto s = OpenStore(); !s) return s;
    if (auto s = ServeHttp(); !s) return s;
    const auto topics = LearnTopics(config_, {.kafka = KafkaOf(config_, &log_),
                                              .creator = options_.topics,
                                              .store = store_.get(),
                                              .log = &log_,
                                              .should_stop = [this] { return ShouldStop(); }});
    if (!topics) return tl::unexpected(topics.error());
    if (!*topics) return {};
    plan_ = MakePlan(config_, (*topics)->inputs, (*topics)->contacts, WorkerCount());
    if (auto s = MakeTasks(); !s) return s;
    return StartWorkers();
  }

  Status Run() {
    int64_t keep_labels_at = 0;
    while (!ShouldStop()) {
      if (const auto failure = Failure()) return tl::unexpected(*failure);
      WatchDisk();
      if (reloader_ && options_.should_reload && options_.should_reload()) reloader_->Reload();
      if (!disk_full_.load() && clock_.MonotonicNanos() >= keep_labels_at) {
        http_->KeepLabels();
        keep_labels_at = clock_.MonotonicNanos() + kKeepLabelsEvery.millis() * 1'000'000;
      }
      adapters::SystemClock::Sleep(kWatchEvery);
    }
    log_.Info("stopping: no more is consumed; committing what is folded");
    StopWorkers();
    if (const auto failure = Failure()) return tl::unexpected(*failure);
    http_->KeepLabels();
    http_->Stop();
    log_.Info("stopped");
    return {};
  }

  std::string address() const { return http_ ? http_->address() : std::string(); }
  const pipeline::PublishedLedger& published() const { return published_; }
  const pipeline::ProcessStats& stats() const { return stats_; }

  int64_t lag() const {
    if (!consumer_) return 0;
    int64_t lag = 0;
    for (size_t i = 0; i < plan_.tasks.size(); ++i) {
      lag += consumer_->position(static_cast<pipeline::InputIndex>(i)).lag().value_or(0);
    }
    return lag;
  }

  bool caught_up() const { return serving_.load() && !WhyNotReady(); }

 private:
  bool ShouldStop() const { return options_.should_stop && options_.should_stop(); }

  size_t WorkerCount() const {
    if (config_.workers > 0) return static_cast<size_t>(config_.workers);
    return std::max(1u, std::thread::hardware_concurrency());
  }

  Status OpenStore() {
    adapters::RocksOptions options;
    options.folder = config_.state.folder;
    options.memory_bytes = static_cast<uint64_t>(config_.state.store_bytes);
    options.at_step = hook_;
    auto store = adapters::RocksStore::Open(std::move(options));
    if (!store) return tl::unexpected(store.error());
    store_ = std::move(*store);
    return store_->BindMeta("mode", AllRecorded(config_) ? "recorded" : "live",
                            "the way that its topics' time moves (live or recorded)");
  }

  Status ServeHttp() {
    HttpEndpoints::Parts parts;
    parts.config = &config_;
    parts.is_recorded = AllRecorded(config_);
    parts.published = &published_;
    parts.stats = &stats_;
    parts.reader = store_.get();
    parts.snapshots = store_.get();
    parts.committer = store_.get();
    parts.clock = &clock_;
    parts.log = &log_;
    parts.sources.state_size = [this] {
      const auto stats = store_->Stats();
      return adapters::ExportSources::StateSize{.entries = static_cast<int64_t>(stats.entries),
                                                .bytes = static_cast<int64_t>(stats.bytes)};
    };
    parts.sources.input_lags = [this] { return InputLags(); };
    parts.why_not_ready = [this] { return WhyNotReady(); };
    if (reloader_) parts.reload = [this] { return Reload(); };
    auto endpoints = HttpEndpoints::Start(std::move(parts));
    if (!endpoints) return tl::unexpected(endpoints.error());
    http_ = std::move(*endpoints);
    return {};
  }

  std::vector<adapters::ExportSources::InputLag> InputLags() const {
    std::vector<adapters::ExportSources::InputLag> lags;
    if (!serving_.load()) return lags;
    for (size_t i = 0; i < plan_.tasks.size(); ++i) {
      const auto lag = consumer_->position(static_cast<pipeline::InputIndex>(i)).lag();
      if (!lag) continue;
      lags.push_back({.source = plan_.tasks[i].options.source_alias,
                      .partition = plan_.tasks[i].options.partition,
                      .records = std::max(int64_t{0}, *lag)});
    }
    return lags;
  }

  // Before they serve, the workers would not be there to take the rules.
  Result<std::vector<std::string>> Reload() {
    if (!serving_.load()) return Transient("Not yet: the state is being restored.");
    return reloader_->Reload();
  }

  void ChangeRules(const std::shared_ptr<const domain::RuleSet>& rules) {
    for (const auto& worker : workers_) worker->ChangeRules(rules);
  }

  std::optional<std::string> WhyNotReady() const {
    if (disk_full_.load()) return "the disk of the state folder is nearly full";
    if (!serving_.load()) return "the state is being restored, or topics are missing";
    for (const auto& worker : workers_) {
      if (!worker->caught_up()) return "the backlog is being worked off";
    }
    return std::nullopt;
  }

  Status MakeTasks() {
    const pipeline::TaskEnvironment environment = {
        .reader = store_.get(), .published = &published_, .stats = &stats_,
        .alerts = &alert_encoder_};
    pipeline::Release release;
    release.is_restored = true;
    std::vector<pipeline::TaskKey> keys;
    std::vector<pipeline::InteractionsPlace> places;
    for (PlannedTask& planned : plan_.tasks) {
      std::unique_ptr<pipeline::Task> task;
      keys.push_back(planned.options.key);
      if (planned.options.key.stage == pipeline::StageId::kInteractions) {
        places.push_back({.task = planned.options.key,
                          .name_space = planned.interactions.name_space,
                          .topic = planned.options.topic,
                          .partition = planned.options.partition});
        task = std::make_unique<pipeline::InteractionsTask>(
            planned.options, planned.interactions, environment, DecoderOf(planned));
      } else {
        task = std::make_unique<pipeline::JourneysTask>(planned.options, plan_.upstream,
                                                        environment);
      }
      if (auto s = task->Restore(&release); !s) return s;
      tasks_.push_back(std::move(task));
    }
    published_.Apply(release, clock_.Now());
    http_->ServeState(keys, places);
    return {};
  }

  // A worker's partitions of one topic share their decoder: its memory, and what it has learnt.
  pipeline::Decoder* DecoderOf(const PlannedTask& planned) {
    auto& decoder = decoders_[{planned.worker, planned.topic}];
    if (decoder == nullptr) {
      json::CloudEventDecoder::Options limits;
      limits.max_bytes = static_cast<size_t>(config_.topics[planned.topic].max_event_bytes);
      decoder = std::make_unique<json::CloudEventDecoder>(limits);
    }
    return decoder.get();
  }

  Status StartWorkers() {
    std::vector<adapters::ConsumerInput> inputs;
    for (size_t i = 0; i < tasks_.size(); ++i) {
      const auto& options = tasks_[i]->options();
      inputs.push_back({.topic = options.topic,
                        .partition = options.partition,
                        .stored_next = tasks_[i]->is_new()
                                           ? std::nullopt
                                           : std::optional(tasks_[i]->next_offset()),
                        .worker = plan_.tasks[i].worker});
    }
    adapters::ConsumerOptions options;
    options.kafka = KafkaOf(config_, &log_);
    options.workers = plan_.workers;
    options.progress_group = config_.kafka.group_id;
    options.fetch_bytes = kFetchBytes;
    auto consumer = adapters::KafkaConsumer::Start(std::move(options), inputs, &clock_);
    if (!consumer) return tl::unexpected(consumer.error());
    consumer_ = std::move(*consumer);
    adapters::ProducerOptions producer_options;
    producer_options.kafka = KafkaOf(config_, &log_);
    producer_options.queue_bytes = kOutboxBytes;
    auto producer = adapters::KafkaProducer::Create(std::move(producer_options), plan_.workers);
    if (!producer) return tl::unexpected(producer.error());
    producer_ = std::move(*producer);

    for (size_t w = 0; w < plan_.workers; ++w) {
      std::vector<std::unique_ptr<pipeline::Task>> mine(tasks_.size());
      for (size_t i = 0; i < tasks_.size(); ++i) {
        if (plan_.tasks[i].worker != w) continue;
        if (tasks_[i]->is_new()) {
          tasks_[i]->StartAt(consumer_->start(static_cast<pipeline::InputIndex>(i)));
        }
        mine[i] = std::move(tasks_[i]);
      }
      workers_.push_back(std::make_unique<pipeline::Worker>(
          WorkerOptionsOf(),
          pipeline::Worker::Ports{.source = &consumer_->source(w), .committer = store_.get(),
                                  .sink = &producer_->sink(w), .clock = &clock_,
                                  .published = &published_, .stats = &stats_},
          std::move(mine), hook_ ? pipeline::Worker::StepHook(hook_) : nullptr));
    }
    if (auto s = FollowControl(); !s) return s;
    WatchDisk();
    serving_.store(true);
    for (size_t w = 0; w < plan_.workers; ++w) threads_.emplace_back([this, w] { Work(w); });
    log_.Info("consuming", {{"partitions", std::to_string(plan_.tasks.size())},
                            {"workers", std::to_string(plan_.workers)}});
    return {};
  }

  pipeline::WorkerOptions WorkerOptionsOf() const {
    pipeline::WorkerOptions options;
    options.commit_interval = config_.commit.interval;
    options.max_commit_interval = config_.commit.max_interval;
    options.max_dirty_bytes = static_cast<size_t>(config_.commit.max_dirty_bytes);
    options.cache_bytes = static_cast<size_t>(config_.state.cache_bytes) / plan_.workers;
    options.max_outbox_bytes = kOutboxBytes / plan_.workers;
    return options;
  }

  Status FollowControl() {
    auto control = ControlFollower::Start(
        {.kafka = KafkaOf(config_, &log_),
         .group = config_.kafka.group_id,
         .topic = ControlTopic(config_),
         .clock = &clock_,
         .log = &log_,
         .tell =
             [this](std::span<const pipeline::ForgottenNote> notes) {
               for (const auto& worker : workers_) worker->Forget(notes);
             },
         .fail = [this](const Error& error) { Fail(error); }});
    if (!control) return tl::unexpected(control.error());
    control_ = std::move(*control);
    return {};
  }

  // One worker's thread.
  void Work(size_t w) {
    adapters::NameThread("worker " + std::to_string(w));
    pipeline::Worker& worker = *workers_[w];
    bool paused = false;
    bool away = false;
    while (!stopping_.load()) {
      if (paused != disk_full_.load()) worker.Pause(paused = disk_full_.load());
      const Status status = worker.Step(kPollWait);
      if (!status && status.error().kind != ErrorClass::kTransient) return Fail(status.error());
      if (!status && !away) log_.Warning(status.error().message);
      if (status && away) log_.Info("the broker answers again");
      away = !status;
      if (away) adapters::SystemClock::Sleep(kRetryWait);
    }
    Drain(&worker);
  }

  void Drain(pipeline::Worker* worker) {
    const int64_t give_up =
        clock_.MonotonicNanos() + kDrainFor.millis() * 1'000'000;
    while (clock_.MonotonicNanos() < give_up) {
      const auto drained = worker->Drain();
      if (!drained) return Fail(drained.error());
      if (*drained) return;
      adapters::SystemClock::Sleep(Duration::Millis(5));
    }
    log_.Warning("not everything in the outbox was acknowledged in time; it is durable and is "
                 "sent at the next start");
  }

  void Fail(const Error& error) {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = error;
  }

  std::optional<Error> Failure() const {
    const std::lock_guard lock(failure_mutex_);
    return failure_;
  }

  void StopWorkers() {
    stopping_.store(true);
    control_.reset();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  // Consumption pauses before a full disk can abort the process (PITFALLS, RocksDB), and goes on
  // when there is room again.
  void WatchDisk() {
    const auto free = adapters::FreeBytes(config_.state.folder);
    if (!free) return;
    stats_.free_disk_bytes.store(static_cast<int64_t>(*free));
    const auto least = static_cast<uint64_t>(config_.state.min_free_disk_bytes);
    const uint64_t slack = disk_full_.load() ? std::min(least / 8, kMostDiskSlack) : 0;
    const bool full = *free < least + slack;
    if (full == disk_full_.load()) return;
    if (!full) {
      const Status recovered = store_->Recover();
      if (!recovered && recovered.error().kind == ErrorClass::kTransient) return;
      if (!recovered) return Fail(recovered.error());
    }
    disk_full_.store(full);
    stats_.paused_for_disk.store(full);
    if (full) {
      log_.Error("the disk of the state folder is nearly full: consumption is paused",
                 {{"free_bytes", std::to_string(*free)}, {"least", std::to_string(least)}});
    } else {
      log_.Info("there is room on the disk again: consumption goes on");
    }
  }

  ProcessorOptions options_;
  const Config& config_;
  const pipeline::Clock& clock_;
  Logger& log_;
  std::function<void(std::string_view)> hook_;
  std::unique_ptr<Reloader> reloader_;

  pipeline::PublishedLedger published_;
  pipeline::ProcessStats stats_;
  std::unique_ptr<adapters::RocksStore> store_;
  std::unique_ptr<HttpEndpoints> http_;
  Plan plan_;
  // By worker and topic.
  std::map<std::pair<size_t, size_t>, std::unique_ptr<json::CloudEventDecoder>> decoders_;
  json::AlertEncoder alert_encoder_;
  std::vector<std::unique_ptr<pipeline::Task>> tasks_;
  std::unique_ptr<adapters::KafkaConsumer> consumer_;
  std::unique_ptr<adapters::KafkaProducer> producer_;
  std::vector<std::unique_ptr<pipeline::Worker>> workers_;
  std::unique_ptr<ControlFollower> control_;
  std::vector<std::thread> threads_;

  std::atomic<bool> serving_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> disk_full_{false};
  mutable std::mutex failure_mutex_;
  std::optional<Error> failure_;  // guarded by failure_mutex_
};

Processor::Processor(ProcessorOptions options, const pipeline::Clock* clock, Logger* log)
    : impl_(std::make_unique<Impl>(std::move(options), clock, log)) {}
Processor::~Processor() = default;
Status Processor::Start() { return impl_->Start(); }
Status Processor::Run() { return impl_->Run(); }
std::string Processor::http_address() const { return impl_->address(); }
const pipeline::PublishedLedger& Processor::published() const { return impl_->published(); }
const pipeline::ProcessStats& Processor::stats() const { return impl_->stats(); }
int64_t Processor::lag() const { return impl_->lag(); }
bool Processor::caught_up() const { return impl_->caught_up(); }

}  // namespace touchline::app
