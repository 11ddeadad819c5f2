#include "base/time_zone.h"

#include <algorithm>
#include <chrono>

namespace touchline {
namespace {

using TimePoint = cctz::time_point<cctz::seconds>;
using Lookup = cctz::time_zone::civil_lookup;

TimePoint WholeSeconds(EventTime t) {
  return TimePoint{cctz::seconds(FloorTo(t, Duration::Seconds(1)).millis() / 1000)};
}

EventTime ToEventTime(TimePoint point) {
  return EventTime::FromMillis(point.time_since_epoch().count() * 1000);
}

cctz::civil_day ToCctz(CivilDate date) { return cctz::civil_day(1970, 1, 1) + date.days(); }

CivilDate FromCctz(cctz::civil_day day) {
  return CivilDate::FromDays(static_cast<int32_t>(day - cctz::civil_day(1970, 1, 1)));
}

}  // namespace

std::optional<TimeZone> TimeZone::Load(std::string_view name) {
  cctz::time_zone zone;
  if (!cctz::load_time_zone(std::string(name), &zone)) return std::nullopt;
  return TimeZone(zone);
}

EventTime TimeZone::StartOfDay(EventTime t) const { return StartOfDay(ToLocal(t).date); }

EventTime TimeZone::StartOfDay(CivilDate date) const {
  const Lookup found = zone_.lookup(cctz::civil_second(ToCctz(date)));
  // `trans` is where the clocks jump; before it and after it the midnight does not exist.
  return ToEventTime(found.kind == Lookup::SKIPPED ? found.trans : found.pre);
}

LocalTime TimeZone::ToLocal(EventTime t) const {
  const TimePoint point = WholeSeconds(t);
  const cctz::civil_second local = cctz::convert(point, zone_);
  const cctz::civil_day day(local);
  const Duration fraction = t - ToEventTime(point);
  return {FromCctz(day), Duration::Seconds(local - cctz::civil_second(day)) + fraction};
}

EventTime TimeZone::ToInstant(const LocalTime& local) const {
  const int64_t seconds = local.of_day.millis() / 1000;
  const Duration fraction = local.of_day - Duration::Seconds(seconds);
  // `pre` is the first of two, and a skipped time by the offset before the gap.
  return ToEventTime(zone_.lookup(cctz::civil_second(ToCctz(local.date)) + seconds).pre) + fraction;
}

std::optional<TimeZone::Jump> TimeZone::NextJump(EventTime t) const {
  cctz::time_zone::civil_transition jump;
  if (!zone_.next_transition(WholeSeconds(t), &jump)) return std::nullopt;
  const auto [first, last] = std::minmax(jump.from, jump.to);
  // The earlier of the two is what the jump skips or repeats.
  return Jump{ToEventTime(zone_.lookup(first).trans), FromCctz(cctz::civil_day(first)),
              FromCctz(cctz::civil_day(last))};
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
