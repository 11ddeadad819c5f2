#pragma once

#include <compare>
#include <cstddef>
#include <string_view>

#include "base/small_vector.h"

namespace touchline {

// A text that does not change often, with room for kPlaces bytes within itself: reading it is no
// look elsewhere in memory. Only longer ones go to the heap.
template <size_t kPlaces>
class InlineText {
 public:
  InlineText() = default;
  InlineText& operator=(std::string_view text) {
    bytes_.assign(text.begin(), text.end());
    return *this;
  }

  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  operator std::string_view() const { return view(); }
  size_t heap_bytes() const { return HeapBytes(bytes_); }

  bool operator==(const InlineText& o) const { return view() == o.view(); }
  auto operator<=>(const InlineText& o) const { return view() <=> o.view(); }
  bool operator==(std::string_view o) const { return view() == o; }

 private:
  SmallVector<char, kPlaces> bytes_;
};

}  // namespace touchline
