#include "adapters/json/quote_map.h"

#include <simdjson.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace touchline::json {
namespace {

// Sixteen bytes at once, by the compilers' own vectors; every processor has them.
using Bytes16 = uint8_t __attribute__((vector_size(16)));
constexpr size_t kStep = sizeof(Bytes16);
static_assert(kStep == QuoteMap::kFewestBytes);

Bytes16 Load(const char* from) {
  Bytes16 bytes;
  std::memcpy(&bytes, from, sizeof(bytes));
  return bytes;
}

Bytes16 Max(Bytes16 a, Bytes16 b) { return a > b ? a : b; }

// How far above the space, which is the first of the printable characters of ASCII and tilde the
// last: whatever else, above or below, is further.
Bytes16 AboveSpace(Bytes16 bytes) { return bytes - ' '; }
constexpr uint8_t kFarthestPrintable = '~' - ' ';

bool AnyBit(Bytes16 bytes) {
  std::array<uint64_t, 2> words;
  static_assert(sizeof(words) == sizeof(bytes));
  std::memcpy(words.data(), &bytes, sizeof(bytes));
  return (words[0] | words[1]) != 0;
}

Bytes16 IsEqual(Bytes16 bytes, char c) {
  return reinterpret_cast<Bytes16>(bytes == static_cast<uint8_t>(c));
}

// A bit for each byte that is a quote, the lowest for the first.
uint16_t Quotes(Bytes16 bytes) {
  const Bytes16 is_quote = IsEqual(bytes, '"');
#ifdef __SSE2__
  __m128i wide;
  std::memcpy(&wide, &is_quote, sizeof(wide));
  return static_cast<uint16_t>(_mm_movemask_epi8(wide));
#else
  unsigned bits = 0;
  for (size_t i = 0; i < kStep; ++i) bits |= (is_quote[i] & 1u) << i;
  return static_cast<uint16_t>(bits);
#endif
}

Bytes16 Controls(Bytes16 bytes) {
  return reinterpret_cast<Bytes16>((bytes < ' ') | (bytes == 0x7F));
}

// Of bytes that are not all printable ASCII, and as many as the least.
bool IsSoundText(std::string_view event) {
  const size_t last = event.size() - kStep;
  Bytes16 controls = Controls(Load(event.data() + last));
  for (size_t at = 0; at < last; at += kStep) controls |= Controls(Load(event.data() + at));
  return !AnyBit(controls) && simdjson::validate_utf8(event.data(), event.size());
}

}  // namespace

bool QuoteMap::TakePlain(std::string_view event) {
  size_ = event.size();
  if (size_ < kFewestBytes || size_ > kMostBytes) return false;
  // The last step overlaps the one before.
  const size_t last = size_ - kStep;
  const Bytes16 last_bytes = Load(event.data() + last);
  Bytes16 farthest = AboveSpace(last_bytes);
  Bytes16 escapes = IsEqual(last_bytes, '\\');
  size_t at = 0;
  for (; at < last; at += kStep) {
    const Bytes16 bytes = Load(event.data() + at);
    farthest = Max(farthest, AboveSpace(bytes));
    escapes |= IsEqual(bytes, '\\');
    const uint16_t quotes = Quotes(bytes);
    std::memcpy(bits_.data() + at / 8, &quotes, sizeof(quotes));
  }
  // What the last step has beyond the others, and nothing for a word's length behind the event.
  const uint64_t rest[2] = {uint64_t{Quotes(last_bytes)} >> (at - last), 0};
  std::memcpy(bits_.data() + at / 8, rest, sizeof(rest));
  if (AnyBit(escapes)) return false;
  const bool printable = !AnyBit(reinterpret_cast<Bytes16>(farthest > kFarthestPrintable));
  return printable || IsSoundText(event);
}

size_t QuoteMap::FarQuoteFrom(size_t from) const {
  for (; from < size_; from += kBitsAtOnce) {
    const uint64_t ahead = BitsFrom(from);
    if (ahead != 0) return from + static_cast<size_t>(std::countr_zero(ahead));
  }
  return size_;
}

}  // namespace touchline::json
