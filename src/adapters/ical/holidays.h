#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil_date.h"

namespace touchline::ical {

inline constexpr size_t kMaxTextBytes = size_t{1} << 20;
inline constexpr size_t kMaxDates = 10'000;
inline constexpr size_t kMaxProblems = 20;       // what comes after them is not looked at
inline constexpr int kMaxRepetitions = 200'000;  // of all events together, before 1970 too

struct Problem {
  int line = 1;
  std::string message;
};

struct Holidays {
  std::set<CivilDate> dates;      // of the years 1970 to 2199; others have no effect
  std::vector<Problem> problems;  // in the order of the text, then of what spans lines
};

// The dates that the all-day events of an iCalendar text (RFC 5545) cover: DTSTART up to DTEND,
// which is exclusive, or for DURATION, or one day; repeated by RRULE and RDATE, without EXDATE; an
// event with RECURRENCE-ID takes the place of that one repetition. Cancelled events, and components
// that are no events, are passed over. With a problem the dates must not be used.
//
// A problem is: what is malformed or cut off; an event with a time of day, which is no holiday; one
// without DTSTART, or that does not end after it begins; RANGE; a text without any event; and what
// exceeds a bound above.
//
// Not to be called from several threads at once: libical keeps its errors in globals.
Holidays ReadHolidays(std::string_view text);

}  // namespace touchline::ical
