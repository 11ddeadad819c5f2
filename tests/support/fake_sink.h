#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/ports.h"
#include "tests/support/fake_log.h"

namespace touchline::test {

// A producer into a FakeLog. Left alone, a record is in the log when Send returns and its ticket
// comes with the next TakeAcknowledged. While the link is broken, records wait in its queue.
class FakeSink final : public pipeline::Sink {
 public:
  // `log` must outlive it.
  explicit FakeSink(FakeLog* log) : log_(log) {}

  Result<bool> Send(const pipeline::OutboundRecord& record, uint64_t ticket) override;
  Result<std::span<const uint64_t>> TakeAcknowledged() override;

  // The queue holds n records, then Send says false.
  void LimitQueue(size_t n) { queue_limit_ = n; }
  // A slow network: records stay in the queue until delivered by hand or released.
  void HoldRecords() { records_held_ = true; }
  void ReleaseRecords();
  // The oldest n go into the log.
  void Deliver(size_t n);
  // The answer gets lost or late: in the log, yet not acknowledged until released.
  void HoldAcks() { acks_held_ = true; }
  void ReleaseAcks() { acks_held_ = false; }
  // Tickets come back newest first, as they may when partitions answer apart.
  void AckInReverse() { reverse_ = true; }
  // Beyond repair: Send and TakeAcknowledged are kFatal from now on.
  void Fail(std::string message) { failure_ = std::move(message); }

  size_t queued() const { return queue_.size(); }

 private:
  struct Queued {
    std::string topic;
    int32_t partition = -1;
    LogRecord record;
    uint64_t ticket = 0;
  };
  bool can_deliver() const { return log_->link_up() && !records_held_; }

  FakeLog* log_;
  std::deque<Queued> queue_;
  std::vector<uint64_t> delivered_;
  std::vector<uint64_t> taken_;
  size_t queue_limit_ = 100'000;
  bool records_held_ = false;
  bool acks_held_ = false;
  bool reverse_ = false;
  std::optional<std::string> failure_;
};

}  // namespace touchline::test
