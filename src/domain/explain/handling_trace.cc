#include "domain/explain/handling_trace.h"

#include <algorithm>
#include <optional>

namespace touchline::domain {
namespace {

using Intervals = std::vector<DurationInterval>;

void Append(DurationInterval interval, Intervals* to) {
  if (interval.from == interval.to) return;
  to->push_back(std::move(interval));
}

// What is beyond the longest wrap-up that counts is an interval, too, so that it is seen why the
// value is less than the time it took.
Intervals WrapUp(EventTime from, EventTime to, Duration counted, const ExplainedCause& cause) {
  Intervals intervals;
  const EventTime capped = from + counted;
  Append({.from = from, .to = capped, .state = "wrap_up", .counted = counted, .cause = cause},
         &intervals);
  Append({.from = capped,
          .to = to,
          .state = "capped",
          .counted = {},
          .cause = {.what = "max_wrap_up", .row = std::nullopt}},
         &intervals);
  return intervals;
}

// When what the step ended was over: what is reaped, at the last event.
EventTime EndOfLegs(const ReplayStep& step, EventTime last_event_at) {
  const bool is_reaped = step.entry == nullptr && step.timer.kind == TimerKind::kReaper;
  return is_reaped ? last_event_at : step.at;
}

}  // namespace

void HandlingTrace::History::Follow(const Leg& was, const Leg& is, EventTime ended_at,
                                    const ExplainedCause& cause) {
  if (!was.ringing && is.ringing) ring = cause;
  if (!was.wrapping && is.wrapping) wrap_up = cause;
  if (was.active == is.active && was.on_hold == is.on_hold) return;
  if (was.active) {
    stretches.push_back({.interval = {.from = was.since,
                                      .to = is.active ? is.since : ended_at,
                                      .state = was.on_hold ? "hold" : "talk",
                                      .counted = {},
                                      .cause = stretch},
                         .talk = Duration::Millis(is.talk_ms - was.talk_ms),
                         .hold = Duration::Millis(is.hold_ms - was.hold_ms)});
  } else {
    stretches.clear();
  }
  stretch = cause;
}

Intervals HandlingTrace::History::Active(Duration (*counted)(const Stretch&)) const {
  Intervals intervals;
  for (const Stretch& s : stretches) {
    if (counted(s) == Duration()) continue;
    DurationInterval interval = s.interval;
    interval.counted = counted(s);
    intervals.push_back(std::move(interval));
  }
  return intervals;
}

void HandlingTrace::BeginFrom(const InteractionState& base) {
  const ExplainedCause cause = {.what = "compacted", .row = std::nullopt};
  for (const Leg& leg : base.legs) {
    History& history = histories_.emplace_back(
        History{.stretches = {}, .ring = cause, .stretch = cause, .wrap_up = cause});
    if (!leg.active) continue;
    // Talk and hold follow each other without gaps, so it is known when the first of them began.
    const Duration talk = Duration::Millis(leg.talk_ms), hold = Duration::Millis(leg.hold_ms);
    history.stretches.push_back({.interval = {.from = leg.since - (talk + hold),
                                              .to = leg.since,
                                              .state = "compacted",
                                              .counted = {},
                                              .cause = cause},
                                 .talk = talk,
                                 .hold = hold});
  }
  legs_ = base.legs;
  last_event_at_ = base.last_event_at;
}

void HandlingTrace::Step(const ReplayStep& step, const ExplainedCause& cause) {
  const InteractionState& after = step.after;
  const EventTime at = EndOfLegs(step, last_event_at_);
  legs_.resize(after.legs.size());
  histories_.resize(after.legs.size());
  for (size_t i = 0; i < legs_.size(); ++i) {
    histories_[i].Follow(legs_[i], after.legs[i], at, cause);
  }
  // Each part is counted of the contact, and then of the agent.
  for (size_t i = 0; i + 1 < step.counted.size(); ++i) {
    const Contribution& count = step.counted[i];
    if (count.cell.metric != MetricId::kHandlingSeconds) continue;
    const Symbol agent = step.counted[i + 1].scope.subject;
    ExplainedHandling& handling = observed_.emplace_back(ExplainedHandling{
        .part = ClosedValues(Spec(count.cell.metric), count.cell.closed).front(),
        .agent = symbols_.name(agent),
        .queue = symbols_.name(count.scope.subject),
        .at = at,
        .value = Duration::Millis(count.value),
        .intervals = {}});
    handling.intervals = IntervalsOf(agent, handling, static_cast<Part>(count.cell.closed));
  }
  legs_ = after.legs;
  last_event_at_ = after.last_event_at;
}

Intervals HandlingTrace::IntervalsOf(Symbol agent, const ExplainedHandling& of, Part part) const {
  const auto leg = std::find_if(legs_.begin(), legs_.end(),
                                [agent](const Leg& l) { return l.agent == agent; });
  const History& history = histories_[static_cast<size_t>(leg - legs_.begin())];
  switch (part) {
    case Part::kRing: {
      Intervals ring;
      Append({.from = leg->ring_since,
              .to = of.at,
              .state = "ring",
              .counted = of.value,
              .cause = history.ring},
             &ring);
      return ring;
    }
    case Part::kTalk:
      return history.Active([](const Stretch& s) { return s.talk; });
    case Part::kHold:
      return history.Active([](const Stretch& s) { return s.hold; });
    case Part::kHandle:
      // Else it is the share of a wrap-up.
      if (leg->active) return history.Active([](const Stretch& s) { return s.talk + s.hold; });
      break;
    case Part::kWrapUp:
      break;
  }
  return WrapUp(leg->wrap_since, of.at, of.value, history.wrap_up);
}

}  // namespace touchline::domain
