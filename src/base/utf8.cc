#include "base/utf8.h"

#include <algorithm>
#include <cstdint>

namespace touchline {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0U) == 0x80U; }

// What the first byte allows: how many bytes, and the range of the second one (which is where
// overlong forms, surrogates and too large values show).
struct Lead {
  size_t length = 0;
  uint8_t second_min = 0x80;
  uint8_t second_max = 0xBF;
};

Lead LeadOf(uint8_t byte) {
  if (byte < 0x80) return {.length = 1};
  if (byte < 0xC2) return {};
  if (byte < 0xE0) return {.length = 2};
  if (byte < 0xF0) {
    return {.length = 3,
            .second_min = byte == 0xE0 ? uint8_t{0xA0} : uint8_t{0x80},
            .second_max = byte == 0xED ? uint8_t{0x9F} : uint8_t{0xBF}};
  }
  if (byte > 0xF4) return {};
  return {.length = 4,
          .second_min = byte == 0xF0 ? uint8_t{0x90} : uint8_t{0x80},
          .second_max = byte == 0xF4 ? uint8_t{0x8F} : uint8_t{0xBF}};
}

}  // namespace

size_t Utf8SequenceLength(std::string_view text) {
  if (text.empty()) return 0;
  const Lead lead = LeadOf(static_cast<uint8_t>(text[0]));
  if (lead.length <= 1) return lead.length;
  if (text.size() < lead.length) return 0;
  const auto second = static_cast<uint8_t>(text[1]);
  if (second < lead.second_min || second > lead.second_max) return 0;
  const std::string_view rest = text.substr(2, lead.length - 2);
  return std::all_of(rest.begin(), rest.end(), IsContinuation) ? lead.length : 0;
}

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string ToValidUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    valid.append(length == 0 ? kReplacement : text.substr(0, length));
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return valid;
}

std::string_view TruncateUtf8(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && IsContinuation(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace touchline
