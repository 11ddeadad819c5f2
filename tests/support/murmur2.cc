#include "tests/support/murmur2.h"

#include <cstddef>

namespace touchline::test {
namespace {

constexpr uint32_t kMultiplier = 0x5bd1e995u;
constexpr uint32_t kKafkaSeed = 0x9747b28cu;

uint32_t ByteAt(std::string_view s, size_t i) { return static_cast<uint8_t>(s[i]); }

uint32_t Murmur2(std::string_view s) {
  uint32_t h = kKafkaSeed ^ static_cast<uint32_t>(s.size());
  while (s.size() >= 4) {
    uint32_t k = ByteAt(s, 0) | ByteAt(s, 1) << 8 | ByteAt(s, 2) << 16 | ByteAt(s, 3) << 24;
    k *= kMultiplier;
    k ^= k >> 24;
    h = h * kMultiplier ^ k * kMultiplier;
    s.remove_prefix(4);
  }
  if (!s.empty()) {
    for (size_t i = s.size(); i-- > 0;) h ^= ByteAt(s, i) << (8 * i);
    h *= kMultiplier;
  }
  h = (h ^ h >> 13) * kMultiplier;
  return h ^ h >> 15;
}

}  // namespace

int32_t PartitionOfKey(std::string_view key, int32_t partitions) {
  if (key.empty()) return 0;
  return static_cast<int32_t>((Murmur2(key) & 0x7fffffffu) % static_cast<uint32_t>(partitions));
}

}  // namespace touchline::test
