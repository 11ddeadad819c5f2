#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/metrics.h"
#include "domain/process_metrics.h"

namespace touchline::domain {

// docs/metrics.md: every metric of both tables, for a person. Markdown, a pure function of the
// catalogue; a test keeps the file as this says.
std::string MetricsReference();

// One metric's contract, a line for each fact: the same facts, for a terminal.
std::string MetricContract(const MetricSpec& spec);
std::string MetricContract(const ProcessMetricSpec& spec);
// By the name of any of its series, or as in the catalogue: prefix and suffixes (_total, _bucket,
// _sum, _count, _window, and those of withdrawn twins) may be there or not. Empty: there is none.
std::string FindMetricContract(std::string_view name);
// All names that have a contract, without the prefix.
std::vector<std::string_view> ContractNames();

}  // namespace touchline::domain
