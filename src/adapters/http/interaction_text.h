#pragma once

#include <string>

#include "adapters/http/interaction_json.h"

namespace touchline::adapters {

// The same for a person at a terminal: the log, then a table of intervals for each clock and
// duration, with its sum. Instants in UTC; beside them the calendar's local time where it has a
// zone of its own. Control characters of events' texts are shown as "?".
std::string InteractionAsText(const ToldInteraction& told);

}  // namespace touchline::adapters
