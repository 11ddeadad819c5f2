#pragma once

#include <functional>

#include "domain/metrics.h"
#include "pipeline/keys.h"
#include "pipeline/ports.h"
#include "pipeline/published.h"

namespace touchline::test {

using NetVisitor = std::function<void(pipeline::RowKind, EventTime start,
                                      const pipeline::ScopeLabels&, domain::Cell, int64_t net)>;

// Visits one task's durable rows of a kind, cell by cell, net (added - withdrawn), zeros left out.
Status VisitRows(pipeline::StateReader* reader, pipeline::TaskKey task, pipeline::RowKind kind,
                 const NetVisitor& visit);

}  // namespace touchline::test
