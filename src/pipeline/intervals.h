#pragma once

#include <functional>
#include <span>

#include "base/result.h"
#include "base/time.h"
#include "pipeline/published.h"

namespace touchline::pipeline {

// The quarter hours kept in the state, for the query API: the settled truth (DESIGN section 3).
class IntervalSource {
 public:
  // What one task has counted for a scope in the quarter hour [start, start + kQuarterHour). The
  // same (start, labels) comes once for each task that has it: the reader sums. False: enough.
  using Visitor = std::function<bool(EventTime start, const ScopeLabels& labels,
                                     std::span<const CellDelta> cells)>;

  virtual ~IntervalSource() = default;
  // Visits the rows of all quarter hours that start in [from, until), in any order, durable ones
  // only. Called from the server's threads, several at a time. kFatal: the store cannot be read.
  virtual Status VisitIntervals(EventTime from, EventTime until, const Visitor& visit) const = 0;
};

}  // namespace touchline::pipeline
