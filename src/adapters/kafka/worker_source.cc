#include "adapters/kafka/worker_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "adapters/system_clock.h"

namespace touchline::adapters {
namespace {

using pipeline::EndProof;
using pipeline::InputIndex;
using pipeline::Offset;
using pipeline::SourceRecord;

constexpr size_t kBatch = 2000;
constexpr InputIndex kNoInput = ~InputIndex{0};

std::string_view ToView(const void* data, size_t size) {
  return {static_cast<const char*>(data), data == nullptr ? 0 : size};
}

// Whether a consumer error can go away by itself. What cannot: bytes that do not match their
// checksum (the library would skip them), a missing right, an offset that is not there.
bool IsLasting(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return true;
    default:
      return false;
  }
}

}  // namespace

WorkerSource::WorkerSource(RdQueue queue, QueueBound bound, std::deque<InputState>* inputs,
                           Health* health)
    : queue_(std::move(queue)),
      bound_(std::move(bound)),
      inputs_(inputs),
      health_(health),
      messages_(kBatch),
      reached_end_(inputs->size(), kUnknownOffset) {
  records_.reserve(kBatch);
}

WorkerSource::~WorkerSource() { FreeMessages(); }

void WorkerSource::FreeMessages() {
  records_.clear();
  for (size_t i = 0; i < message_count_; ++i) rd_kafka_message_destroy(messages_[i]);
  message_count_ = 0;
}

void WorkerSource::Drain() {
  do {
    FreeMessages();
    Fetch(Duration());
  } while (message_count_ > 0);
}

Result<std::span<const SourceRecord>> WorkerSource::Poll(Duration max_wait) {
  FreeMessages();
  if (Status healthy = health_->Check(); !healthy) return tl::unexpected(healthy.error());
  if (paused_) {
    SystemClock::Sleep(max_wait);
    return std::span<const SourceRecord>();
  }
  Fetch(max_wait);
  uint64_t bytes = 0;
  for (size_t i = 0; i < message_count_; ++i) {
    bytes += messages_[i]->len + messages_[i]->key_len;
    if (Status translated = Translate(*messages_[i]); !translated) {
      health_->Fail(translated.error());
      return tl::unexpected(translated.error());
    }
  }
  if (message_count_ > 0) WatchQueue(bytes);
  if (records_.empty() && health_->away()) {
    return Transient("Kafka does not answer; trying again.");
  }
  return std::span<const SourceRecord>(records_);
}

void WorkerSource::Fetch(Duration max_wait) {
  const auto take = [this](int timeout_ms, size_t at_most) {
    const ssize_t n = rd_kafka_consume_batch_queue(queue_.get(), timeout_ms,
                                                   messages_.data() + message_count_, at_most);
    if (n > 0) message_count_ += static_cast<size_t>(n);
  };
  take(0, kBatch);
  if (message_count_ > 0 || max_wait <= Duration()) return;
  // The library waits until the batch is full or the time is over; so wait for one only.
  take(ToTimeoutMs(max_wait), 1);
  if (message_count_ > 0) take(0, kBatch - 1);
}

// The library tells how many records wait, not how long they are: taken to be like those of the
// batch. Between one third and none is the time for an answer to come before the queue is empty.
void WorkerSource::WatchQueue(uint64_t batch_bytes) {
  const uint64_t left = rd_kafka_queue_length(queue_.get());
  const auto thirds_of_bound = [&](uint64_t records) {
    const uint64_t bytes = records * batch_bytes / message_count_;
    return std::max(bytes * 3 / bound_.bytes, records * 3 / kMaxQueuedRecords);
  };
  if (thirds_of_bound(left + message_count_) >= 2) library_rests_ = true;
  if (library_rests_ && thirds_of_bound(left) < 1) {
    library_rests_ = false;
    bound_.wake_library();
  }
}

