#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace touchline {

struct Hash128 {
  uint64_t high = 0;
  uint64_t low = 0;
  constexpr auto operator<=>(const Hash128&) const = default;
};

// The identity of an event: a 128-bit hash of (source, id), the dedupe key. The parts are hashed
// one after the other with their lengths, so ("ab","c") and ("a","bc") differ. Stored in state:
// changing it changes the state format.
Hash128 HashEventId(std::string_view source, std::string_view id);

// A 64-bit hash for tables in memory and for telling contents apart; XXH3.
uint64_t Hash64(std::string_view bytes);

}  // namespace touchline
