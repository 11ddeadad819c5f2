#include "domain/interaction/clock_gauges.h"

#include <algorithm>

namespace touchline::domain {

ClockGauges::ClockGauges(const InteractionState& s) {
  if (s.clocks.empty()) return;
  scope_ = {.kind = ScopeKind::kSla, .contact = s.kind, .channel = s.channel,
            .partner = s.partner, .subject = s.queue};
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
  if (before.held_.empty() && after.held_.empty()) return;
  if (before.scope_ == after.scope_ && before.held_ == after.held_) return;
  before.Publish(-1, out);
  after.Publish(+1, out);
}

void ClockGauges::Publish(int64_t sign, Contributions* out) const {
  for (const Held& held : held_) {
    Scope scope = scope_;
    scope.policy = held.policy;
    const auto add = [&](MetricId metric, Rows rows, EventTime at) {
      out->push_back({.scope = scope,
                      .cell = {.metric = metric, .closed = static_cast<uint8_t>(held.target)},
                      .rows = rows,
                      .at = at,
                      .value = sign});
    };
    if (held.is_running) add(MetricId::kSlaRunning, Rows::kTotalOnly, EventTime());
    if (held.is_at_risk) add(MetricId::kSlaAtRisk, Rows::kTotalOnly, EventTime());
    if (held.is_overdue) add(MetricId::kSlaOverdue, Rows::kTotalOnly, EventTime());
    if (held.due != EventTime::Max()) add(MetricId::kSlaDue, Rows::kWindowsOnly, held.due);
  }
}

}  // namespace touchline::domain
