#include "domain/interaction/clock_gauges.h"

#include <algorithm>

namespace touchline::domain {

ClockGauges::ClockGauges(const InteractionState& s) {
  if (s.clocks.empty()) return;
  scope_ = {.kind = ScopeKind::kSla, .contact = s.kind, .channel = s.channel,
            .partner = s.partner, .subject = s.queue};
  for (const SlaClock& clock : s.clocks) {
    if (!clock.is_open()) continue;
    const bool is_overdue = clock.is_overdue();
    const bool is_ahead = clock.running && clock.is_forecast && !is_overdue;
    held_[size_++] = {.policy = clock.policy,
                      .target = clock.target,
                      .is_running = clock.running,
                      .is_at_risk = clock.running && clock.at_risk && !is_overdue,
                      .is_overdue = is_overdue,
                      .due = is_ahead ? FloorTo(clock.due, kInstantGrain) : EventTime::Max()};
  }
}

ClockGauges::Held ClockGauges::None(SlaTarget target) {
  return {.policy = 0, .target = target, .is_running = false, .is_at_risk = false,
          .is_overdue = false, .due = EventTime::Max()};
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
