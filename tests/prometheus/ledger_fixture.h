#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "domain/metrics.h"
#include "pipeline/ports.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"

namespace touchline::test {

// Inbound calls of partner acme in this queue.
pipeline::ScopeLabels Queue(const std::string& name);
// Web chats of partner acme with this agent.
pipeline::ScopeLabels Agent(const std::string& name);
// Names that break a careless exporter; all differ once they are sanitised.
std::vector<std::string> HostileNames();

// A machine's clock: it can be set, back too.
class SettableClock final : public pipeline::Clock {
 public:
  WallTime Now() const override { return now_; }
  int64_t MonotonicNanos() const override { return 0; }
  void Set(WallTime now) { now_ = now; }
  void Advance(Duration by) { now_ = now_ + by; }

 private:
  WallTime now_ = WallTime::FromMillis(1'700'000'000'000);
};

// A ledger that is filled by hand, and what else the pages read.
class LedgerFixture : public testing::Test {
 protected:
  // Adds to a counter or gauge.
  void Add(const pipeline::ScopeLabels& labels, domain::MetricId metric, uint8_t closed,
           int64_t added, int64_t withdrawn = 0);
  // Counts a value into a histogram, or takes it out again.
  void Observe(const pipeline::ScopeLabels& labels, domain::MetricId metric, uint8_t closed,
               int64_t value);
  void Withdraw(const pipeline::ScopeLabels& labels, domain::MetricId metric, uint8_t closed,
                int64_t value);
  // Adds to a counter in the bucket or the quarter hour that starts at `start`.
  void AddAt(pipeline::RowKind kind, EventTime start, const pipeline::ScopeLabels& labels,
             domain::MetricId metric, uint8_t closed, int64_t added, int64_t withdrawn = 0);
  void Wait(const pipeline::ScopeLabels& labels, uint32_t task, std::optional<EventTime> since);
  void Progress(pipeline::Release::TaskProgress task);

  pipeline::PublishedLedger ledger_;
  pipeline::ProcessStats stats_;
  SettableClock clock_;

 private:
  void Apply(const pipeline::Release::Row& row);
  std::vector<pipeline::CellDelta> Observation(const pipeline::ScopeLabels& labels,
                                               domain::MetricId metric, uint8_t closed,
                                               int64_t value, bool is_withdrawn) const;
};

}  // namespace touchline::test
