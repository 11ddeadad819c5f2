#pragma once

#include "app/config_schema.h"
#include "base/time.h"

namespace touchline::app {

inline constexpr Duration kShortestBudget = Duration::Seconds(1);
inline constexpr Duration kLongestBudget = Duration::Days(366);  // of open time

// The rows of `policies` and of `agents`, which are keys of a Config.
Section PoliciesSection();
Section AgentsSection();

}  // namespace touchline::app
