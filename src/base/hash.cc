#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace touchline {

Hash128 HashEventId(std::string_view source, std::string_view id) {
  // Hashing the source first and seeding with it keeps the two parts apart without a copy.
  const uint64_t seed = XXH3_64bits(source.data(), source.size());
  const XXH128_hash_t h = XXH3_128bits_withSeed(id.data(), id.size(), seed);
  return Hash128{h.high64, h.low64};
}

Hash128 HashText(std::string_view text) {
  const XXH128_hash_t h = XXH3_128bits(text.data(), text.size());
  return Hash128{h.high64, h.low64};
}

uint64_t Hash64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace touchline
