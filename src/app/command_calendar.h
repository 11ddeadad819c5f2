#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/commands.h"

namespace touchline::app {

// One question to one calendar. Instants are RFC 3339, or local times of the calendar's zone:
// 2026-12-24T16:00, "2026-12-24 16:00" or 2026-12-24.
struct CalendarOptions {
  ConfigOptions config;
  std::string name;
  std::string from;  // with `to`: how much is open
  std::string to;
  bool list = false;   // and when
  std::string after;   // with `open` or `working_days`: when it is due
  std::string open;    // a duration
  std::optional<int32_t> working_days;
};

// Prints what the calendar says. Exit code 2: no such calendar, or not one question.
ExitCode RunCalendar(const CalendarOptions& options, const Console& console);

}  // namespace touchline::app
