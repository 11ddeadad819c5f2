#include "adapters/kafka/producer.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

#include "adapters/kafka/health.h"
#include "adapters/kafka/rd.h"
#include "adapters/system_clock.h"
#include "base/flat_map.h"

namespace touchline::adapters {
namespace {

using pipeline::OutboundRecord;

// A record's opaque carries whose it is and its ticket, so that no record costs an allocation here.
constexpr int kTicketBits = 56;
constexpr uint64_t kTicketMask = (uint64_t{1} << kTicketBits) - 1;

void* PackOpaque(size_t worker, uint64_t ticket) {
  return reinterpret_cast<void*>(static_cast<uintptr_t>(worker << kTicketBits | ticket));
}

using Headers = std::unique_ptr<rd_kafka_headers_t, RdDeleter<rd_kafka_headers_destroy>>;

Headers CopyHeaders(std::span<const pipeline::Header> given) {
  if (given.empty()) return nullptr;
  Headers headers(rd_kafka_headers_new(given.size()));
  for (const pipeline::Header& h : given) {
    rd_kafka_header_add(headers.get(), h.name.data(), static_cast<ssize_t>(h.name.size()),
                        h.value.data(), static_cast<ssize_t>(h.value.size()));
  }
  return headers;
}

}  // namespace

class KafkaProducer::Impl final : public RdEvents {
 public:
  Impl(ProducerOptions options, size_t workers)
      : RdEvents(options.kafka.log), options_(std::move(options)) {
    for (size_t i = 0; i < workers; ++i) ports_.emplace_back(this, i);
  }
  ~Impl() override;

  Status Connect();
  void OnDelivery(const rd_kafka_message_t& message) override;
  void OnError(rd_kafka_resp_err_t error, const char* reason) override;

  pipeline::Sink& port(size_t worker) { return ports_[worker]; }
  Status Flush(Duration timeout);
  size_t in_flight() const { return static_cast<size_t>(rd_kafka_outq_len(handle_.get())); }

 private:
  // One worker's end.
  class Port final : public pipeline::Sink {
   public:
    Port(Impl* producer, size_t worker) : producer_(producer), worker_(worker) {}
    Result<bool> Send(const OutboundRecord& record, uint64_t ticket) override;
    Result<std::span<const uint64_t>> TakeAcknowledged() override;
    void Acknowledge(uint64_t ticket) {
      const std::lock_guard lock(mutex_);
      acknowledged_.push_back(ticket);
    }
    void ForgetTopics() { topics_.clear(); }

   private:
    rd_kafka_topic_t* TopicOf(std::string_view name);

    Impl* producer_;
    const size_t worker_;
    StringMap<RdTopic> topics_;
    std::mutex mutex_;
    std::vector<uint64_t> acknowledged_;  // guarded by mutex_
    std::vector<uint64_t> taken_;
  };

  void FailBecause(const std::string& what) {
    health_.Fail({.kind = ErrorClass::kFatal,
                  .message = fmt::format("Records can no longer be sent to Kafka: {}. A restart "
                                         "sends them again from the last commit.",
                                         what)});
  }

  const ProducerOptions options_;
  Health health_;
  RdHandle handle_;
  std::deque<Port> ports_;
};

KafkaProducer::Impl::~Impl() {
  if (handle_ == nullptr) return;
  rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(handle_.get(), 1000);
  for (Port& port : ports_) port.ForgetTopics();
}

Status KafkaProducer::Impl::Connect() {
  RdBuilder builder(options_.kafka, this);
  builder.Set("enable.idempotence", "true")
      .Set("acks", "all")
      .Set("partitioner", "murmur2_random")
      // Never: a record given up would be a gap, and the outbox is sent again from its start only
      // after a restart.
      .Set("message.timeout.ms", "0")
      // A dead letter is a little larger than the record it holds. What a topic takes is its own
      // setting, max.message.bytes; batches stay at batch.size.
      .Set("message.max.bytes", std::to_string(KafkaProducer::kMaxRecordBytes))
      .Set("compression.type", "lz4")
      .Set("linger.ms", std::to_string(options_.linger.millis()))
      .Set("queue.buffering.max.messages", "1000000")
      .Set("queue.buffering.max.kbytes",
           std::to_string(std::max<uint64_t>(options_.queue_bytes / 1024, 64)))
      .Set("allow.auto.create.topics", "false")
      .ReportDeliveries();
  Result<RdHandle> built = builder.Build(RD_KAFKA_PRODUCER);
  if (!built) return tl::unexpected(built.error());
  handle_ = std::move(*built);
  return {};
}

void KafkaProducer::Impl::OnDelivery(const rd_kafka_message_t& message) {
  const auto opaque = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(message._private));
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ports_[opaque >> kTicketBits].Acknowledge(opaque & kTicketMask);
  } else if (message.err != RD_KAFKA_RESP_ERR__PURGE_QUEUE &&
             message.err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
    FailBecause(fmt::format("topic {} refused one ({})", rd_kafka_topic_name(message.rkt),
                            ErrorText(message.err)));
  }
}

void KafkaProducer::Impl::OnError(rd_kafka_resp_err_t error, const char* reason) {
  if (error == RD_KAFKA_RESP_ERR__FATAL) FailBecause(reason);
}

