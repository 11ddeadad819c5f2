#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/hash.h"

namespace touchline {

// A text of 1 to 16 bytes as three numbers: compared and hashed without a look at how long it is.
class ShortText {
 public:
  static constexpr size_t kMost = 16;

  ShortText() = default;  // no text
  // REQUIRES: 1 <= text.size() <= kMost.
  explicit ShortText(std::string_view text) : size_(static_cast<uint32_t>(text.size())) {
    const char* const first = text.data();
    const char* const end = first + text.size();
    // The two halves overlap; with the size they say all bytes.
    if (text.size() >= 8) {
      head_ = Load<uint64_t>(first);
      tail_ = Load<uint64_t>(end - 8);
    } else if (text.size() >= 4) {
      head_ = Load<uint32_t>(first);
      tail_ = Load<uint32_t>(end - 4);
    } else {
      head_ = Load<uint8_t>(first);
      tail_ = Load<uint8_t>(first + text.size() / 2) | (Load<uint8_t>(end - 1) << 8);
    }
  }

  bool operator==(const ShortText&) const = default;
  uint64_t hash() const { return MixIn(head_ + size_, MixIn(tail_)); }

 private:
  template <class Number>
  static Number Load(const char* from) {
    Number number;
    std::memcpy(&number, from, sizeof(number));
    return number;
  }

  uint64_t head_ = 0, tail_ = 0;
  uint32_t size_ = 0;
};

}  // namespace touchline
