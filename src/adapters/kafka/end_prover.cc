#include "adapters/kafka/end_prover.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace touchline::adapters {
namespace {

using pipeline::InputIndex;
using pipeline::Offset;

// An answer that takes longer proves little; the thread must also be able to stop.
constexpr int kAnswerTimeoutMs = 1000;
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
      sent_progress_(inputs->size(), kUnknownOffset) {
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

bool EndProver::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool EndProver::WaitForNextRound() {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(plan_.proof_interval.millis()),
                 [this] { return stopping_; });
  return !stopping_;
}

void EndProver::Run() {
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
  for (InputIndex i = 0; i < inputs_->size(); ++i) {
    if (stopping()) return;
    ProveEnd(i);
  }
}

void EndProver::ProveEnd(InputIndex index) {
  InputState& input = (*inputs_)[index];
  const WallTime asked_at = clock_->Now();
  Offset low = 0;
  Offset high = 0;
  const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
      handle_, input.topic.c_str(), input.partition, &low, &high, kAnswerTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    NoteMissing(input, error);
    return;
  }
  missing_since_ns_ = 0;
  health_->SetAway(false);
  input.end.store(high, std::memory_order_relaxed);
  (*sources_)[input.worker]->AddProof({.input = index, .end_offset = high, .asked_at = asked_at});
}

void EndProver::NoteMissing(const InputState& input, rd_kafka_resp_err_t error) {
  if (!SaysMissing(error)) return;
  const int64_t now = clock_->MonotonicNanos();
  if (missing_since_ns_ == 0) missing_since_ns_ = now;
  if (now - missing_since_ns_ < Nanos(plan_.missing_topic_grace)) return;
  health_->Fail({.kind = ErrorClass::kFatal,
                 .message = fmt::format("Topic {} partition {} is gone: {}.", input.topic,
                                        input.partition, ErrorText(error))});
}

void EndProver::CheckGrowth() {
  if (plan_.accept_growth) return;
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(handle_, 0, nullptr, &metadata, kAnswerTimeoutMs) !=
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
