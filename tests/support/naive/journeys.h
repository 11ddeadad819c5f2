#pragma once

#include <vector>

#include "base/time.h"
#include "tests/support/naive/contact_fold.h"
#include "tests/support/naive/net_values.h"

namespace touchline::naive {

// What the journeys stage publishes for one namespace (docs/folding_rules.md section 10), from its
// contacts' facts. Those of one (kind, id), which was forgotten and came back, stand in the order
// of its lives; else any order will do.
NetValues CountJourneys(const std::vector<Facts>& contacts, EventTime watermark,
                        const Rules& rules);

}  // namespace touchline::naive
