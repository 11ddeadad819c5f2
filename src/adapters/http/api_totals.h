#pragma once

#include "adapters/http/http.h"
#include "pipeline/published.h"

namespace touchline::adapters {

// GET /api/v1/totals: a JSON array of {name, labels, unit, added, withdrawn, value}, every series
// of every scope, exact. Filters: name and any label. Ordered by labels, then metric: the same
// totals give the same bytes. 400 for an unknown parameter or metric.
HttpResponse ApiTotals(const pipeline::PublishedLedger& ledger, const HttpRequest& request);

}  // namespace touchline::adapters
