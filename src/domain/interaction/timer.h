#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/time.h"
#include "domain/sla/clock.h"
#include "domain/sla/policy.h"

namespace touchline::domain {

// The order is the order of firing among timers of one millisecond.
enum class TimerKind : uint8_t {
  kSilentAbandon,
  kReaper,
  kReopenWindow,
  kPolicyChange,
  kAtRisk,
  kBreach,
  kHourBeforeDue,
};

struct Timer {
  EventTime due;
  TimerKind kind = TimerKind::kReaper;
  SlaTarget target = SlaTarget::kAnswer;  // kAtRisk, kBreach, kHourBeforeDue

  bool IsBefore(const Timer& o) const {
    return std::tie(due, kind, target) < std::tie(o.due, o.kind, o.target);
  }
};

// Of the clocks' timers the one that fires first; due at Max(): none is pending.
Timer FirstTimer(const std::vector<SlaClock>& clocks);

}  // namespace touchline::domain
