#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kafka/worker_source.h"

namespace touchline::adapters {

// The consumer's thread beside the workers: asks the broker where each partition ends, hands the
// proofs out, watches for lost or grown topics, and sends the progress reports. It also serves the
// handle's callbacks. Runs from construction to destruction.
class EndProver {
 public:
  struct Plan {
    Duration proof_interval;
    Duration progress_interval;
    Duration topic_check_interval;
    Duration missing_topic_grace;
    bool accept_growth = false;
    std::map<std::string, int32_t> partition_counts;  // as they were when reading began
  };
  // All pointers must outlive it.
  EndProver(rd_kafka_t* handle, Plan plan, std::deque<InputState>* inputs,
            std::vector<std::unique_ptr<WorkerSource>>* sources, Health* health,
            const pipeline::Clock* clock);
  ~EndProver();

  // The next question is asked now. From any thread.
  void AskNow();

 private:
  void Run();
  bool WaitForNextRound();
  void ServeCallbacks();
  void ProveEnds();
  // Whether Kafka answered for any of them.
  bool Prove(const std::vector<pipeline::InputIndex>& inputs);
  void NoteMissing(pipeline::InputIndex input, rd_kafka_resp_err_t error);
  void CheckGrowth();
  void SendProgress();
  bool stopping();

  rd_kafka_t* handle_;
  const Plan plan_;
  std::deque<InputState>* inputs_;
  std::vector<std::unique_ptr<WorkerSource>>* sources_;
  Health* health_;
  const pipeline::Clock* clock_;

  std::vector<pipeline::InputIndex> everything_;
  size_t turn_ = 0;                        // who is asked for alone next
  std::vector<int64_t> missing_since_ns_;  // by InputIndex; 0: not missing
  std::vector<pipeline::Offset> sent_progress_;
  uint64_t refused_seen_ = 0;  // after a refusal, all progress is sent again
  int64_t next_progress_ns_ = 0;
  int64_t next_growth_check_ns_ = 0;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  bool ask_now_ = false;   // guarded by mutex_
  std::thread thread_;
};

}  // namespace touchline::adapters
