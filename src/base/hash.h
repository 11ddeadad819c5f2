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

// Of a text that is not to be kept itself. Stored in state, as above.
Hash128 HashText(std::string_view text);

// A 64-bit hash for tables and for telling contents apart: XXH3. Stored in state, as above.
uint64_t Hash64(std::string_view bytes);

// One word more of a key of a few words, for a table in memory; begin without `hash`.
constexpr uint64_t MixIn(uint64_t word, uint64_t hash = 0x243F6A8885A308D3u) {
  const uint64_t product = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return product ^ (product >> 32);
}

}  // namespace touchline
