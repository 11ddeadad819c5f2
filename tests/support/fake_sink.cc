#include "tests/support/fake_sink.h"

#include <algorithm>
#include <utility>

namespace touchline::test {

Result<bool> FakeSink::Send(const pipeline::OutboundRecord& record, uint64_t ticket) {
  if (failure_) return Fatal(*failure_);
  if (queue_.size() >= queue_limit_) return false;
  Queued& queued = queue_.emplace_back(
      Queued{.topic = std::string(record.topic),
             .partition = record.partition,
             .record = {.key = std::string(record.key), .payload = std::string(record.payload)},
             .ticket = ticket});
  for (const pipeline::Header& h : record.headers) {
    queued.record.headers.emplace_back(h.name, h.value);
  }
  if (can_deliver()) Deliver(queue_.size());
  return true;
}

Result<std::span<const uint64_t>> FakeSink::TakeAcknowledged() {
  if (failure_) return Fatal(*failure_);
  if (can_deliver()) Deliver(queue_.size());
  taken_.clear();
  if (!acks_held_) taken_.swap(delivered_);
  if (reverse_) std::reverse(taken_.begin(), taken_.end());
  return std::span<const uint64_t>(taken_);
}

void FakeSink::ReleaseRecords() {
  records_held_ = false;
  if (can_deliver()) Deliver(queue_.size());
}

void FakeSink::Deliver(size_t n) {
  for (; n > 0 && !queue_.empty(); --n) {
    Queued first = std::move(queue_.front());
    queue_.pop_front();
    if (first.partition < 0) {
      log_->AppendByKey(first.topic, std::move(first.record));
    } else {
      log_->Append(first.topic, first.partition, std::move(first.record));
    }
    delivered_.push_back(first.ticket);
  }
}

}  // namespace touchline::test
