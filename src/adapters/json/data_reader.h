#pragma once

#include <cstddef>

#include "adapters/json/event_contract.h"
#include "adapters/json/event_shapes.h"
#include "adapters/json/json_document.h"
#include "adapters/json/rejection.h"
#include "base/rfc3339.h"

namespace touchline::json {

// Reads `data` of an event whose envelope is already in *event, in one pass over its keys.
// `depth` counts the containers around `data`. False: `reject` says why.
bool ReadData(simdjson::dom::object data, const TypeRules& rules, size_t depth,
              JsonDocument* document, domain::Event* event, Rejection reject);

// The same for fields that have been found, of which each takes what it is given, a text or a flag;
// none of them for an event without `data`.
bool ReadFields(const FieldValues& fields, const TypeRules& rules, domain::Event* event,
                Rejection reject);

// An instant of the contract: RFC 3339, 1970 to 2199 in UTC. `times`: for texts that come after
// one another.
std::optional<int64_t> ReadTime(std::string_view text, Rfc3339Reader* times);

}  // namespace touchline::json
