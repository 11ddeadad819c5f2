#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace touchline {

// What Java's producers, and librdkafka's murmur2, make of a key before they choose its partition:
// murmur2 with Kafka's seed, the sign bit dropped. REQUIRES: a key that is not empty.
inline uint32_t HashOfKafkaKey(std::string_view key) {
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
  return h & 0x7fffffff;
}

// The partition of a key with that hash. REQUIRES: partitions > 0.
inline int32_t PartitionOfHash(uint32_t hash, int32_t partitions) {
  return static_cast<int32_t>(hash % static_cast<uint32_t>(partitions));
}

// The partition that they choose. REQUIRES: partitions > 0, and a key that is not empty.
inline int32_t PartitionOfKey(std::string_view key, int32_t partitions) {
  return PartitionOfHash(HashOfKafkaKey(key), partitions);
}

}  // namespace touchline
