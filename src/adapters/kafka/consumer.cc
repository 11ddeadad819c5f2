#include "adapters/kafka/consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "adapters/kafka/ask_offsets.h"
#include "adapters/kafka/end_prover.h"
#include "adapters/kafka/health.h"
#include "adapters/kafka/rd.h"
#include "adapters/kafka/worker_source.h"
#include "adapters/system_clock.h"

namespace touchline::adapters {

using pipeline::InputIndex;
using pipeline::Offset;

namespace {

constexpr uint64_t kKiB = 1024;
// How far lz4 or zstd take JSON events down, at the most to be expected.
constexpr uint64_t kCompression = 8;
constexpr Duration kCloseLimit = Duration::Seconds(5);
constexpr Duration kAskAgainAfter = Duration::Millis(100);

}  // namespace

std::optional<int64_t> InputPosition::lag() const {
  if (!end) return std::nullopt;
  return std::max<int64_t>(0, *end - next);
}

class KafkaConsumer::Impl final : public RdEvents {
 public:
  Impl(ConsumerOptions options, const std::vector<ConsumerInput>& inputs,
       const pipeline::Clock* clock)
      : RdEvents(options.kafka.log), options_(std::move(options)), clock_(clock) {
    for (const ConsumerInput& given : inputs) {
      InputState& input = inputs_.emplace_back();
      input.topic = given.topic;
      input.partition = given.partition;
      input.worker = given.worker;
    }
  }

  // Stops everything. False: the library hangs, and this must stay for its threads.
  bool Close();
  Status Start(const std::vector<ConsumerInput>& inputs);

  void OnError(rd_kafka_resp_err_t error, const char* reason) override;
  void OnOffsetCommit(rd_kafka_resp_err_t error) override {
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) health_.CountRefusedReport();
  }

  WorkerSource& source(size_t worker) { return *sources_[worker]; }
  const InputState& input(InputIndex i) const { return inputs_[i]; }
  uint64_t failed_reports() const { return health_.refused_reports(); }

 private:
  uint64_t QueuedBytes() const;  // that may wait for one worker
  Status Connect();
  Status FindStarts(const std::vector<ConsumerInput>& inputs);
  Status AskForStarts(const std::vector<ConsumerInput>& inputs, Duration timeout);
  static Status SetStart(const ConsumerInput& given, Offset low, Offset high, InputState* input);
  Status CountPartitions();
  Status Assign();

  const ConsumerOptions options_;
  const pipeline::Clock* clock_;
  Health health_;
  std::deque<InputState> inputs_;
  std::map<std::string, int32_t> partition_counts_;
  RdHandle handle_;
  std::vector<RdQueue> partition_queues_;
  std::vector<std::unique_ptr<WorkerSource>> sources_;
  std::unique_ptr<EndProver> prover_;
};

bool KafkaConsumer::Impl::Close() {
  prover_.reset();
  if (handle_ == nullptr) return true;
  // Records left in a worker's queue hold their partition, whose queue holds the worker's by being
  // forwarded to it: unless taken apart, the library waits for itself.
  for (const RdQueue& queue : partition_queues_) rd_kafka_queue_forward(queue.get(), nullptr);
  for (const auto& source : sources_) source->Drain();
  sources_.clear();
  partition_queues_.clear();
  // Destroying also leaves the group: while Kafka is away that takes a session's timeout, 45 s.
  if (DestroyWithin(std::move(handle_), kCloseLimit)) return true;
  Log("kafka: the consumer does not end; it is left behind.");
  Mute();
  return false;
}

// The library measures a worker's whole queue against its bound, by payload, and a record costs
// about as much again around it.
uint64_t KafkaConsumer::Impl::QueuedBytes() const {
  return std::max(options_.fetch_bytes / 3 / options_.workers, 64 * kKiB);
}

