#pragma once

#include <string>
#include <string_view>

#include "adapters/http/interaction_json.h"

namespace touchline::adapters {

// For a terminal: valid UTF-8, with "?" for control characters, which may mean something to it.
std::string Printable(std::string_view text);

// The same for a person at a terminal: the log, then a table of intervals for each clock, duration
// and handling part, with its sum. Instants in UTC; beside them the calendar's local time where it
// has a zone of its own.
std::string InteractionAsText(const ToldInteraction& told);

}  // namespace touchline::adapters
