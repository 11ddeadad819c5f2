#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/codec.h"

namespace touchline::pipeline {

// Which keys were put into it, by their hashes: an answer "no" is certain, "yes" is wrong once in
// some hundreds. Split block Bloom filters (Putze, Sanders, Singler, "Cache-, Hash- and
// Space-Efficient Bloom Filters", 2007, and the Parquet format's), each four times as large as the
// one before, so that nothing is built anew while it grows. Two bytes a key; a look asks for a
// line of memory in each of at most kMostParts.
class KeyFilter {
 public:
  // They take 2.7 MiB.
  static constexpr size_t kMostKeys = 1'397'760;

  // False: it is full, and the key is not in it.
  [[nodiscard]] bool Add(uint64_t hash);
  bool MayHave(uint64_t hash) const;
  void Clear();
  // As bytes, and back; false: these are none.
  void Encode(ByteWriter* out) const;
  bool Decode(ByteReader* in);
  size_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kFewestKeys = 1024;
  static constexpr size_t kGrowth = 4;
  static constexpr size_t kMostParts = 6;
  using Block = std::array<uint32_t, 8>;
  static constexpr size_t kKeysPerBlock = sizeof(Block) / 2;
  using Part = std::vector<Block>;
  static_assert(kMostKeys == kFewestKeys * (1 + 4 + 16 + 64 + 256 + 1024));

  static Block MaskOf(uint64_t hash);
  static size_t HomeOf(uint64_t hash, const Part& part) {
    return static_cast<size_t>((hash >> 32) * part.size() >> 32);
  }

  static size_t KeysOfPart(size_t index);
  void AddPart();

  std::vector<Part> parts_;
  size_t room_ = 0;  // for so many keys more in the last part
  size_t bytes_ = 0;
};

}  // namespace touchline::pipeline
