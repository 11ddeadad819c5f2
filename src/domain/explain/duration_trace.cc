#include "domain/explain/duration_trace.h"

#include <algorithm>
#include <string>

namespace touchline::domain {
namespace {

bool IsExplained(MetricId metric) {
  switch (metric) {
    case MetricId::kAnswerSeconds:
    case MetricId::kAbandonSeconds:
    case MetricId::kFirstResponseSeconds:
    case MetricId::kHandoffResponseSeconds:
    case MetricId::kResponseSeconds:
    case MetricId::kRequesterWaitSeconds:
    case MetricId::kAgentWorkSeconds:
    case MetricId::kResolutionSeconds:
      return true;
    default:
      return false;
  }
}

bool IsFull(const ExplainedDuration& duration) { return duration.resolution == "full"; }

// A revival takes back what the end observed.
bool IsOfAnEnd(const ExplainedDuration& duration) {
  return duration.metric == MetricId::kRequesterWaitSeconds ||
         duration.metric == MetricId::kAgentWorkSeconds || IsFull(duration);
}

// Of these a business value is the open time of stretches.
std::optional<StretchKinds> StretchesOf(const ExplainedDuration& duration) {
  if (duration.metric == MetricId::kRequesterWaitSeconds) return kRequesterWaits;
  if (duration.metric == MetricId::kAgentWorkSeconds) return kAgentWorks;
  return IsFull(duration) ? std::optional(kUnsolved) : std::nullopt;
}

// nullopt: no observation of a duration.
std::optional<ExplainedDuration> ObservationOf(const Contribution& count, const Contribution& sum,
                                               EventTime at) {
  if (!IsExplained(count.cell.metric) || count.cell.bucket == Cell::kSumCell) return std::nullopt;
  if (count.value <= 0) return std::nullopt;
  ExplainedDuration duration = {
      .metric = count.cell.metric, .at = at, .value = Duration::Millis(sum.value)};
  const MetricSpec& spec = Spec(count.cell.metric);
  const auto values = ClosedValues(spec, count.cell.closed);
  for (size_t i = 0; i < values.size(); ++i) {
    if (spec.closed[i].name == "clock") duration.clock = values[i];
    if (spec.closed[i].name == "resolution") duration.resolution = values[i];
  }
  return duration;
}

void Append(DurationInterval interval, std::vector<DurationInterval>* to) {
  if (interval.from == interval.to && interval.counted == Duration()) return;
  to->push_back(std::move(interval));
}

}  // namespace

void DurationTrace::Beginning::Follow(std::optional<EventTime> since, const ExplainedCause& now) {
  if (!since || since == at) return;
  at = since;
  cause = now;
}

std::vector<DurationInterval> DurationTrace::Beginning::Until(EventTime t) const {
  std::vector<DurationInterval> intervals;
  if (!at) return intervals;
  Append({.from = *at, .to = t, .state = "waiting", .counted = t - *at, .cause = cause},
         &intervals);
  return intervals;
}

void DurationTrace::BeginFrom(const InteractionState& base) {
  const ExplainedCause cause = {.what = "compacted", .row = std::nullopt};
  created_ = {.at = base.created_at, .cause = cause};
  if (base.entry.open) entry_.Follow(base.entry.since, cause);
  if (base.dropped_entry.open) entry_.Follow(base.dropped_entry.since, cause);
  unanswered_.Follow(base.unanswered, cause);
  first_response_.Follow(base.first_start, cause);
  handoff_.Follow(base.handoff_pending, cause);
  status_ = {.at = base.status_since, .cause = cause};
  if (base.kind == Kind::kTicket) {
    statuses_.push_back({.interval = {.from = base.created_at,
                                      .to = base.status_since,
                                      .state = "compacted",
                                      .counted = {},
                                      .cause = cause},
                         .requester = Duration::Millis(base.requester_ms),
                         .work = Duration::Millis(base.work_ms)});
  }
  // All that was not solved, up to the last solved or the last reopening.
  const EventTime until = base.ever_solved ? base.last_solved_at : base.created_at;
  const Duration solved = Duration::Millis(base.solved_ms_before_last);
  if (base.ever_solved) {
    Append({.from = base.created_at,
            .to = until,
            .state = "compacted",
            .counted = until - base.created_at - solved,
            .cause = cause},
           &until_solved_);
    solved_ = {.at = until, .cause = cause};
  }
  if (!base.solved) {
    open_ = {.at = until + Duration::Millis(base.solved_ms) - solved, .cause = cause};
  }
  before_ = base;
}

void DurationTrace::Step(const ReplayStep& step, const ExplainedCause& cause) {
  const InteractionState& after = step.after;
  FollowBeginnings(step, cause);
  FollowStatus(step, cause);
  FollowSolved(step, cause);
  if (before_.ended() && !after.ended()) std::erase_if(observed_, IsOfAnEnd);
  for (size_t i = 0; i + 1 < step.counted.size(); ++i) {
    auto duration = ObservationOf(step.counted[i], step.counted[i + 1], step.at);
    if (!duration) continue;
    duration->intervals = IntervalsOf(duration->metric, IsFull(*duration), step.at);
    if (duration->clock == "business") {
      CountOpenTime(after, step.counted[i].scope.subject, &*duration);
    }
    observed_.push_back(std::move(*duration));
  }
  before_ = after;
}

void DurationTrace::FollowBeginnings(const ReplayStep& step, const ExplainedCause& cause) {
  const InteractionState& after = step.after;
  if (!before_.created) created_ = open_ = status_ = {.at = after.created_at, .cause = cause};
  if (after.entry.open) entry_.Follow(after.entry.since, cause);
  unanswered_.Follow(after.unanswered, cause);
  first_response_.Follow(after.first_start, cause);
  handoff_.Follow(after.handoff_pending, cause);
}

void DurationTrace::FollowStatus(const ReplayStep& step, const ExplainedCause& cause) {
  const InteractionState& after = step.after;
  if (after.kind != Kind::kTicket || !before_.created) return;
  const bool is_revived = before_.ended() && !after.ended();
  if (after.status == before_.status && after.status_since == before_.status_since &&
      !is_revived) {
    return;
  }
  statuses_.push_back(
      {.interval = {.from = *status_.at,
                    .to = after.status_since,
                    .state = is_revived ? "ended" : std::string(Name(before_.status)),
                    .counted = {},
                    .cause = status_.cause},
       .requester = Duration::Millis(after.requester_ms - before_.requester_ms),
       .work = Duration::Millis(after.work_ms - before_.work_ms)});
  status_ = {.at = after.status_since, .cause = cause};
}

void DurationTrace::FollowSolved(const ReplayStep& step, const ExplainedCause& cause) {
  const InteractionState& after = step.after;
  if (after.solved == before_.solved) return;
  if (!after.solved) {
    open_ = {.at = step.at, .cause = cause};
    return;
  }
  if (solved_.at) {
    Append({.from = *solved_.at,
            .to = *open_.at,
            .state = "solved",
            .counted = {},
            .cause = solved_.cause},
           &until_solved_);
  }
  Append({.from = *open_.at,
          .to = step.at,
          .state = "open",
          .counted = step.at - *open_.at,
          .cause = open_.cause},
         &until_solved_);
  solved_ = {.at = step.at, .cause = cause};
}

std::vector<DurationInterval> DurationTrace::IntervalsOf(MetricId metric, bool is_full,
                                                         EventTime at) const {
  switch (metric) {
    case MetricId::kAnswerSeconds:
    case MetricId::kAbandonSeconds:
      return entry_.Until(at);
    case MetricId::kFirstResponseSeconds:
      return first_response_.Until(at);
    case MetricId::kHandoffResponseSeconds:
      return handoff_.Until(at);
    case MetricId::kResponseSeconds:
      return unanswered_.Until(at);
    case MetricId::kRequesterWaitSeconds:
      return Statuses(&StatusStretch::requester);
    case MetricId::kAgentWorkSeconds:
      return Statuses(&StatusStretch::work);
    default:
      break;
  }
  if (is_full) return until_solved_;
  std::vector<DurationInterval> intervals = created_.Until(at);
  for (DurationInterval& interval : intervals) interval.state = "open";
  return intervals;
}

// The state keeps where stretches began, so that what is compacted has its open time, too.
void DurationTrace::CountOpenTime(const InteractionState& after, Symbol queue,
                                  ExplainedDuration* duration) const {
  const Calendar& calendar = *rules_.BusinessCalendarAt(duration->at, queue);
  duration->calendar = rules_.QueueAt(duration->at, queue).business_calendar;
  duration->time_zone = rules_.At(duration->at).calendars.at(duration->calendar).time_zone;
  const auto kinds = StretchesOf(*duration);
  for (DurationInterval& i : duration->intervals) {
    i.counted = kinds ? *after.stretches.OpenBetween(i.from, i.to, *kinds, calendar)
                      : calendar.OpenBetween(i.from, i.to);
  }
}

std::vector<DurationInterval> DurationTrace::Statuses(Duration StatusStretch::*counted) const {
  std::vector<DurationInterval> intervals;
  for (const StatusStretch& stretch : statuses_) {
    DurationInterval interval = stretch.interval;
    interval.counted = stretch.*counted;
    Append(std::move(interval), &intervals);
  }
  return intervals;
}

}  // namespace touchline::domain
