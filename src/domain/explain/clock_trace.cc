#include "domain/explain/clock_trace.h"

#include <algorithm>
#include <utility>

namespace touchline::domain {
namespace {

const SlaClock* Find(const std::vector<SlaClock>& clocks, SlaTarget target) {
  const auto it = std::find_if(clocks.begin(), clocks.end(),
                               [target](const SlaClock& c) { return c.target == target; });
  return it == clocks.end() ? nullptr : &*it;
}

// The rule that a policy had for the target; nullptr: it had none. By name, for the books know
// calendars by what they say.
const TargetRule* RuleOf(const RuleSet& set, EventTime at, const std::string& policy,
                         SlaTarget target) {
  const auto named = std::find_if(set.policies.begin(), set.policies.end(),
                                  [&policy](const Policy& p) { return p.name == policy; });
  if (named == set.policies.end()) return nullptr;
  const TargetRule* rule = nullptr;
  for (const PolicyVersion& version : named->versions) {
    if (version.effective_from > at) break;
    const auto& of_target = version.targets[static_cast<size_t>(target)];
    rule = of_target ? &*of_target : nullptr;
  }
  return rule;
}

ClockState StateOf(const SlaClock& clock) {
  if (!clock.running) return ClockState::kPaused;
  return clock.is_overdue() ? ClockState::kOverdue : ClockState::kRunning;
}

// Whether nothing has happened that begins another interval.
bool GoesOn(const SlaClock& was, const SlaClock& now) {
  return was.end == now.end && was.running == now.running &&
         was.since == now.since && was.holder == now.holder && was.policy == now.policy &&
         was.budget == now.budget && was.used() == now.used();
}

std::optional<EventTime> KnownInstant(EventTime t) {
  return t == EventTime::Max() ? std::nullopt : std::optional(t);
}

}  // namespace

void ClockTrace::BeginFrom(const InteractionState& base) {
  before_ = base;
  const ExplainedCause cause = {.what = "compacted", .row = std::nullopt};
  for (const SlaClock& clock : base.clocks) {
    BeginCycle(clock, base, clock.since, cause);
    Cycle& cycle = cycles_.back();
    const Stretch known = std::exchange(
        cycle.stretch, Stretch{.from = std::nullopt, .state = ClockState::kCompacted,
                               .cause = cause});
    Emit(cycle, *known.from, clock.used());
    cycle.stretch = known;
    // It fell due within the stretch that still runs.
    if (clock.is_overdue() && clock.breached_at == clock.due && clock.due >= clock.since) {
      cycle.stretch.state = ClockState::kRunning;
    }
    if (!clock.is_open()) Stop(cycle, clock.ended_at(), cause);
  }
}

void ClockTrace::Step(const ReplayStep& step, const ExplainedCause& cause) {
  const EventTime at = step.at;
  const InteractionState& after = step.after;
  if (step.entry == nullptr && step.timer.kind == TimerKind::kBreach) {
    cycles_[*latest_[static_cast<size_t>(step.timer.target)]].fell_due = cause.row;
  }
  for (size_t i = 0; i < kSlaTargets; ++i) {
    const SlaClock* now = Find(after.clocks, static_cast<SlaTarget>(i));
    if (now == nullptr) continue;
    Cycle* last = latest_[i] ? &cycles_[*latest_[i]] : nullptr;
    if (last != nullptr && last->clock.cycle == now->cycle) {
      GoOn(*last, *now, after, at, cause);
      continue;
    }
    if (last != nullptr && last->clock.is_open()) {
      SlaClock& clock = last->clock;
      const Duration used = clock.used();
      clock.SettleBefore(at);
      clock.EndStretch(CalendarBefore(clock.target), at);
      clock.Close(SlaClock::End::kStopped, at);
      Cut(*last, at, clock.used() - used);
    }
    BeginCycle(*now, after, at, cause);
  }
  before_ = after;
}

const Calendar* ClockTrace::CalendarBefore(SlaTarget target) const {
  const PolicyLabels& labels = before_.policy_labels;
  const auto terms =
      SlaTerms::Of(rules_.PolicyAt(before_.policy_at, labels), target, labels.priority);
  return terms ? terms->target->calendar : nullptr;
}

ClockTrace::Stretch ClockTrace::StretchOf(const SlaClock& clock, const InteractionState& state,
                                          EventTime from, const ExplainedCause& cause) const {
  Stretch stretch = {.from = from,
                     .state = StateOf(clock),
                     .policy = symbols_.name(clock.policy),
                     .holder = symbols_.name(clock.holder),
                     .budget = clock.budget,
                     .cause = cause};
  const RuleSet& set = rules_.At(state.policy_at);
  const TargetRule* rule = RuleOf(set, state.policy_at, stretch.policy, clock.target);
  if (rule == nullptr) return stretch;
  stretch.calendar = rule->calendar;
  const auto calendar = set.calendars.find(rule->calendar);
  if (calendar != set.calendars.end()) stretch.time_zone = calendar->second.time_zone;
  return stretch;
}

void ClockTrace::BeginCycle(const SlaClock& clock, const InteractionState& state, EventTime at,
                            const ExplainedCause& cause) {
  latest_[static_cast<size_t>(clock.target)] = cycles_.size();
  cycles_.push_back({.shown = {.target = clock.target, .cycle = clock.cycle},
                     .clock = clock,
                     .stretch = StretchOf(clock, state, at, cause)});
}

void ClockTrace::GoOn(Cycle& cycle, const SlaClock& now, const InteractionState& state,
                      EventTime at, const ExplainedCause& cause) {
  const SlaClock was = cycle.clock;
  if (GoesOn(was, now)) {
    cycle.clock = now;
    return;
  }
  // Reinstated: as if the end had not been.
  if (!was.is_open() && was.target == SlaTarget::kAnswer) {
    cycle.stretch = cycle.stopped;
    cycle.stretch.from = was.ended_at();
    cycle.stretch.state = was.is_overdue() ? ClockState::kOverdue : ClockState::kRunning;
    cycle.stretch.cause = cause;
    if (now.is_open() && now.running && now.since == was.ended_at()) {
      cycle.clock = now;
      return;
    }
  }
  Cut(cycle, at, now.used() - was.used());
  if (now.is_open()) {
    cycle.stretch = StretchOf(now, state, at, cause);
  } else {
    Stop(cycle, at, cause);
  }
  cycle.clock = now;
}

void ClockTrace::Stop(Cycle& cycle, EventTime at, const ExplainedCause& cause) {
  cycle.stopped = std::exchange(
      cycle.stretch, Stretch{.from = at, .state = ClockState::kStopped, .cause = cause});
}

void ClockTrace::Cut(Cycle& cycle, EventTime at, Duration open) {
  Stretch& stretch = cycle.stretch;
  const EventTime due = cycle.clock.due;
  if (stretch.state == ClockState::kRunning && due < at) {
    const Calendar* calendar = CalendarBefore(cycle.clock.target);
    const Duration until_due =
        calendar != nullptr ? calendar->OpenBetween(*stretch.from, due) : due - *stretch.from;
    Emit(cycle, due, until_due);
    stretch.from = due;
    stretch.state = ClockState::kOverdue;
    stretch.cause = {.what = "due", .row = std::exchange(cycle.fell_due, std::nullopt)};
    open = open - until_due;
  }
  Emit(cycle, at, open);
}

void ClockTrace::Emit(Cycle& cycle, EventTime to, Duration open) {
  const Stretch& s = cycle.stretch;
  if (s.from == to && open == Duration()) return;
  cycle.shown.intervals.push_back({.from = s.from,
                                   .to = to,
                                   .state = s.state,
                                   .policy = s.policy,
                                   .calendar = s.calendar,
                                   .time_zone = s.time_zone,
                                   .holder = s.holder,
                                   .budget = s.budget,
                                   .open = open,
                                   .cause = s.cause});
}

std::vector<ExplainedClock> ClockTrace::Finish(EventTime watermark) {
  std::vector<ExplainedClock> shown;
  for (Cycle& cycle : cycles_) {
    Show(cycle, watermark);
    shown.push_back(std::move(cycle.shown));
  }
  return shown;
}

void ClockTrace::Show(Cycle& cycle, EventTime watermark) {
  SlaClock clock = cycle.clock;
  ExplainedClock& shown = cycle.shown;
  shown.policy = symbols_.name(clock.policy);
  shown.budget = clock.budget;
  shown.superseded = clock.superseded;
  if (clock.is_open() && !clock.is_overdue()) shown.due = KnownInstant(clock.due);
  if (clock.breached) {
    shown.result = ClockResult::kBreached;
    shown.result_at = clock.breached_at;
    shown.breach_holder = symbols_.name(clock.breach_holder);
  } else if (!clock.is_open()) {
    const bool is_met = clock.end == SlaClock::End::kStopped;
    shown.result = is_met ? ClockResult::kMet : ClockResult::kCancelled;
    shown.result_at = clock.ended_at();
  }
  if (clock.is_open()) {
    const EventTime until = std::max(*cycle.stretch.from, watermark);
    const Calendar* calendar = CalendarBefore(clock.target);
    if (!clock.running && shown.due && calendar != nullptr) {
      shown.due = KnownInstant(calendar->AfterOpen(until, clock.budget - clock.used()));
    }
    const Duration used = clock.used();
    clock.EndStretch(calendar, until);
    Cut(cycle, until, clock.used() - used);
  } else {
    shown.stopped_at = clock.ended_at();
  }
  shown.used = clock.used();
  if (clock.breached) shown.overshoot = clock.overshoot();
  clock.EachHeld([&](const SlaClock::Held& held) {
    if (held.ms == 0) return;
    shown.held.emplace_back(symbols_.name(held.holder), Duration::Millis(held.ms));
  });
}

}  // namespace touchline::domain
