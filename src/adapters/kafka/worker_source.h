#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/kafka/health.h"
#include "adapters/kafka/rd.h"
#include "pipeline/ports.h"

namespace touchline::adapters {

inline constexpr pipeline::Offset kUnknownOffset = -1;
// The library rests, too, when a worker's queue holds as many records, however short they are.
inline constexpr uint64_t kMaxQueuedRecords = 100'000;

// One partition, as the consumer's threads share it.
struct InputState {
  std::string topic;
  int32_t partition = 0;
  size_t worker = 0;
  pipeline::Offset start = 0;
  std::atomic<pipeline::Offset> next{0};                   // after what was handed out
  std::atomic<pipeline::Offset> end{kUnknownOffset};       // as last proven
  std::atomic<pipeline::Offset> reported{kUnknownOffset};  // by ReportProgress
};

// A worker's end of the consumer: its queue, into which its partitions' queues are forwarded.
class WorkerSource final : public pipeline::Source, private pipeline::RecordHeaders::Reader {
 public:
  struct QueueBound {
    uint64_t bytes = 0;  // of keys and values; when the queue holds as many, the library rests
    // Asks the brokers anything. A full queue puts the library to sleep, and only an answer, not
    // room in the queue, makes it look again: unasked, for up to a second.
    std::function<void()> wake_library;
  };
  // `inputs` is the process's list, indexed by InputIndex; it and `health` must outlive this.
  WorkerSource(RdQueue queue, QueueBound bound, std::deque<InputState>* inputs, Health* health);
  ~WorkerSource() override;

  Result<std::span<const pipeline::SourceRecord>> Poll(Duration max_wait) override;
  std::span<const pipeline::EndProof> TakeEndProofs() override;
  void Pause(bool paused) override { paused_ = paused; }
  void ReportProgress(pipeline::InputIndex input, pipeline::Offset next) override;

  // From the proving thread. A newer proof replaces the one that was not taken yet.
  void AddProof(const pipeline::EndProof& proof);
  // Throws away what was fetched. Only at the end.
  void Drain();
  rd_kafka_queue_t* queue() { return queue_.get(); }

 private:
  struct TopicInputs {
    const rd_kafka_topic_t* topic = nullptr;
    std::vector<pipeline::InputIndex> by_partition;
  };

  void FreeMessages();
  void Fetch(Duration max_wait);
  void WatchQueue(uint64_t batch_bytes);
  Status Translate(const rd_kafka_message_t& message);
  Status JudgeError(const rd_kafka_message_t& message);
  std::span<const pipeline::Header> ReadHeaders(const void* message) override;
  pipeline::InputIndex InputOf(const rd_kafka_message_t& message);
  const TopicInputs& Learn(const rd_kafka_topic_t* topic);

  RdQueue queue_;
  const QueueBound bound_;
  bool library_rests_ = false;  // or may do so: the queue was nearly full
  std::deque<InputState>* inputs_;
  Health* health_;
  bool paused_ = false;

  std::vector<rd_kafka_message_t*> messages_;
  size_t message_count_ = 0;
  std::vector<pipeline::SourceRecord> records_;
  std::vector<pipeline::Header> headers_;  // of the record that was last asked for them
  std::deque<TopicInputs> topics_;
  const TopicInputs* last_topic_ = nullptr;
  std::vector<pipeline::Offset> reached_end_;  // by InputIndex: the last end that was reached

  std::atomic<bool> has_proofs_{false};
  std::mutex proof_mutex_;
  std::vector<pipeline::EndProof> proofs_;  // guarded by proof_mutex_
  std::vector<pipeline::EndProof> taken_;
};

}  // namespace touchline::adapters
