#pragma once

#include <cctz/time_zone.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/civil_date.h"
#include "base/time.h"

namespace touchline {

// What a clock on the wall shows. REQUIRES: 0 <= of_day <= 24 h; 24:00 is 00:00 of the next date.
struct LocalTime {
  CivilDate date;
  Duration of_day;  // on the clock's face, not what has passed since midnight
  bool operator==(const LocalTime&) const = default;
};

// An IANA time zone: between instants and local times. Cheap to copy, immutable.
class TimeZone {
 public:
  TimeZone() = default;  // UTC
  // By its IANA name ("Europe/Berlin", "UTC"); nullopt for a name that the machine's time zone
  // database lacks. Reads a file the first time.
  static std::optional<TimeZone> Load(std::string_view name);

  // The first instant of the local day that contains `t`. On a day whose midnight daylight saving
  // skips, that is the instant of the skip; on one whose midnight comes twice, the earlier one.
  EventTime StartOfDay(EventTime t) const;
  // The same of a date. A date that the zone skips whole begins when the next one does.
  EventTime StartOfDay(CivilDate date) const;

  LocalTime ToLocal(EventTime t) const;
  // A local time that daylight saving skips moves forward by the gap; one that comes twice is the
  // first.
  EventTime ToInstant(const LocalTime& local) const;

  // A change of the zone's offset, and the first and last local date of the times that it skips or
  // repeats.
  struct Jump {
    EventTime at;
    CivilDate first;
    CivilDate last;
  };
  // The first one after `t`, however far; nullopt when there is none.
  std::optional<Jump> NextJump(EventTime t) const;

  // Reads a local time by a pattern of strptime (%E*S takes fractions of a second, %Ez an offset
  // that then replaces this zone); nanoseconds since the epoch. A local time that daylight saving
  // skips moves forward by the gap; one that comes twice is the first. nullopt: the text does not
  // match as a whole, or lies outside the years 1970 to 2199.
  std::optional<int64_t> ParseNanos(const std::string& pattern, const std::string& text) const;
  std::string name() const { return zone_.name(); }

 private:
  explicit TimeZone(cctz::time_zone zone) : zone_(zone) {}
  cctz::time_zone zone_ = cctz::utc_time_zone();
};

}  // namespace touchline
