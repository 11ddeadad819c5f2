#pragma once

#include "adapters/prometheus/scope_table.h"
#include "adapters/prometheus/series.h"
#include "base/time.h"
#include "pipeline/published.h"

namespace touchline::adapters {

// How long a withdrawn twin shows zero after its first correction: so increase() sees the step.
inline constexpr Duration kTwinZeroFor = Duration::Minutes(1);

// The labels of a metric's own, for each of its closed indices; for a metric without closed labels
// one empty set. An empty value is written "none".
std::vector<LabelSet> ClosedLabelSets(const domain::MetricSpec& spec);

// The catalogue's metrics as families, in catalogue order:
//   - a counter, its X_total; a histogram; a gauge, net: of each, all members of its closed labels
//     at once, zero where nothing has been counted, from the first that is needed on;
//   - right after, the twin X_withdrawn_total or X_withdrawn_seconds with the series that have ever
//     been corrected: zero while `now` is less than kTwinZeroFor past the first correction.
// A metric without a series is left out.
void WriteCatalogue(const TotalsSnapshot& totals, WallTime now, SeriesSink& sink);

// longest_waiting_since_timestamp_seconds: the least of what merges; absent where nobody waits.
void WriteWaiting(const pipeline::PublishedLedger& ledger, LabelBounds& bounds, SeriesSink& sink);

}  // namespace touchline::adapters
