#include "domain/interaction/timer.h"

namespace touchline::domain {

// docs/sla_clocks.md section 6.
Timer FirstTimer(const std::vector<SlaClock>& clocks) {
  constexpr Duration kForecast = Duration::Hours(1);
  Timer first = {.due = EventTime::Max()};
  const auto consider = [&first](const Timer& timer) {
    if (timer.due != EventTime::Max() && timer.IsBefore(first)) first = timer;
  };
  for (const SlaClock& c : clocks) {
    if (!c.is_open() || !c.running || c.is_overdue()) continue;
    if (!c.at_risk) {
      consider({.due = c.at_risk_at, .kind = TimerKind::kAtRisk, .target = c.target});
    }
    consider({.due = c.due, .kind = TimerKind::kBreach, .target = c.target});
    if (!c.is_forecast) {
      consider({.due = c.due - kForecast, .kind = TimerKind::kHourBeforeDue, .target = c.target});
    }
  }
  return first;
}

}  // namespace touchline::domain
