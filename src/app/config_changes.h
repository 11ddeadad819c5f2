#pragma once

#include <string>
#include <vector>

#include "app/config.h"

namespace touchline::app {

// The keys in which the two differ and which a running program cannot change: all but its rules
// (policies, agents, calendars, rules). Of agents, the partners that topics go by.
std::vector<std::string> ChangesThatNeedARestart(const Config& running, const Config& wanted);

}  // namespace touchline::app
