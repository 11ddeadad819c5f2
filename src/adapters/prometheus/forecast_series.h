#pragma once

#include "adapters/prometheus/scope_table.h"
#include "adapters/prometheus/series.h"
#include "base/time.h"
#include "pipeline/published.h"

namespace touchline::adapters {

// The gauges of what is known to come: for each metric that is a forecast, by the closed label
// within="5m|15m|1h", the sum over the 15-second buckets that start in [f, f + within), where f is
// `now` floored to 15 s. `totals` is the main page's: every scope in it that has SLA clocks is
// shown, zero where nothing is due.
void WriteForecasts(const pipeline::PublishedLedger& ledger, const TotalsSnapshot& totals,
                    EventTime now, LabelBounds& bounds, SeriesSink& sink);

}  // namespace touchline::adapters
