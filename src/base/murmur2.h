#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace touchline {

// The partition that Java's producers, and librdkafka's murmur2, choose for a key: murmur2 with
// Kafka's seed, the sign bit dropped, modulo. REQUIRES: partitions > 0, and a key that is not
// empty.
inline int32_t PartitionOfKey(std::string_view key, int32_t partitions) {
  constexpr uint32_t kMultiplier = 0x5bd1e995;
  constexpr uint32_t kSeed = 0x9747b28c;
  uint32_t h = kSeed ^ static_cast<uint32_t>(key.size());
  for (; key.size() >= 4; key.remove_prefix(4)) {
    uint32_t k = 0;
    std::memcpy(&k, key.data(), 4);
    k *= kMultiplier;
    k ^= k >> 24;
    h = (h * kMultiplier) ^ (k * kMultiplier);
  }
  if (!key.empty()) {
    uint32_t rest = 0;
    std::memcpy(&rest, key.data(), key.size());
    h = (h ^ rest) * kMultiplier;
  }
  h = (h ^ (h >> 13)) * kMultiplier;
  h ^= h >> 15;
  return static_cast<int32_t>((h & 0x7fffffff) % static_cast<uint32_t>(partitions));
}

}  // namespace touchline
