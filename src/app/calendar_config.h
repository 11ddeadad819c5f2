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

// The calendar that is always open, known without a definition.
inline constexpr const char* kAlwaysOpen = "24x7";
// For rules that name it; one that is configured under this name goes before it.
void AddAlwaysOpen(domain::RuleSet* rules);

// What is wrong with a calendar's name that `key` gives, if it is none; empty: not given.
void CheckCalendarName(const Config& config, const std::string& key, const std::string& name,
                       Mistakes* mistakes);

// Puts the calendars into `config->rules`, and adds what is wrong with those that count business
// time. The calendars have been read.
void ReadBusinessCalendars(Config* config, Mistakes* mistakes);

}  // namespace touchline::app