Status WorkerSource::Translate(const rd_kafka_message_t& message) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return JudgeError(message);
  const InputIndex input = InputOf(message);
  if (input == kNoInput) return {};
  records_.push_back({.input = input,
                      .offset = message.offset,
                      .key = ToView(message.key, message.key_len),
                      .payload = ToView(message.payload, message.len),
                      .headers = {this, &message}});
  (*inputs_)[input].next.store(message.offset + 1, std::memory_order_relaxed);
  return {};
}

Status WorkerSource::JudgeError(const rd_kafka_message_t& message) {
  if (message.rkt == nullptr) return {};
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    const InputIndex input = InputOf(message);
    if (input != kNoInput) reached_end_[input] = message.offset;
    return {};
  }
  if (!IsLasting(message.err)) return {};
  return Fatal(fmt::format(
      "Topic {} partition {} cannot be read at offset {}: {} ({}). If retention has passed this "
      "offset, events are lost: start with an empty state folder to accept that.",
      rd_kafka_topic_name(message.rkt), message.partition, message.offset,
      rd_kafka_message_errstr(&message), rd_kafka_err2name(message.err)));
}

std::span<const pipeline::Header> WorkerSource::ReadHeaders(const void* message) {
  headers_.clear();
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(static_cast<const rd_kafka_message_t*>(message), &list) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return headers_;
  }
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0;
       rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    headers_.push_back({.name = name, .value = ToView(value, size)});
  }
  return headers_;
}

InputIndex WorkerSource::InputOf(const rd_kafka_message_t& message) {
  if (last_topic_ == nullptr || last_topic_->topic != message.rkt) {
    const auto known = std::find_if(topics_.begin(), topics_.end(),
                                    [&](const TopicInputs& t) { return t.topic == message.rkt; });
    last_topic_ = known != topics_.end() ? &*known : &Learn(message.rkt);
  }
  const auto partition = static_cast<size_t>(message.partition);
  if (partition >= last_topic_->by_partition.size()) return kNoInput;
  return last_topic_->by_partition[partition];
}

const WorkerSource::TopicInputs& WorkerSource::Learn(const rd_kafka_topic_t* topic) {
  TopicInputs learnt{.topic = topic, .by_partition = {}};
  const std::string_view name = rd_kafka_topic_name(topic);
  for (InputIndex i = 0; i < inputs_->size(); ++i) {
    const InputState& input = (*inputs_)[i];
    if (input.topic != name) continue;
    const auto partition = static_cast<size_t>(input.partition);
    if (learnt.by_partition.size() <= partition) {
      learnt.by_partition.resize(partition + 1, kNoInput);
    }
    learnt.by_partition[partition] = i;
  }
  return topics_.emplace_back(std::move(learnt));
}

void WorkerSource::AddProof(const EndProof& proof) {
  const std::lock_guard lock(proof_mutex_);
  const auto same = std::find_if(proofs_.begin(), proofs_.end(),
                                 [&](const EndProof& p) { return p.input == proof.input; });
  if (same != proofs_.end()) {
    *same = proof;
  } else {
    proofs_.push_back(proof);
  }
  has_proofs_.store(true, std::memory_order_release);
}

std::span<const EndProof> WorkerSource::TakeEndProofs() {
  taken_.clear();
  if (!has_proofs_.load(std::memory_order_acquire)) return taken_;
  {
    const std::lock_guard lock(proof_mutex_);
    taken_.swap(proofs_);
    has_proofs_.store(false, std::memory_order_release);
  }
  for (EndProof& proof : taken_) {
    // Transaction markers take offsets and hold no record. Where the partition was read to exactly
    // this end, the next offset that matters is the one after the last record.
    if (proof.end_offset == reached_end_[proof.input]) {
      proof.end_offset = (*inputs_)[proof.input].next.load(std::memory_order_relaxed);
    }
  }
  return taken_;
}

void WorkerSource::ReportProgress(InputIndex input, Offset next) {
  (*inputs_)[input].reported.store(next, std::memory_order_relaxed);
}

}  // namespace touchline::adapters
