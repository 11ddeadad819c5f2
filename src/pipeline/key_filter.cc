#include "pipeline/key_filter.h"

#include <algorithm>

namespace touchline::pipeline {

// A bit in each word of the block, by the lower half of the hash; the upper one chooses the block.
KeyFilter::Block KeyFilter::MaskOf(uint64_t hash) {
  // Odd numbers without a pattern; those of the Parquet format.
  constexpr Block kSalts = {0x47B6137B, 0x44974D91, 0x8824AD5B, 0xA2B7289D,
                            0x705495C7, 0x2DF1424B, 0x9EFC4947, 0x5C6BFB31};
  Block mask;
  for (size_t i = 0; i < mask.size(); ++i) {
    mask[i] = 1u << (static_cast<uint32_t>(hash) * kSalts[i] >> 27);
  }
  return mask;
}

bool KeyFilter::MayHave(uint64_t hash) const {
  const Block mask = MaskOf(hash);
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) {
    const Block& block = part[HomeOf(hash, part)];
    uint32_t missing = 0;
    for (size_t i = 0; i < mask.size(); ++i) missing |= mask[i] & ~block[i];
    return missing == 0;
  });
}

bool KeyFilter::Add(uint64_t hash) {
  // What seems to be there is as good as there, and takes no room.
  if (MayHave(hash)) return true;
  if (room_ == 0) {
    if (parts_.size() == kMostParts) return false;
    room_ = parts_.empty() ? kFewestKeys : parts_.back().size() * kKeysPerBlock * kGrowth;
    parts_.emplace_back(room_ / kKeysPerBlock);
    bytes_ += parts_.back().size() * sizeof(Block);
  }
  --room_;
  const Block mask = MaskOf(hash);
  Block& block = parts_.back()[HomeOf(hash, parts_.back())];
  for (size_t i = 0; i < mask.size(); ++i) block[i] |= mask[i];
  return true;
}

void KeyFilter::Clear() {
  parts_.clear();
  room_ = bytes_ = 0;
}

}  // namespace touchline::pipeline
