#pragma once

#include <string>

#include "app/config.h"
#include "app/config_mistakes.h"

namespace touchline::app {

// Fills `calendar->spec` from the texts of its keys and from its holiday files, whose names are
// relative to `folder`, and adds what is wrong with them, each at the entry that says it; `path` is
// the calendar's ("calendars.support"). A calendar that is read without a mistake can be built.
void ReadCalendar(const std::string& path, const std::string& folder, CalendarConfig* calendar,
                  Mistakes* mistakes);

}  // namespace touchline::app
