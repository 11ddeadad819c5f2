#pragma once

#include <vector>

#include "base/time.h"
#include "domain/rules.h"

namespace touchline::naive {

// Rule sets in order of effect; the first serves all earlier instants, too.
// REQUIRES: not empty.
using Rules = std::vector<domain::RuleSet>;

inline const domain::RuleSet& RulesAt(const Rules& rules, EventTime t) {
  const domain::RuleSet* in_force = &rules.front();
  for (const domain::RuleSet& set : rules) {
    if (set.effective_from <= t) in_force = &set;
  }
  return *in_force;
}

}  // namespace touchline::naive
