#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "domain/contribution.h"
#include "domain/interaction/state.h"
#include "domain/sla/policy.h"

namespace touchline::domain {

// The gauge cells that a contact's open clocks hold. Source: docs/sla_clocks.md section 5.
// Taken before and after each event, most of which change none of them.
class ClockGauges {
 public:
  explicit ClockGauges(const InteractionState& state);

  // Appends what turns `before` into `after`.
  static void PublishChange(const ClockGauges& before, const ClockGauges& after,
                            Contributions* out);

 private:
  // Not filled until it is held: contacts have fewer than there is room for.
  struct Held {
    Symbol policy;
    SlaTarget target;
    uint8_t gauges;  // bits
    int64_t due_ms;  // in the forecast; kNotAhead: not
    bool operator==(const Held&) const = default;
  };
  static constexpr uint8_t kRunning = 1, kAtRisk = 2, kOverdue = 4;
  static constexpr int64_t kNotAhead = EventTime::Max().millis();

  // Of one target in one scope.
  struct Change {
    const Held& before;
    const Held& after;
  };

  static Held None(SlaTarget target);
  Scope ScopeOf(const Held& held) const;
  bool IsSame(const ClockGauges& o) const;
  static void Publish(const Scope& scope, const Change& change, Contributions* out);

  Scope scope_;
  size_t size_ = 0;
  std::array<Held, kSlaTargets> held_;  // ascending by target
};

}  // namespace touchline::domain
