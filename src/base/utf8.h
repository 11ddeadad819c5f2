#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace touchline {

// The length in bytes of the well-formed UTF-8 sequence at the start of `text`: 1 to 4, or 0 when
// there is none (a stray or missing continuation byte, an overlong form, a surrogate, a value past
// U+10FFFF, an empty text).
size_t Utf8SequenceLength(std::string_view text);

bool IsValidUtf8(std::string_view text);

// `text` with each byte that is part of no well-formed sequence replaced by U+FFFD (three bytes).
// A valid text comes back unchanged.
std::string ToValidUtf8(std::string_view text);

// The longest prefix of at most `max_bytes` bytes that ends between two characters.
// REQUIRES: IsValidUtf8(text).
std::string_view TruncateUtf8(std::string_view text, size_t max_bytes);

}  // namespace touchline
