#include "domain/interaction/clock_gauges.h"

#include <algorithm>

namespace touchline::domain {

ClockGauges::ClockGauges(const InteractionState& s) {
  if (s.clocks.empty()) return;
  scope_ = {.kind = ScopeKind::kSla, .contact = s.kind, .channel = s.channel,
            .partner = s.partner, .subject = s.queue};
}

void ClockGauges::Take(const InteractionState& s) {
  if (taken_) return;
  taken_ = true;
  for (const SlaClock& clock : s.clocks) {
    if (!clock.is_open()) continue;
    Held& held = held_[size_++];
    held = None(clock.target);
    held.policy = clock.policy;
    if (clock.running) held.gauges = kRunning;
    if (clock.is_overdue()) {
      held.gauges |= kOverdue;
    } else if (clock.running) {
      if (clock.at_risk) held.gauges |= kAtRisk;
      if (clock.is_forecast) held.due_ms = FloorTo(clock.due, kInstantGrain).millis();
    }
  }
}

ClockGauges::Held ClockGauges::None(SlaTarget target) {
  return {.policy = 0, .target = target, .gauges = 0, .due_ms = kNotAhead};
}

bool ClockGauges::IsSame(const ClockGauges& o) const {
  return size_ == o.size_ && scope_ == o.scope_ &&
         std::equal(held_.begin(), held_.begin() + size_, o.held_.begin());
}

void ClockGauges::PublishChange(const ClockGauges& before, const ClockGauges& after,
                                Contributions* out) {
  if (before.size_ + after.size_ == 0 || before.IsSame(after)) return;
  const bool same_scope = before.scope_ == after.scope_;
  const Held* was = before.held_.data();
  const Held* const was_end = was + before.size_;
  const auto publish_gone = [&] {
    Publish(before.ScopeOf(*was), {.before = *was, .after = None(was->target)}, out);
    ++was;
  };
  for (size_t i = 0; i < after.size_; ++i) {
    const Held& held = after.held_[i];
    while (was != was_end && was->target < held.target) publish_gone();
    Held known = None(held.target);
    if (was != was_end && was->target == held.target) {
      if (same_scope && was->policy == held.policy) {
        known = *was++;
      } else {
        publish_gone();
      }
    }
    if (!(known == held)) Publish(after.ScopeOf(held), {.before = known, .after = held}, out);
  }
  while (was != was_end) publish_gone();
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
  const auto add_total = [&](MetricId metric, uint8_t bit) {
    const int64_t was = (before.gauges & bit) != 0, is = (after.gauges & bit) != 0;
    add(metric, Rows::kTotalOnly, EventTime(), is - was);
  };
  add_total(MetricId::kSlaRunning, kRunning);
  add_total(MetricId::kSlaAtRisk, kAtRisk);
  add_total(MetricId::kSlaOverdue, kOverdue);
  const auto add_due = [&add](int64_t due_ms, int64_t value) {
    if (due_ms == kNotAhead) return;
    add(MetricId::kSlaDue, Rows::kWindowsOnly, EventTime::FromMillis(due_ms), value);
  };
  if (before.due_ms == after.due_ms) return;
  add_due(before.due_ms, -1);
  add_due(after.due_ms, +1);
}

}  // namespace touchline::domain
