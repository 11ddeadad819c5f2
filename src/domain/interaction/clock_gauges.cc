#include "domain/interaction/clock_gauges.h"

namespace touchline::domain {

ClockGauges::ClockGauges(const InteractionState& s) {
  if (s.clocks.empty()) return;
  scope_ = {.kind = ScopeKind::kSla, .contact = s.kind, .channel = s.channel,
            .partner = s.partner, .subject = s.queue};
  held_.reserve(s.clocks.size());
  for (const SlaClock& clock : s.clocks) {
    if (!clock.is_open()) continue;
    const bool is_ahead = clock.running && clock.is_forecast && !clock.is_overdue();
    held_.push_back({.policy = clock.policy,
                     .target = clock.target,
                     .is_running = clock.running,
                     .is_at_risk = clock.running && clock.at_risk && !clock.is_overdue(),
                     .is_overdue = clock.is_overdue(),
                     .due = is_ahead ? FloorTo(clock.due, kInstantGrain) : EventTime::Max()});
  }
}

void ClockGauges::PublishChange(const ClockGauges& before, const ClockGauges& after,
                                Contributions* out) {
  // Most events leave most clocks as they were. Both lists ascend by target.
  auto was = before.held_.begin();
  const auto publish_gone = [&] {
    Publish(before.ScopeOf(*was), {.before = *was, .after = {.target = was->target}}, out);
    ++was;
  };
  for (const Held& held : after.held_) {
    while (was != before.held_.end() && was->target < held.target) publish_gone();
    Held known = {.target = held.target};
    if (was != before.held_.end() && was->target == held.target) {
      if (before.ScopeOf(*was) == after.ScopeOf(held)) {
        known = *was++;
      } else {
        publish_gone();
      }
    }
    Publish(after.ScopeOf(held), {.before = known, .after = held}, out);
  }
  while (was != before.held_.end()) publish_gone();
}

Scope ClockGauges::ScopeOf(const Held& held) const {
  Scope scope = scope_;
  scope.policy = held.policy;
  return scope;
}

void ClockGauges::Publish(const Scope& scope, const Change& change, Contributions* out) {
  const Held& before = change.before;
  const Held& after = change.after;
  const auto add = [&](MetricId metric, Rows rows, EventTime at, int64_t value) {
    if (value == 0) return;
    out->push_back({.scope = scope,
                    .cell = {.metric = metric, .closed = static_cast<uint8_t>(after.target)},
                    .rows = rows,
                    .at = at,
                    .value = value});
  };
  const auto add_total = [&add](MetricId metric, bool was, bool is) {
    add(metric, Rows::kTotalOnly, EventTime(), int64_t{is} - int64_t{was});
  };
  add_total(MetricId::kSlaRunning, before.is_running, after.is_running);
  add_total(MetricId::kSlaAtRisk, before.is_at_risk, after.is_at_risk);
  add_total(MetricId::kSlaOverdue, before.is_overdue, after.is_overdue);
  if (before.due == after.due) return;
  add(MetricId::kSlaDue, Rows::kWindowsOnly, before.due, before.due == EventTime::Max() ? 0 : -1);
  add(MetricId::kSlaDue, Rows::kWindowsOnly, after.due, after.due == EventTime::Max() ? 0 : 1);
}

}  // namespace touchline::domain
