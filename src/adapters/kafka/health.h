#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include "base/result.h"

namespace touchline::adapters {

// What the consumer's threads tell each other about the connection. Threading: any.
class Health {
 public:
  void SetAway(bool away) { away_.store(away, std::memory_order_relaxed); }
  bool away() const { return away_.load(std::memory_order_relaxed); }

  void CountRefusedReport() { refused_reports_.fetch_add(1, std::memory_order_relaxed); }
  uint64_t refused_reports() const { return refused_reports_.load(std::memory_order_relaxed); }

  // The first failure stays.
  void Fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (failure_) return;
    failure_ = std::move(error);
    failed_.store(true, std::memory_order_release);
  }
  // Cheap while all is well.
  Status Check() const {
    if (!failed_.load(std::memory_order_acquire)) return {};
    const std::lock_guard lock(mutex_);
    return tl::unexpected(*failure_);
  }

 private:
  std::atomic<bool> away_{false};
  std::atomic<uint64_t> refused_reports_{0};
  std::atomic<bool> failed_{false};
  mutable std::mutex mutex_;
  std::optional<Error> failure_;  // guarded by mutex_
};

}  // namespace touchline::adapters
