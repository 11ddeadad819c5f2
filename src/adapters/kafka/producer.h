#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "adapters/kafka/client.h"
#include "base/result.h"
#include "pipeline/ports.h"

namespace touchline::adapters {

struct ProducerOptions {
  KafkaOptions kafka;
  // Records taken and not yet acknowledged: at most about this many bytes.
  uint64_t queue_bytes = uint64_t{64} << 20;
  // How long a record waits for company before it is sent.
  Duration linger = Duration::Millis(5);
};

// One idempotent producer for the process, shared by its workers: each has a Sink of its own, with
// its own acknowledgements, but threads, connections and batches are common. Keys choose partitions
// by murmur2, as Java's producers do; an empty key is sent as no key and goes anywhere.
//
// Records are never given up: without a broker they wait, and Send says false once the queue is
// full. Whatever the broker refuses for good is kFatal, because going on would leave a gap.
class KafkaProducer {
 public:
  // Key, payload and headers of one record. A topic takes less, unless its max.message.bytes says
  // so.
  static constexpr uint64_t kMaxRecordBytes = uint64_t{64} << 20;

  // REQUIRES: 0 < workers < 256. Returns without waiting for a broker.
  static Result<std::unique_ptr<KafkaProducer>> Create(ProducerOptions options, size_t workers);
  // Records not yet acknowledged are dropped; Flush first for an orderly end.
  ~KafkaProducer();
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  // The worker's own: of one sink, one thread. Besides the port: `ticket` must be below 2^56;
  // kPoison for a record larger than kMaxRecordBytes. A record that only
  // the broker finds too large is refused for good: kFatal.
  pipeline::Sink& sink(size_t worker);

  // Waits until everything taken has been acknowledged. kTransient: not within `timeout`.
  Status Flush(Duration timeout);
  // Records taken and not yet acknowledged, all workers together. From any thread.
  size_t in_flight() const;

 private:
  class Impl;
  explicit KafkaProducer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Sends many events one after the other and waits by itself when the broker is slower: for the
// simulator, imports and tests. Idempotent, keys by murmur2, as above.
// Threading: one thread at a time.
class EventProducer {
 public:
  static Result<std::unique_ptr<EventProducer>> Create(ProducerOptions options);
  ~EventProducer();
  EventProducer(const EventProducer&) = delete;
  EventProducer& operator=(const EventProducer&) = delete;

  // Takes a copy. Waits while the queue is full, at most `max_wait`: then kTransient, and the
  // record was not taken. kFatal: an earlier record was refused, or the producer is beyond repair.
  Status Produce(const pipeline::OutboundRecord& record, Duration max_wait = Duration::Seconds(30));
  // Waits until the broker has everything. kTransient: not within `timeout`.
  Status Flush(Duration timeout);
  uint64_t acknowledged() const;

 private:
  std::unique_ptr<KafkaProducer> producer_;
  uint64_t taken_ = 0;
  uint64_t acknowledged_ = 0;
  explicit EventProducer(std::unique_ptr<KafkaProducer> producer);
  Status Collect();
};

}  // namespace touchline::adapters
