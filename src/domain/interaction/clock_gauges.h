#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "domain/contribution.h"
#include "domain/interaction/state.h"
#include "domain/sla/policy.h"

namespace touchline::domain {

// The gauge cells that a contact's open clocks hold. Source: docs/sla_clocks.md section 5.
// Most events leave the clocks alone, which lie apart from the state: what they hold is taken only
// when it is about to change.
class ClockGauges {
 public:
  // Those of the state's scope, not taken yet.
  explicit ClockGauges(const InteractionState& state);

  bool taken() const { return taken_; }
  // What the state's clocks hold; no effect when taken.
  void Take(const InteractionState& state);
  bool IsOfSameScope(const ClockGauges& o) const { return scope_ == o.scope_; }

  // Appends what turns `before` into `after`. REQUIRES: both are taken.
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

  Scope scope_;  // nobody's where there are no clocks
  bool taken_ = false;
  size_t size_ = 0;
  std::array<Held, kSlaTargets> held_;  // ascending by target
};

}  // namespace touchline::domain
