#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "domain/explain/explanation.h"
#include "domain/interaction/interaction.h"
#include "domain/interaction/state.h"
#include "domain/rule_book.h"
#include "domain/sla/clock.h"
#include "domain/symbols.h"

namespace touchline::domain {

// Watches the states of a replay, and cuts each clock into intervals where it was cut.
//
// What an interval adds is the difference of what the clock itself says before and after the step,
// so the sum is what the clock used. A clock that stops and begins its next cycle within one step
// leaves no trace of the stop; it is stopped here, by its own rules.
class ClockTrace {
 public:
  // Both outlive it.
  ClockTrace(const RuleBook& rules, const SymbolTable& symbols)
      : rules_(rules), symbols_(symbols) {}

  // The replay begins from this state.
  void BeginFrom(const InteractionState& base);
  void Step(const ReplayStep& step, const ExplainedCause& cause);
  // All cycles by their beginning; open ones up to the watermark, beyond which nothing has run.
  std::vector<ExplainedClock> Finish(EventTime watermark);

 private:
  // The interval that goes on.
  struct Stretch {
    std::optional<EventTime> from;
    ClockState state = ClockState::kRunning;
    std::string policy, calendar, time_zone, holder;
    Duration budget;
    ExplainedCause cause;
  };
  struct Cycle {
    ExplainedClock shown;  // its intervals so far
    SlaClock clock;        // as after the last step
    Stretch stretch;
    Stretch stopped;       // the stretch that its last end ended
    std::optional<size_t> fell_due;  // the row of the timer that said so in this stretch
  };

  // Of the clock's stretch, by the promise before the step; nullptr: not known, all time counts.
  const Calendar* CalendarBefore(SlaTarget target) const;
  // By the promise in force in `state`.
  Stretch StretchOf(const SlaClock& clock, const InteractionState& state, EventTime from,
                    const ExplainedCause& cause) const;
  void BeginCycle(const SlaClock& clock, const InteractionState& state, EventTime at,
                  const ExplainedCause& cause);
  void GoOn(Cycle& cycle, const SlaClock& now, const InteractionState& state, EventTime at,
            const ExplainedCause& cause);
  // Ends the stretch at `at`, having added `open`; a running one in two where it fell due.
  void Cut(Cycle& cycle, EventTime at, Duration open);
  void Emit(Cycle& cycle, EventTime to, Duration open);
  void Stop(Cycle& cycle, EventTime at, const ExplainedCause& cause);
  void Show(Cycle& cycle, EventTime watermark);

  const RuleBook& rules_;
  const SymbolTable& symbols_;
  InteractionState before_;
  std::vector<Cycle> cycles_;
  std::array<std::optional<size_t>, kSlaTargets> latest_;  // of cycles_, by target
};

}  // namespace touchline::domain