Status KafkaConsumer::Impl::Connect() {
  // Beside the workers' queues comes one answer per partition, which is asked for by its compressed
  // size.
  const uint64_t answer =
      options_.fetch_bytes / kCompression / 2 / std::max<size_t>(inputs_.size(), 1);
  RdBuilder builder(options_.kafka, this);
  builder.Set("group.id", options_.progress_group)
      .Set("enable.auto.commit", "false")
      .Set("enable.auto.offset.store", "false")
      .Set("auto.offset.reset", "error")
      .Set("enable.partition.eof", "true")
      .Set("isolation.level", "read_committed")
      .Set("check.crcs", "true")
      .Set("allow.auto.create.topics", "false")
      .Set("fetch.wait.max.ms", std::to_string(options_.fetch_wait.millis()))
      // A partition that was refused, as while its leader moves, is asked for again soon.
      .Set("fetch.error.backoff.ms", "10")
      .Set("queued.min.messages", std::to_string(kMaxQueuedRecords))
      .Set("queued.max.messages.kbytes", std::to_string(QueuedBytes() / kKiB))
      .Set("max.partition.fetch.bytes", std::to_string(std::clamp(answer, 64 * kKiB, kKiB * kKiB)));
  Result<RdHandle> built = builder.Build(RD_KAFKA_CONSUMER);
  if (!built) return tl::unexpected(built.error());
  handle_ = std::move(*built);
  return {};
}

Status KafkaConsumer::Impl::Start(const std::vector<ConsumerInput>& inputs) {
  if (Status connected = Connect(); !connected) return connected;
  if (Status found = FindStarts(inputs); !found) return found;
  if (Status counted = CountPartitions(); !counted) return counted;
  if (Status assigned = Assign(); !assigned) return assigned;
  prover_ = std::make_unique<EndProver>(
      handle_.get(),
      EndProver::Plan{.proof_interval = options_.proof_interval,
                      .progress_interval = options_.progress_interval,
                      .topic_check_interval = options_.topic_check_interval,
                      .missing_topic_grace = options_.missing_topic_grace,
                      .accept_growth = options_.accept_growth,
                      .partition_counts = partition_counts_},
      &inputs_, &sources_, &health_, clock_);
  return {};
}

Status KafkaConsumer::Impl::FindStarts(const std::vector<ConsumerInput>& inputs) {
  const int64_t began = clock_->MonotonicNanos();
  for (;;) {
    const auto spent = Duration::Millis((clock_->MonotonicNanos() - began) / 1'000'000);
    const Status found =
        AskForStarts(inputs, std::max(options_.start_timeout - spent, kAskAgainAfter));
    if (found || found.error().kind != ErrorClass::kTransient) return found;
    if (spent >= options_.start_timeout) return found;
    SystemClock::Sleep(kAskAgainAfter);
  }
}

Status KafkaConsumer::Impl::AskForStarts(const std::vector<ConsumerInput>& inputs,
                                         Duration timeout) {
  std::vector<AskedPartition> asked;
  for (const ConsumerInput& i : inputs) asked.push_back({i.topic, i.partition});
  const auto lows = AskOffsets(handle_.get(), asked, RD_KAFKA_OFFSET_BEGINNING, timeout);
  const auto highs = AskOffsets(handle_.get(), asked, RD_KAFKA_OFFSET_END, timeout);
  for (InputIndex i = 0; i < inputs.size(); ++i) {
    for (const auto error : {lows[i].error, highs[i].error}) {
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      return Transient(fmt::format("Kafka does not say where topic {} partition {} begins: {}.",
                                   inputs[i].topic, inputs[i].partition, ErrorText(error)));
    }
    const Status set = SetStart(inputs[i], lows[i].offset, highs[i].offset, &inputs_[i]);
    if (!set) return set;
  }
  return {};
}

Status KafkaConsumer::Impl::SetStart(const ConsumerInput& given, Offset low, Offset high,
                                     InputState* input) {
  const Offset start = given.stored_next.value_or(low);
  if (start < low) {
    return Fatal(fmt::format(
        "Topic {} partition {}: retention has passed our offset {}; the topic begins at {}. The {} "
        "records between are lost to this state. Start with an empty state folder to accept that.",
        given.topic, given.partition, start, low, low - start));
  }
  if (start > high) {
    return Fatal(fmt::format(
        "Topic {} partition {}: our offset {} lies beyond its end {}. The topic was made anew, or "
        "the state folder belongs to another cluster.",
        given.topic, given.partition, start, high));
  }
  input->start = start;
  input->next.store(start);
  input->end.store(high);
  return {};
}

