#pragma once

#include "base/small_vector.h"
#include "domain/contribution.h"
#include "domain/interaction/state.h"
#include "domain/sla/policy.h"

namespace touchline::domain {

// The gauge cells that a contact's open clocks hold. Source: docs/sla_clocks.md section 5.
class ClockGauges {
 public:
  explicit ClockGauges(const InteractionState& state);

  // Appends what turns `before` into `after`. No cost for a contact without clocks.
  static void PublishChange(const ClockGauges& before, const ClockGauges& after,
                            Contributions* out);

 private:
  struct Held {
    Symbol policy = 0;
    SlaTarget target = SlaTarget::kAnswer;
    bool is_running = false;
    bool is_at_risk = false;
    bool is_overdue = false;
    EventTime due = EventTime::Max();  // in the forecast; Max(): not
  };

  // Of one target in one scope.
  struct Change {
    const Held& before;
    const Held& after;
  };

  Scope ScopeOf(const Held& held) const;
  static void Publish(const Scope& scope, const Change& change, Contributions* out);

  Scope scope_;
  SmallVector<Held, kSlaTargets> held_;
};

}  // namespace touchline::domain
