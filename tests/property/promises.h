#pragma once

#include "tests/property/case.h"

namespace touchline::property {

// Gives the case's rules random policies, calendars and teams, drawn from the texts of its events:
// budgets of which many are too small, versions and further rule sets that come into force while
// the story goes on. The further sets may have other limits for timers and waits, too.
// REQUIRES: one rule set.
void AddPromises(Case* c, Dice* dice);

}  // namespace touchline::property
