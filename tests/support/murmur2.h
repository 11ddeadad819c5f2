#pragma once

#include <cstdint>
#include <string_view>

namespace touchline::test {

// The partition that Java producers, and ours, choose for a key: murmur2 with Kafka's seed, sign
// bit dropped, modulo. REQUIRES: partitions > 0. The empty key goes to partition 0, where a real
// producer would choose at random: a simulation repeats.
int32_t PartitionOfKey(std::string_view key, int32_t partitions);

}  // namespace touchline::test
