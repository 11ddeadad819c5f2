#pragma once

#include <functional>
#include <optional>
#include <string>

#include "adapters/http/router.h"
#include "pipeline/interaction_source.h"
#include "pipeline/intervals.h"
#include "pipeline/published.h"
#include "pipeline/waiting_source.h"

namespace touchline::adapters {

// What the endpoints are made from; all of it outlives the router, and is called by many threads.
struct SiteParts {
  // The metric pages and their Content-Type.
  std::function<std::string()> metrics;
  std::function<std::string()> agent_metrics;
  std::string metrics_content_type;
  // Why the process is not ready, a sentence; nullopt when it is restored and caught up.
  std::function<std::optional<std::string>()> why_not_ready;
  const pipeline::PublishedLedger* ledger = nullptr;
  const pipeline::IntervalSource* intervals = nullptr;        // nullptr: no such endpoint
  const pipeline::InteractionSource* interactions = nullptr;  // nullptr: no such endpoint
  const pipeline::WaitingSource* waiting = nullptr;           // nullptr: no such endpoint
};

// A router with the endpoints of DESIGN section 8. More may be added to it before the server
// starts; the page at / lists them.
Router MakeSite(SiteParts parts);

}  // namespace touchline::adapters
