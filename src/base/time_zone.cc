#include "base/time_zone.h"

#include <chrono>

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

std::optional<int64_t> TimeZone::ParseNanos(const std::string& pattern,
                                            const std::string& text) const {
  constexpr int64_t kEndOfTimeNs = 7'258'118'400'000'000'000;  // 2200-01-01
  cctz::time_point<std::chrono::nanoseconds> point;
  if (!cctz::parse(pattern, text, zone_, &point)) return std::nullopt;
  const int64_t nanos = point.time_since_epoch().count();
  if (nanos < 0 || nanos >= kEndOfTimeNs) return std::nullopt;
  return nanos;
}

}  // namespace touchline
