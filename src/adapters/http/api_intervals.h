#pragma once

#include <cstddef>

#include "adapters/http/http.h"
#include "pipeline/intervals.h"

namespace touchline::adapters {

struct IntervalLimits {
  size_t max_cells = 2'000'000;          // read from the state for one answer
  size_t max_bytes = size_t{64} << 20;  // of one answer
};

// GET /api/v1/intervals: what was counted in each quarter hour [start, end) of event time.
// Parameters: from, to (RFC 3339; quarter hours that start in [from, to), all where absent), name,
// any label, buckets=true for the histograms' buckets too, format=json|csv (else by Accept, JSON
// unless it asks for text/csv). Ordered by start, labels, metric.
//   JSON: an array of {start, end, name, labels, unit, added, withdrawn, value}
//   CSV:  RFC 4180 with a header; a column for each label
// 400 for a bad parameter or for more than the limits, 500 when the state cannot be read.
HttpResponse ApiIntervals(const pipeline::IntervalSource& source, const HttpRequest& request,
                          const IntervalLimits& limits = {});

}  // namespace touchline::adapters
