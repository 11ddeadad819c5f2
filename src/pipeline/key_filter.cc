#include "pipeline/key_filter.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

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
    room_ = KeysOfPart(parts_.size());
    AddPart();
  }
  --room_;
  const Block mask = MaskOf(hash);
  Block& block = parts_.back()[HomeOf(hash, parts_.back())];
  for (size_t i = 0; i < mask.size(); ++i) block[i] |= mask[i];
  return true;
}

size_t KeyFilter::KeysOfPart(size_t index) {
  size_t keys = kFewestKeys;
  for (; index > 0; --index) keys *= kGrowth;
  return keys;
}

void KeyFilter::AddPart() {
  parts_.emplace_back(KeysOfPart(parts_.size()) / kKeysPerBlock);
  bytes_ += parts_.back().size() * sizeof(Block);
}

void KeyFilter::Encode(ByteWriter* out) const {
  static_assert(std::endian::native == std::endian::little, "blocks are stored little-endian");
  out->Varint(parts_.size());
  out->Varint(room_);
  for (const Part& part : parts_) {
    out->Raw({reinterpret_cast<const char*>(part.data()), part.size() * sizeof(Block)});
  }
}

bool KeyFilter::Decode(ByteReader* in) {
  Clear();
  const uint64_t parts = in->Varint();
  room_ = in->Varint();
  bool good = in->ok() && parts <= kMostParts;
  for (uint64_t i = 0; good && i < parts; ++i) {
    AddPart();
    const std::string_view bytes = in->Raw(parts_.back().size() * sizeof(Block));
    good = in->ok();
    if (good) std::memcpy(parts_.back().data(), bytes.data(), bytes.size());
  }
  good = good && room_ <= (parts_.empty() ? 0 : KeysOfPart(parts_.size() - 1));
  if (!good) Clear();
  return good;
}

void KeyFilter::Clear() {
  parts_.clear();
  room_ = bytes_ = 0;
}

}  // namespace touchline::pipeline
