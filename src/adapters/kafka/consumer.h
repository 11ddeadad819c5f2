#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/kafka/client.h"
#include "base/result.h"
#include "pipeline/ports.h"

namespace touchline::adapters {

// One partition to be read. Its place in the list given to Start is its InputIndex.
struct ConsumerInput {
  std::string topic;
  int32_t partition = 0;
  // The task's next offset, from the store; nullopt: the earliest that the topic has.
  std::optional<pipeline::Offset> stored_next;
  size_t worker = 0;  // who reads it
};

struct ConsumerOptions {
  KafkaOptions kafka;
  size_t workers = 1;
  // Under this group the broker is told how far we are. Nothing is ever read back from it.
  std::string progress_group = "touchline";
  // Memory of records fetched and not yet taken, all partitions together. Measured with 300-byte
  // events under lz4 and 24 partitions: 64 MiB allowed, 50 to 67 MB used. Events that compress much
  // better than eightfold take more for a moment; at least 64 KiB per partition are fetched.
  uint64_t fetch_bytes = uint64_t{64} << 20;
  // How long the broker may hold an answer back until there is something in it.
  Duration fetch_wait = Duration::Millis(50);
  Duration proof_interval = Duration::Millis(250);
  Duration progress_interval = Duration::Seconds(5);
  // false: a topic that gains partitions stops the consumer, for keys would change their partition.
  bool accept_growth = false;
  Duration topic_check_interval = Duration::Seconds(10);
  // How long a topic may be unknown to the broker, as it is for a moment after a restart.
  Duration missing_topic_grace = Duration::Seconds(15);
  // How long Start asks the brokers for the partitions' offsets, again and again, before it gives
  // up: one that has just come back knows its topics before it leads them.
  Duration start_timeout = Duration::Seconds(10);
};

struct InputPosition {
  std::optional<pipeline::Offset> end;  // as last proven; nullopt: not heard yet
  pipeline::Offset next = 0;            // after the last record handed to the worker
  // Records still to come; nullopt as `end`. Counts offsets, so transaction markers, too.
  std::optional<int64_t> lag() const;
};

// The process's one consumer: partitions are assigned, not balanced, and each one's queue is
// forwarded to the queue of the worker that owns it. A thread of its own asks the broker where each
// partition ends and turns the answers into proofs; a broker that does not answer proves nothing.
//
// Offsets come from the store alone. Where retention has passed one, or it lies beyond the end, and
// whenever the broker says "out of range" later, the error is kFatal: there is no silent jump.
class KafkaConsumer {
 public:
  // kTransient: the broker does not answer. kFatal: an offset that cannot be read from.
  // REQUIRES: every input.worker < options.workers. `clock` must outlive the consumer.
  static Result<std::unique_ptr<KafkaConsumer>> Start(ConsumerOptions options,
                                                      std::vector<ConsumerInput> inputs,
                                                      const pipeline::Clock* clock);
  ~KafkaConsumer();
  KafkaConsumer(const KafkaConsumer&) = delete;
  KafkaConsumer& operator=(const KafkaConsumer&) = delete;

  // The worker's own. Sources die with the consumer, and their threads must be gone before.
  // Besides the port: Poll says kTransient while Kafka does not answer and nothing is queued. While
  // paused nothing is handed out, fetched records stay queued within the byte bound.
  pipeline::Source& source(size_t worker);

  // Where reading began, resolved. REQUIRES: input < inputs.
  pipeline::Offset start(pipeline::InputIndex input) const;
  // From any thread.
  InputPosition position(pipeline::InputIndex input) const;
  // Progress reports that the broker refused, since Start. From any thread.
  uint64_t failed_progress_reports() const;

 private:
  class Impl;
  explicit KafkaConsumer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace touchline::adapters
