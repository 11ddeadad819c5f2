#include "base/time_zone.h"

namespace touchline {
namespace {

using TimePoint = cctz::time_point<cctz::seconds>;

}  // namespace

std::optional<TimeZone> TimeZone::Load(std::string_view name) {
  cctz::time_zone zone;
  if (!cctz::load_time_zone(std::string(name), &zone)) return std::nullopt;
  return TimeZone(zone);
}

EventTime TimeZone::StartOfDay(EventTime t) const {
  const int64_t seconds = FloorTo(t, Duration::Seconds(1)).millis() / 1000;
  const TimePoint point{cctz::seconds(seconds)};
  const cctz::civil_day day(cctz::convert(point, zone_));
  const auto found = zone_.lookup(cctz::civil_second(day));
  // `trans` is where the clocks jump; before it and after it the midnight does not exist.
  const TimePoint start =
      found.kind == cctz::time_zone::civil_lookup::SKIPPED ? found.trans : found.pre;
  return EventTime::FromMillis(start.time_since_epoch().count() * 1000);
}

}  // namespace touchline
