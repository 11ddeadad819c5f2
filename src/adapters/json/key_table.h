#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace touchline::json {

// Finds the position of a text in a fixed list with one multiplication and one comparison: the
// place of every text is known at compile time and no two share one.
// REQUIRES: the texts are distinct, each of at least two bytes, at most 254 of them. A list for
// which no seed is found does not compile.
template <size_t kCount, unsigned kBits>
class KeyTable {
 public:
  static constexpr size_t kNone = 0xFF;

  explicit consteval KeyTable(const std::array<std::string_view, kCount>& keys) : keys_(keys) {
    static_assert(kCount < kNone && (size_t{1} << kBits) >= kCount);
    constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
    for (seed_ = kOdd; !Place(); seed_ += 2 * kOdd) {
    }
  }

  // kNone for a text that is not in the list. Cost: O(1), no allocation.
  constexpr size_t Find(std::string_view key) const {
    if (key.size() < 2) return kNone;
    const size_t at = slots_[Slot(key)];
    return at != kNone && keys_[at] == key ? at : kNone;
  }

 private:
  // Bytes that tell the contract's names apart. Every index is inside a text of two bytes.
  constexpr size_t Slot(std::string_view k) const {
    const size_t n = k.size();
    const uint64_t mixed = n ^ Byte(k, 0) << 8 ^ Byte(k, 1) << 16 ^ Byte(k, n / 2) << 24 ^
                           Byte(k, n - 1) << 32 ^ Byte(k, n - 2) << 40 ^
                           Byte(k, n - 1 - n / 4) << 48;
    return static_cast<size_t>((mixed * seed_) >> (64 - kBits));
  }
  static constexpr uint64_t Byte(std::string_view k, size_t i) {
    return static_cast<uint8_t>(k[i]);
  }
  constexpr bool Place() {
    slots_.fill(static_cast<uint8_t>(kNone));
    for (size_t i = 0; i < kCount; ++i) {
      uint8_t& slot = slots_[Slot(keys_[i])];
      if (slot != kNone) return false;
      slot = static_cast<uint8_t>(i);
    }
    return true;
  }

  std::array<std::string_view, kCount> keys_;
  std::array<uint8_t, size_t{1} << kBits> slots_{};
  uint64_t seed_ = 0;
};

}  // namespace touchline::json
