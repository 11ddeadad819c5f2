#pragma once

#include <cctz/time_zone.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace touchline {

// An IANA time zone: where a local day begins. Cheap to copy, immutable.
class TimeZone {
 public:
  TimeZone() = default;  // UTC
  // By its IANA name ("Europe/Berlin", "UTC"); nullopt for a name that the machine's time zone
  // database lacks. Reads a file the first time.
  static std::optional<TimeZone> Load(std::string_view name);

  // The first instant of the local day that contains `t`. On a day whose midnight daylight saving
  // skips, that is the instant of the skip; on one whose midnight comes twice, the earlier one.
  EventTime StartOfDay(EventTime t) const;
  std::string name() const { return zone_.name(); }

 private:
  explicit TimeZone(cctz::time_zone zone) : zone_(zone) {}
  cctz::time_zone zone_ = cctz::utc_time_zone();
};

}  // namespace touchline
