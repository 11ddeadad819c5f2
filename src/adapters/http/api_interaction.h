#pragma once

#include <string_view>

#include "adapters/http/http.h"
#include "pipeline/interaction_source.h"

namespace touchline::adapters {

inline constexpr std::string_view kInteractionsPath = "/api/v1/interactions/";

// GET /api/v1/interactions/{id}: the log of one interaction, and of each clock and duration the
// intervals that it is the sum of (docs/api.md). The id is the rest of the path, percent-decoded.
// Parameters: kind, namespace, topic, which tell interactions apart that share the id; partner, who
// must hold the interaction; format=json|text (else by Accept, JSON unless it asks for text/plain).
// 404: there is none. 409: there are several; the answer has the candidates. 403: another partner
// holds it; a filter for the caller's own good, for nobody proves here who he is. 410: it ended so
// long ago that nothing but that is kept. 400 for what cannot be asked, 503 while the state is
// being restored, 500 when it cannot be read.
HttpResponse ApiInteraction(const pipeline::InteractionSource& source, const HttpRequest& request);

}  // namespace touchline::adapters
