#pragma once

#include <vector>

#include "domain/event.h"
#include "tests/support/naive/net_values.h"
#include "tests/support/naive/sla_clocks.h"

namespace touchline::naive {

// What the clocks of a contact count (docs/sla_clocks.md section 5), gauges included.
std::vector<Counted> CountClocks(const SlaResults& clocks, domain::Kind kind);

}  // namespace touchline::naive
