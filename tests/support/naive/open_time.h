#pragma once

#include "base/time.h"
#include "domain/calendar/calendar_spec.h"

namespace touchline::naive {

// Open time by looking at each minute (tests/support/naive_calendar.h). Remembers the calendars
// that it was asked about last, for looking is slow. Sets the variable TZ; one thread only.
// REQUIRES: a zone whose offsets are whole minutes, and instants since 1970.

// In [from, to); zero when `to` is not after `from`.
Duration OpenBetween(const domain::CalendarSpec& calendar, EventTime from, EventTime to);
// The first instant with so much open time since `start`, which it is itself when `open` is not
// positive; Max() if there is none within 90 years.
EventTime AfterOpen(const domain::CalendarSpec& calendar, EventTime start, Duration open);

}  // namespace touchline::naive
