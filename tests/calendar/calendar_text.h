#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/calendar/calendar.h"

// Calendars, instants and lengths as short texts, so that tests read as tables.

namespace touchline::test {

// RFC 3339: "2013-03-21T09:30:00Z", "2024-01-19T16:00:00-05:00".
EventTime At(std::string_view rfc3339);
// UTC: "2013-03-21 09:30".
EventTime Utc(std::string_view date_and_time);
CivilDate Day(std::string_view date);
// "09:00-13:30 15:30-17:00"; "" is none.
std::vector<domain::DayInterval> Parts(std::string_view text);

// "mon-fri 08:00-18:00; sat 11:00-14:30; 2016-11-01 holiday; 2016-12-24 shift 09:00-12:00;
// 2014-01-06 break 13:30-15:30", or "24x7".
domain::CalendarSpec Spec(std::string_view zone, std::string_view text);
// REQUIRES: the calendar can open.
domain::Calendar Open(std::string_view zone, std::string_view text);

}  // namespace touchline::test
