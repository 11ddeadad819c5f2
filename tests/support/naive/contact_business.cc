// Section 12 of the rules page: business time.

#include "tests/support/naive/contact_fold.h"
#include "tests/support/naive/open_time.h"

namespace touchline::naive {

std::optional<size_t> ContactFold::CountBusiness(domain::MetricId metric, EventTime t,
                                                 size_t calendar_closed, const Spans& spans) {
  const domain::RuleSet& rules = RulesAt(rules_, t);
  const std::string& name = rules.ForQueue(queue_).business_calendar;
  if (name.empty()) return std::nullopt;
  Duration open;
  for (const auto& [from, to] : spans) {
    open = open + OpenBetween(rules.calendars.at(name), from, to);
  }
  const size_t business_closed = calendar_closed + 1;  // clock is the last label
  return Count(ContactLabels(queue_), metric, t, business_closed, open.millis());
}

void ContactFold::PublishAtEnd(domain::MetricId metric, EventTime t, size_t closed, Duration sum,
                               const Spans& spans) {
  constexpr int64_t kMostChanges = 1000;
  published_at_end_.push_back(Count(ContactLabels(queue_), metric, t, closed, sum.millis()));
  if (changes_of_stretch_ > kMostChanges) return;
  const auto business = CountBusiness(metric, t, closed, spans);
  if (business) published_at_end_.push_back(*business);
}

}  // namespace touchline::naive
