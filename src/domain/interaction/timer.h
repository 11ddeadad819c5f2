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

// Handed around in registers: an optional one would be written in parts and read as a whole, for
// which a processor waits.
struct Timer {
  EventTime due = EventTime::Max();  // Max(): never; there is none
  TimerKind kind = TimerKind::kReaper;
  SlaTarget target = SlaTarget::kAnswer;  // kAtRisk, kBreach, kHourBeforeDue

  bool IsBefore(const Timer& o) const {
    return std::tie(due, kind, target) < std::tie(o.due, o.kind, o.target);
  }
};

// Of the clocks' timers the one that fires first.
Timer FirstTimer(const std::vector<SlaClock>& clocks);

}  // namespace touchline::domain
