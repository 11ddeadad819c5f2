#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "domain/event.h"

namespace touchline::json {

// Containers within containers; the outermost object is 1. One more is RejectReason::kTooDeep.
inline constexpr size_t kMaxDepth = 32;

// What is wrong with a text, and where.
struct JsonFault {
  domain::RejectReason reason = domain::RejectReason::kMalformedJson;
  size_t offset = 0;  // bytes from the start
};

// The first fault of a text that the parser has refused: a reader of the grammar that stops at the
// first byte that no valid text could have there. kTruncated when there is no such byte and the
// text is not yet whole; kInvalidUtf8 for bytes, or escaped surrogates, that are no character;
// kTooDeep at the bracket that goes beyond kMaxDepth; else kMalformedJson.
// Returns: nullopt when the text is whole and valid (a number may still be out of range).
// Cost: O(n), no allocation, no recursion. Off the hot path.
std::optional<JsonFault> FindJsonFault(std::string_view text);

}  // namespace touchline::json
