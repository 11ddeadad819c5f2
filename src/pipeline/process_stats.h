#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace touchline::pipeline {

// A histogram that one thread writes and others read; base units, fixed bounds.
class AtomicHistogram {
 public:
  static constexpr size_t kMaxBounds = 16;
  // REQUIRES: at most kMaxBounds ascending bounds that outlive this.
  explicit AtomicHistogram(std::span<const int64_t> bounds) : bounds_(bounds) {}

  void Observe(int64_t value, uint64_t times = 1) {
    Add(BucketOf(value), times, value * static_cast<int64_t>(times));
  }
  // The bucket of a value: the first whose bound is not below it.
  size_t BucketOf(int64_t value) const {
    size_t i = 0;
    while (i < bounds_.size() && value > bounds_[i]) ++i;
    return i;
  }
  // Observations of one bucket, and their sum.
  void Add(size_t bucket, uint64_t times, int64_t sum) {
    counts_[bucket].fetch_add(times, std::memory_order_relaxed);
    sum_.fetch_add(sum, std::memory_order_relaxed);
  }
  std::span<const int64_t> bounds() const { return bounds_; }
  uint64_t count(size_t i) const { return counts_[i].load(std::memory_order_relaxed); }
  int64_t sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::span<const int64_t> bounds_;
  std::array<std::atomic<uint64_t>, kMaxBounds + 1> counts_{};
  std::atomic<int64_t> sum_{0};
};

inline constexpr std::array<int64_t, 12> kCommitBoundsMicros = {
    1'000,   2'000,   5'000,   10'000,    20'000,    50'000,
    100'000, 200'000, 500'000, 1'000'000, 2'000'000, 5'000'000};
inline constexpr std::array<int64_t, 12> kLagBoundsMillis = {
    50, 100, 200, 500, 1'000, 2'000, 5'000, 15'000, 60'000, 300'000, 3'600'000, 86'400'000};

// What arrives from one source, against this machine's clock.
struct SourceStats {
  AtomicHistogram event_lag_millis{kLagBoundsMillis};  // event time to applied
  std::atomic<int64_t> clock_skew_millis{0};  // furthest that an event was ahead of us; >= 0
};

// What a task has seen of its source since it last told: every event is observed, and what all
// threads may read is slow to write.
class SourceTally {
 public:
  // `lag_ms`: from the event's time to now; below 0: it is ahead of us.
  void Observe(int64_t lag_ms, const SourceStats& stats) {
    const int64_t lag = std::max(int64_t{0}, lag_ms);
    ++counts_[stats.event_lag_millis.BucketOf(lag)];
    sum_ += lag;
    furthest_ahead_ = std::max(furthest_ahead_, -lag_ms);
  }
  void Tell(SourceStats* stats) {
    for (size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] == 0) continue;
      stats->event_lag_millis.Add(i, std::exchange(counts_[i], 0), std::exchange(sum_, 0));
    }
    // Other tasks of the source tell as well: the furthest wins.
    int64_t known = stats->clock_skew_millis.load();
    while (furthest_ahead_ > known &&
           !stats->clock_skew_millis.compare_exchange_weak(known, furthest_ahead_)) {
    }
  }

 private:
  std::array<uint64_t, AtomicHistogram::kMaxBounds + 1> counts_{};
  int64_t sum_ = 0;
  int64_t furthest_ahead_ = 0;  // so far
};

// The stats of sources by alias. Any thread.
class SourceStatsTable {
 public:
  // The source's, made if new; lives as long as the table.
  SourceStats& Of(std::string_view alias) {
    const std::lock_guard lock(mutex_);
    const auto it = sources_.find(alias);
    return it != sources_.end() ? it->second : sources_[std::string(alias)];
  }
  // In the order of their names.
  template <class Visit>
  void ForEach(Visit visit) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [alias, stats] : sources_) visit(alias, stats);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, SourceStats, std::less<>> sources_;
};

// What this process does, as opposed to what the contact centre does: never in the state, never
// compared across lives. Any thread.
struct ProcessStats {
  AtomicHistogram commit_micros{kCommitBoundsMicros};  // seal to durable
  SourceStatsTable sources;                            // the live ones
  std::atomic<uint64_t> commits{0};
  std::atomic<uint64_t> committed_bytes{0};
  std::atomic<uint64_t> committed_rows{0};
  std::atomic<int64_t> cache_bytes{0};
  std::atomic<int64_t> cache_entries{0};
  std::atomic<int64_t> outbox_records{0};  // not yet acknowledged
  std::atomic<int64_t> timers{0};          // in memory
  std::atomic<uint64_t> forgotten_contacts{0};  // that have got a pseudonym for a customer
  std::atomic<int64_t> to_forget{0};  // customers, and tasks that look for them
  std::atomic<int64_t> free_disk_bytes{-1};
  std::atomic<bool> paused_for_disk{false};
  std::atomic<bool> config_reload_ok{true};  // of the last configuration that was read
  std::atomic<int64_t> config_loaded_at_ms{0};  // wall time, of the one in force; 0: there is none
};

}  // namespace touchline::pipeline
