#pragma once

#include "adapters/http/http.h"
#include "pipeline/waiting_source.h"

namespace touchline::adapters {

// GET /api/v1/waiting: a JSON array of {labels, waiting, contacts}, one for each queue (with kind,
// channel, direction and partner) in which somebody waits: how many, and those who have waited the
// longest, longest first. `contacts` says how many of them, 1 to kMostWaiting, 1 if absent; the
// labels are filters. Ordered by labels. 400 for an unknown parameter or a bad number, 503 while
// the state is restored.
HttpResponse ApiWaiting(const pipeline::WaitingSource& source, const HttpRequest& request);
inline constexpr int kMostWaiting = 100;

}  // namespace touchline::adapters
