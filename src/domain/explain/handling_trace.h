#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/small_vector.h"
#include "domain/explain/explanation.h"
#include "domain/interaction/interaction.h"
#include "domain/interaction/state.h"
#include "domain/symbols.h"

namespace touchline::domain {

// Watches a replay for the parts of agents' legs: how long each rang, talked, was on hold and
// wrapped up (docs/folding_rules.md section 3). A value is the one that the step counted; its
// intervals are read off the legs before and after. What has been observed stands: a revival
// leaves legs as they ended.
class HandlingTrace {
 public:
  // `symbols` must outlive it.
  explicit HandlingTrace(const SymbolTable& symbols) : symbols_(symbols) {}

  // The replay begins from this state.
  void BeginFrom(const InteractionState& base);
  void Step(const ReplayStep& step, const ExplainedCause& cause);
  // In the order of observation.
  std::vector<ExplainedHandling> Finish() { return std::move(observed_); }

 private:
  // A stretch of an active leg, talk or hold; compacted, all that was of both.
  struct Stretch {
    DurationInterval interval;  // `counted` is left out
    Duration talk, hold;
  };
  // What a Leg does not say of itself.
  struct History {
    std::vector<Stretch> stretches;         // of its latest activation, those that are over
    ExplainedCause ring, stretch, wrap_up;  // why what goes on began, or what went on last
    void Follow(const Leg& was, const Leg& is, EventTime ended_at, const ExplainedCause& cause);
    // Of those that count at all, with what they count.
    std::vector<DurationInterval> Active(Duration (*counted)(const Stretch&)) const;
  };

  std::vector<DurationInterval> IntervalsOf(Symbol agent, const ExplainedHandling& of,
                                            Part part) const;

  const SymbolTable& symbols_;
  // As they were before the step. Legs keep their places in the state; histories are by place.
  SmallVector<Leg, InteractionState::kPlaces> legs_;
  EventTime last_event_at_;
  std::vector<History> histories_;
  std::vector<ExplainedHandling> observed_;
};

}  // namespace touchline::domain
