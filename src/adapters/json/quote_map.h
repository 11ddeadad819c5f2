#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace touchline::json {

// One look at all bytes of an event: whether they are plain, and where its quotes are.
class QuoteMap {
 public:
  static constexpr size_t kFewestBytes = 16;
  static constexpr size_t kMostBytes = 4096;

  // True if the event is valid UTF-8 without control characters, DEL and backslashes: a text
  // between two quotes anywhere in it is sound, and means what its bytes say. False, too, for one
  // that is shorter or longer than the bounds. Cost: sixteen bytes at a time.
  bool TakePlain(std::string_view event);

  // The first quote at `from` or behind it; the event's size: there is none.
  // REQUIRES: TakePlain returned true, and `from` is not behind the event's end.
  size_t QuoteFrom(size_t from) const {
    const uint64_t ahead = BitsFrom(from);
    if (ahead != 0) return from + static_cast<size_t>(std::countr_zero(ahead));
    return FarQuoteFrom(from + kBitsAtOnce);
  }

 private:
  // A word that begins at the byte of any bit has so many from there on.
  static constexpr size_t kBitsAtOnce = 57;

  uint64_t BitsFrom(size_t from) const {
    static_assert(std::endian::native == std::endian::little);
    uint64_t word;
    std::memcpy(&word, bits_.data() + from / 8, sizeof(word));
    return word >> from % 8;
  }
  size_t FarQuoteFrom(size_t from) const;

  // A bit for each byte of the event, then none: only what was written may be read.
  std::array<uint8_t, kMostBytes / 8 + 2 * sizeof(uint64_t)> bits_;
  size_t size_ = 0;
};

}  // namespace touchline::json
