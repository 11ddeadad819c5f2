#include "adapters/kafka/end_prover.h"

#include <fmt/format.h>

#include <chrono>
#include <numeric>
#include <utility>

#include "adapters/kafka/ask_offsets.h"
#include "adapters/thread_name.h"

namespace touchline::adapters {
namespace {

using pipeline::InputIndex;
using pipeline::Offset;

// An answer that takes longer proves little; the thread must also be able to stop.
constexpr Duration kAnswerTimeout = Duration::Seconds(1);
constexpr int64_t kNanosPerMilli = 1'000'000;

int64_t Nanos(Duration d) { return d.millis() * kNanosPerMilli; }

bool SaysMissing(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

}  // namespace

EndProver::EndProver(rd_kafka_t* handle, Plan plan, std::deque<InputState>* inputs,
                     std::vector<std::unique_ptr<WorkerSource>>* sources, Health* health,
                     const pipeline::Clock* clock)
    : handle_(handle),
      plan_(std::move(plan)),
      inputs_(inputs),
      sources_(sources),
      health_(health),
      clock_(clock),
      everything_(inputs->size()),
      missing_since_ns_(inputs->size(), 0),
      sent_progress_(inputs->size(), kUnknownOffset) {
  std::iota(everything_.begin(), everything_.end(), InputIndex{0});
  const int64_t now = clock_->MonotonicNanos();
  next_progress_ns_ = now + Nanos(plan_.progress_interval);
  next_growth_check_ns_ = now + Nanos(plan_.topic_check_interval);
  thread_ = std::thread([this] { Run(); });
}

EndProver::~EndProver() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  SendProgress();
}

void EndProver::AskNow() {
  {
    const std::lock_guard lock(mutex_);
    ask_now_ = true;
  }
  wake_.notify_one();
}

bool EndProver::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool EndProver::WaitForNextRound() {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(plan_.proof_interval.millis()),
                 [this] { return stopping_ || ask_now_; });
  ask_now_ = false;
  return !stopping_;
}

void EndProver::Run() {
  NameThread("end prover");
  do {
    ProveEnds();
    const int64_t now = clock_->MonotonicNanos();
    if (now >= next_progress_ns_) {
      SendProgress();
      next_progress_ns_ = now + Nanos(plan_.progress_interval);
    }
    if (now >= next_growth_check_ns_) {
      CheckGrowth();
      next_growth_check_ns_ = now + Nanos(plan_.topic_check_interval);
    }
    ServeCallbacks();
  } while (WaitForNextRound());
}

void EndProver::ServeCallbacks() {
  rd_kafka_poll(handle_, 0);
  // Records never come this way; what the coordinator has to say would pile up.
  while (rd_kafka_message_t* message = rd_kafka_consumer_poll(handle_, 0)) {
    rd_kafka_message_destroy(message);
  }
}

void EndProver::ProveEnds() {
  if (everything_.empty()) return;
  bool answered = Prove(everything_);
  // One partition without a leader spoils the common question: ask for each alone, in turns, for
  // while Kafka is away every question takes the whole timeout.
  for (size_t i = 0; i < everything_.size() && !stopping(); ++i) {
    if (i == 0 && answered) break;
    answered = Prove({everything_[turn_]}) || answered;
    turn_ = (turn_ + 1) % everything_.size();
    if (!answered) break;
  }
  health_->SetAway(!answered);
}

bool EndProver::Prove(const std::vector<InputIndex>& inputs) {
  std::vector<AskedPartition> asked;
  for (const InputIndex i : inputs) {
    asked.push_back({.topic = (*inputs_)[i].topic, .partition = (*inputs_)[i].partition});
  }
  const WallTime asked_at = clock_->Now();
  const auto answers = AskOffsets(handle_, asked, RD_KAFKA_OFFSET_END, kAnswerTimeout);
  bool answered = false;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto [error, end] = answers[i];
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      InputState& input = (*inputs_)[inputs[i]];
      missing_since_ns_[inputs[i]] = 0;
      input.end.store(end, std::memory_order_relaxed);
      (*sources_)[input.worker]->AddProof(
          {.input = inputs[i], .end_offset = end, .asked_at = asked_at});
      answered = true;
    } else if (inputs.size() == 1 && SaysMissing(error)) {
      NoteMissing(inputs[i], error);
      answered = true;
    }
  }
  return answered;
}

void EndProver::NoteMissing(InputIndex index, rd_kafka_resp_err_t error) {
  const InputState& input = (*inputs_)[index];
  int64_t& since = missing_since_ns_[index];
  const int64_t now = clock_->MonotonicNanos();
  if (since == 0) since = now;
  if (now - since < Nanos(plan_.missing_topic_grace)) return;
  health_->Fail({.kind = ErrorClass::kFatal,
                 .message = fmt::format("Topic {} partition {} is gone: {}.", input.topic,
                                        input.partition, ErrorText(error))});
}

void EndProver::CheckGrowth() {
  if (plan_.accept_growth) return;
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(handle_, 0, nullptr, &metadata, ToTimeoutMs(kAnswerTimeout)) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return;
  }
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
    const auto planned = plan_.partition_counts.find(topic.topic);
    if (planned == plan_.partition_counts.end() || topic.partition_cnt <= planned->second) continue;
    health_->Fail({.kind = ErrorClass::kFatal,
                   .message = fmt::format(
                       "Topic {} has grown from {} to {} partitions: its keys no longer keep their "
                       "partition, so what belongs together would be split.",
                       topic.topic, planned->second, topic.partition_cnt)});
  }
  rd_kafka_metadata_destroy(metadata);
}

void EndProver::SendProgress() {
  if (const uint64_t refused = health_->refused_reports(); refused != refused_seen_) {
    refused_seen_ = refused;
    sent_progress_.assign(sent_progress_.size(), kUnknownOffset);
  }
  const RdPartitions list(rd_kafka_topic_partition_list_new(static_cast<int>(inputs_->size())));
  for (InputIndex i = 0; i < inputs_->size(); ++i) {
    const InputState& input = (*inputs_)[i];
    const Offset reported = input.reported.load(std::memory_order_relaxed);
    if (reported == sent_progress_[i]) continue;
    rd_kafka_topic_partition_list_add(list.get(), input.topic.c_str(), input.partition)->offset =
        reported;
    sent_progress_[i] = reported;
  }
  if (list->cnt > 0) rd_kafka_commit(handle_, list.get(), /*async=*/1);
}

}  // namespace touchline::adapters
