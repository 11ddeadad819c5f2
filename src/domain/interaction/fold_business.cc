#include "domain/interaction/fold.h"

// docs/folding_rules.md section 12.

namespace touchline::domain {

void Fold::ObserveSince(EventTime from, MetricId metric, uint8_t closed, int64_t ms) {
  const Scope scope = ContactScope(s_.queue);
  Observe(out_, scope, metric, closed, now_, ms);
  const Calendar* calendar = rules_.BusinessCalendarAt(now_, s_.queue);
  if (calendar == nullptr) return;
  Observe(out_, scope, metric, BusinessTwin(closed), now_,
          calendar->OpenBetween(from, now_).millis());
}

void Fold::ObserveStretches(const Counted& counted, MetricId metric, uint8_t closed, EventTime at,
                            int64_t ms) {
  const Scope scope = ContactScope(s_.queue);
  Observe(out_, scope, metric, closed, at, ms);
  const Calendar* calendar = rules_.BusinessCalendarAt(at, s_.queue);
  if (calendar == nullptr) return;
  const auto open =
      s_.stretches.OpenBetween(s_.created_at, counted.until, counted.kinds, *calendar);
  if (open) Observe(out_, scope, metric, BusinessTwin(closed), at, open->millis());
}

}  // namespace touchline::domain
