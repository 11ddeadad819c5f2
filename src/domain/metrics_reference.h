#pragma once

#include <string>

namespace touchline::domain {

// docs/metrics.md: every metric of both tables, for a person. Markdown, a pure function of the
// catalogue; a test keeps the file as this says.
std::string MetricsReference();

}  // namespace touchline::domain
