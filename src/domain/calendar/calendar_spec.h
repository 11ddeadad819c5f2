#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/civil_date.h"
#include "base/codec.h"

namespace touchline::domain {

// A part of a local day, in minutes since midnight on the clock's face: [begin, end).
struct DayInterval {
  static constexpr int32_t kMidnight = 24 * 60;  // 24:00, which is 00:00 of the next day

  int32_t begin_minute = 0;
  int32_t end_minute = kMidnight;
  auto operator<=>(const DayInterval&) const = default;
};

// Where the first interval stands that is no part of a day, or that overlaps one before it; -1 when
// all is well. Intervals may touch, and stand in any order.
int FindBadInterval(const std::vector<DayInterval>& day);

// What a business calendar is told: a plain value. Of a date, `shifts` decide if they name it, else
// `holidays`, else the weekday; `breaks` are then taken out of what is open.
struct CalendarSpec {
  std::string time_zone = "UTC";  // IANA
  bool always_open = false;       // 24x7; everything below is then empty
  std::array<std::vector<DayInterval>, 7> week;            // Monday first
  std::map<CivilDate, std::vector<DayInterval>> shifts;    // without an interval: closed
  std::map<CivilDate, std::vector<DayInterval>> breaks;
  std::set<CivilDate> holidays;                            // closed for the whole local day
  bool operator==(const CalendarSpec&) const = default;
};

// In the state's format.
void Encode(const CalendarSpec& spec, ByteWriter* out);
// False if the bytes are not a spec. What was read may still be one of which no calendar can be
// built.
bool Decode(ByteReader* in, CalendarSpec* spec);

}  // namespace touchline::domain
