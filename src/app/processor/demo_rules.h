#pragma once

#include "domain/rules.h"

namespace touchline::app {

// What the demo promises the customers of its simulated centre: calls and chats at any hour,
// tickets in office hours.
domain::RuleSet DemoRules();

}  // namespace touchline::app