Status KafkaConsumer::Impl::CountPartitions() {
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(handle_.get(), 0, nullptr, &metadata, ToTimeoutMs(options_.start_timeout));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Transient(fmt::format("Kafka does not describe its topics: {}.", ErrorText(error)));
  }
  for (const InputState& input : inputs_) partition_counts_[input.topic] = 0;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const auto ours = partition_counts_.find(metadata->topics[i].topic);
    if (ours != partition_counts_.end()) ours->second = metadata->topics[i].partition_cnt;
  }
  // Not described this time: nothing to compare later growth with.
  std::erase_if(partition_counts_, [](const auto& count) { return count.second == 0; });
  rd_kafka_metadata_destroy(metadata);
  return {};
}

Status KafkaConsumer::Impl::Assign() {
  for (size_t i = 0; i < options_.workers; ++i) {
    sources_.push_back(std::make_unique<WorkerSource>(
        RdQueue(rd_kafka_queue_new(handle_.get())),
        // There are no polls before the prover is there, and none when it has gone.
        WorkerSource::QueueBound{.bytes = QueuedBytes(),
                                 .wake_library = [this] { prover_->AskNow(); }},
        &inputs_, &health_));
  }
  const RdPartitions list(rd_kafka_topic_partition_list_new(static_cast<int>(inputs_.size())));
  for (const InputState& input : inputs_) {
    rd_kafka_topic_partition_list_add(list.get(), input.topic.c_str(), input.partition)->offset =
        input.start;
    // Before assign: what is fetched first must not land in the common queue.
    RdQueue& queue = partition_queues_.emplace_back(
        rd_kafka_queue_get_partition(handle_.get(), input.topic.c_str(), input.partition));
    if (queue == nullptr) {
      return Fatal(
          fmt::format("Topic {} partition {} has no queue.", input.topic, input.partition));
    }
    rd_kafka_queue_forward(queue.get(), sources_[input.worker]->queue());
  }
  const rd_kafka_resp_err_t error = rd_kafka_assign(handle_.get(), list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Fatal(fmt::format("The partitions cannot be assigned: {}.", ErrorText(error)));
  }
  return {};
}

void KafkaConsumer::Impl::OnError(rd_kafka_resp_err_t error, const char* reason) {
  if (error == RD_KAFKA_RESP_ERR__FATAL) {
    health_.Fail({.kind = ErrorClass::kFatal,
                  .message = fmt::format("The Kafka consumer has failed: {}.", reason)});
  }
}

KafkaConsumer::KafkaConsumer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaConsumer::~KafkaConsumer() {
  if (!impl_->Close()) static_cast<void>(impl_.release());
}

Result<std::unique_ptr<KafkaConsumer>> KafkaConsumer::Start(ConsumerOptions options,
                                                            std::vector<ConsumerInput> inputs,
                                                            const pipeline::Clock* clock) {
  std::unique_ptr<KafkaConsumer> consumer(
      new KafkaConsumer(std::make_unique<Impl>(std::move(options), inputs, clock)));
  if (Status started = consumer->impl_->Start(inputs); !started) {
    return tl::unexpected(started.error());
  }
  return consumer;
}

pipeline::Source& KafkaConsumer::source(size_t worker) { return impl_->source(worker); }

Offset KafkaConsumer::start(InputIndex input) const { return impl_->input(input).start; }

InputPosition KafkaConsumer::position(InputIndex input) const {
  const InputState& state = impl_->input(input);
  const Offset end = state.end.load(std::memory_order_relaxed);
  return {.end = end == kUnknownOffset ? std::nullopt : std::optional<Offset>(end),
          .next = state.next.load(std::memory_order_relaxed)};
}

uint64_t KafkaConsumer::failed_progress_reports() const { return impl_->failed_reports(); }

}  // namespace touchline::adapters
