#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/explain/explanation.h"
#include "domain/interaction/interaction.h"
#include "domain/rule_book.h"

namespace touchline::domain {

// Watches a replay for the durations that a contact observes: its answer and abandon times, its
// responses, what its statuses took, its resolutions, by the calendar and in business time. A value
// is the one that the step counted; its intervals are read off the states.
class DurationTrace {
 public:
  // `rules` must outlive it.
  explicit DurationTrace(const RuleBook& rules) : rules_(rules) {}

  // The replay begins from this state.
  void BeginFrom(const InteractionState& base);
  void Step(const ReplayStep& step, const ExplainedCause& cause);
  // What stands, by the instant of observation.
  std::vector<ExplainedDuration> Finish() { return std::move(observed_); }

 private:
  // Where a wait began.
  struct Beginning {
    std::optional<EventTime> at;
    ExplainedCause cause;
    void Follow(std::optional<EventTime> since, const ExplainedCause& now);
    // Empty when nothing was awaited.
    std::vector<DurationInterval> Until(EventTime t) const;
  };
  struct StatusStretch {
    DurationInterval interval;
    Duration requester, work;
  };

  void FollowBeginnings(const ReplayStep& step, const ExplainedCause& cause);
  void FollowStatus(const ReplayStep& step, const ExplainedCause& cause);
  void FollowSolved(const ReplayStep& step, const ExplainedCause& cause);
  std::vector<DurationInterval> IntervalsOf(MetricId metric, bool is_full, EventTime at) const;
  void CountOpenTime(const InteractionState& after, Symbol queue,
                     ExplainedDuration* duration) const;
  std::vector<DurationInterval> Statuses(Duration StatusStretch::*counted) const;

  const RuleBook& rules_;
  InteractionState before_;
  Beginning entry_, unanswered_, first_response_, handoff_;
  Beginning created_;
  Beginning status_;
  std::vector<StatusStretch> statuses_;
  Beginning open_;    // since it is not solved
  Beginning solved_;  // since it is
  std::vector<DurationInterval> until_solved_;  // up to the last solved
  std::vector<ExplainedDuration> observed_;
};

}  // namespace touchline::domain
