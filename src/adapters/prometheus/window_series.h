#pragma once

#include "adapters/prometheus/export_options.h"
#include "adapters/prometheus/scope_table.h"
#include "adapters/prometheus/series.h"
#include "base/time.h"
#include "pipeline/published.h"

namespace touchline::adapters {

// "touchline_agent_offers_window": a gauge with the label window="5m|15m|1h|today".
std::string WindowName(const domain::MetricSpec& spec);

// The rolling gauges of the page's metrics that have them, net of corrections.
//   5m, 15m, 1h  sums over the 15-second buckets that start in [f - length, f], both ends included,
//                where f is `now` floored to 15 s
//   today        sums over the quarter hours that start from the partner's local midnight on, up to
//                the quarter hour of `now`
// A scope has series for a metric while any of its windows has something of it; then all four, and
// all closed labels that are born together, are shown, zero where there is nothing.
void WriteWindows(const pipeline::PublishedLedger& ledger, Page page, EventTime now,
                  const ExportOptions& options, LabelBounds& bounds, SeriesSink& sink);

}  // namespace touchline::adapters
