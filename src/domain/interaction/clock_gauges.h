#pragma once

#include <array>
#include <cstddef>

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
  struct Held {
    Symbol policy;
    SlaTarget target;
    bool is_running;
    bool is_at_risk;
    bool is_overdue;
    EventTime due;  // in the forecast; Max(): not
    bool operator==(const Held&) const = default;
  };

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