Status KafkaProducer::Impl::Flush(Duration timeout) {
  rd_kafka_flush(handle_.get(), ToTimeoutMs(timeout));
  if (Status healthy = health_.Check(); !healthy) return healthy;
  if (in_flight() == 0) return {};
  return Transient(fmt::format("{} records are not yet acknowledged by Kafka.", in_flight()));
}

rd_kafka_topic_t* KafkaProducer::Impl::Port::TopicOf(std::string_view name) {
  const auto known = topics_.find(name);
  if (known != topics_.end()) return known->second.get();
  std::string owned(name);
  RdTopic topic(rd_kafka_topic_new(producer_->handle_.get(), owned.c_str(), nullptr));
  return topics_.emplace(std::move(owned), std::move(topic)).first->second.get();
}

Result<bool> KafkaProducer::Impl::Port::Send(const OutboundRecord& record, uint64_t ticket) {
  if (Status healthy = producer_->health_.Check(); !healthy) {
    return tl::unexpected(healthy.error());
  }
  rd_kafka_topic_t* topic = TopicOf(record.topic);
  if (topic == nullptr) return Fatal(fmt::format("\"{}\" is no topic name.", record.topic));
  const void* key = record.key.empty() ? nullptr : record.key.data();
  Headers headers = CopyHeaders(record.headers);
  // The library copies the payload; it takes const away only for its mode that does not.
  const rd_kafka_resp_err_t error = rd_kafka_producev(
      producer_->handle_.get(), RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(record.partition),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, record.key.size()),
      RD_KAFKA_V_VALUE(const_cast<char*>(record.payload.data()), record.payload.size()),
      RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_OPAQUE(PackOpaque(worker_, ticket)),
      RD_KAFKA_V_END);
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      // The library has taken the headers over.
      static_cast<void>(headers.release());
      return true;
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return false;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
      return tl::unexpected(
          Error{ErrorClass::kPoison, fmt::format("A record of {} bytes for topic {} is too large.",
                                                 record.payload.size(), record.topic)});
    default:
      producer_->FailBecause(
          fmt::format("topic {} cannot be sent to ({})", record.topic, ErrorText(error)));
      return tl::unexpected(producer_->health_.Check().error());
  }
}

Result<std::span<const uint64_t>> KafkaProducer::Impl::Port::TakeAcknowledged() {
  // Serves the reports of every worker's records; each lands with its own.
  rd_kafka_poll(producer_->handle_.get(), 0);
  if (Status healthy = producer_->health_.Check(); !healthy) {
    return tl::unexpected(healthy.error());
  }
  taken_.clear();
  const std::lock_guard lock(mutex_);
  taken_.swap(acknowledged_);
  return std::span<const uint64_t>(taken_);
}

KafkaProducer::KafkaProducer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaProducer::~KafkaProducer() = default;

Result<std::unique_ptr<KafkaProducer>> KafkaProducer::Create(ProducerOptions options,
                                                             size_t workers) {
  auto impl = std::make_unique<Impl>(std::move(options), workers);
  if (Status connected = impl->Connect(); !connected) return tl::unexpected(connected.error());
  return std::unique_ptr<KafkaProducer>(new KafkaProducer(std::move(impl)));
}

pipeline::Sink& KafkaProducer::sink(size_t worker) { return impl_->port(worker); }
Status KafkaProducer::Flush(Duration timeout) { return impl_->Flush(timeout); }
size_t KafkaProducer::in_flight() const { return impl_->in_flight(); }

EventProducer::EventProducer(std::unique_ptr<KafkaProducer> producer)
    : producer_(std::move(producer)) {}
EventProducer::~EventProducer() = default;

Result<std::unique_ptr<EventProducer>> EventProducer::Create(ProducerOptions options) {
  auto producer = KafkaProducer::Create(std::move(options), 1);
  if (!producer) return tl::unexpected(producer.error());
  return std::unique_ptr<EventProducer>(new EventProducer(std::move(*producer)));
}

Status EventProducer::Collect() {
  const auto acknowledged = producer_->sink(0).TakeAcknowledged();
  if (!acknowledged) return tl::unexpected(acknowledged.error());
  acknowledged_ += acknowledged->size();
  return {};
}

Status EventProducer::Produce(const OutboundRecord& record, Duration max_wait) {
  constexpr Duration kStep = Duration::Millis(2);
  constexpr uint64_t kCollectEvery = 1024;
  for (Duration waited;; waited = waited + kStep) {
    const Result<bool> taken = producer_->sink(0).Send(record, 0);
    if (!taken) return tl::unexpected(taken.error());
    if (*taken) break;
    if (Status collected = Collect(); !collected) return collected;
    if (waited >= max_wait) {
      return Transient(
          fmt::format("Kafka has not taken a record for {} s.", max_wait.millis() / 1000));
    }
    SystemClock::Sleep(kStep);
  }
  if (++taken_ % kCollectEvery == 0) return Collect();
  return {};
}

Status EventProducer::Flush(Duration timeout) {
  Status flushed = producer_->Flush(timeout);
  if (Status collected = Collect(); !collected) return collected;
  return flushed;
}

uint64_t EventProducer::acknowledged() const { return acknowledged_; }

}  // namespace touchline::adapters
