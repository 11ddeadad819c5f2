#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/metrics.h"
#include "pipeline/published.h"

namespace touchline::naive {

// Where one net value (added - withdrawn) stands.
struct NetKey {
  pipeline::ScopeLabels labels;
  pipeline::RowKind row = pipeline::RowKind::kTotal;
  EventTime start;  // of the quarter hour or bucket; the epoch for totals
  uint32_t cell = 0;  // domain::Cell::packed
  auto operator<=>(const NetKey&) const = default;
};

// Net values in base units. A value of zero is absent: never counted and taken back are the same.
using NetValues = std::map<NetKey, int64_t>;

// The earliest open queue entry of each scope in which somebody waits.
using LongestWaiting = std::map<pipeline::ScopeLabels, EventTime>;

// Adds `value`, and keeps zeros out.
void AddTo(NetValues* values, const NetKey& key, int64_t value);
void AddTo(NetValues* values, const NetValues& more);

// "touchline_contact_outcomes_total{kind=call,...,outcome=flow_out} quarter 2026-01-05T08:15:00Z".
std::string Describe(const NetKey& key);

// One thing that was counted, before it is spread over rows.
struct Counted {
  pipeline::ScopeLabels labels;
  domain::MetricId metric = domain::MetricId::kContactsOffered;
  uint8_t closed = 0;
  EventTime at;
  int64_t value = 0;
  bool taken_back = false;
};

// Spreads what was not taken back over totals, quarter hours and buckets, as the catalogue says
// for its metric; a histogram's value becomes one in its bucket and itself in its sum.
NetValues Spread(const std::vector<Counted>& counted);

}  // namespace touchline::naive
