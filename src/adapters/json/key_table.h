#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace touchline::json {

// The first and the last eight bytes of a text, which for a shorter one overlap: up to 16 bytes
// they and the length are all of it. REQUIRES: at least two bytes.
struct TextEnds {
  uint64_t first = 0;
  uint64_t last = 0;
  constexpr bool operator==(const TextEnds&) const = default;

  static constexpr TextEnds Of(std::string_view text) {
    const size_t n = text.size();
    const size_t width = n >= 8 ? 8 : n >= 4 ? 4 : 2;
    return {.first = Load(text.data(), width), .last = Load(text.data() + n - width, width)};
  }

 private:
  static constexpr uint64_t Load(const char* from, size_t width) {
    if (std::is_constant_evaluated()) {
      uint64_t word = 0;
      for (size_t i = width; i-- > 0;) word = word << 8 | static_cast<uint8_t>(from[i]);
      return word;
    }
    switch (width) {
      case 8:
        return LoadAs<uint64_t>(from);
      case 4:
        return LoadAs<uint32_t>(from);
      default:
        return LoadAs<uint16_t>(from);
    }
  }
  template <class Word>
  static Word LoadAs(const char* from) {
    Word word;
    std::memcpy(&word, from, sizeof(word));
    return word;
  }
};

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
    for (size_t i = 0; i < kCount; ++i) ends_[i] = TextEnds::Of(keys[i]);
    for (seed_ = kOdd; !Place(); seed_ += 2 * kOdd) {
    }
  }

  // kNone for a text that is not in the list. Cost: O(1), no allocation.
  constexpr size_t Find(std::string_view key) const {
    if (key.size() < 2) return kNone;
    const TextEnds ends = TextEnds::Of(key);
    const size_t at = slots_[Slot(ends, key.size())];
    if (at == kNone || keys_[at].size() != key.size() || ends_[at] != ends) return kNone;
    return key.size() <= 16 || keys_[at] == key ? at : kNone;
  }

 private:
  constexpr size_t Slot(const TextEnds& ends, size_t size) const {
    const uint64_t mixed = ends.first ^ (ends.last << 23 | ends.last >> 41) ^ size;
    return static_cast<size_t>((mixed * seed_) >> (64 - kBits));
  }
  constexpr bool Place() {
    slots_.fill(static_cast<uint8_t>(kNone));
    for (size_t i = 0; i < kCount; ++i) {
      uint8_t& slot = slots_[Slot(ends_[i], keys_[i].size())];
      if (slot != kNone) return false;
      slot = static_cast<uint8_t>(i);
    }
    return true;
  }

  std::array<std::string_view, kCount> keys_;
  std::array<TextEnds, kCount> ends_;
  std::array<uint8_t, size_t{1} << kBits> slots_{};
  uint64_t seed_ = 0;
};

}  // namespace touchline::json
