#include "adapters/json/json_writer.h"

#include <array>
#include <charconv>

namespace touchline::json {
namespace {

void AppendEscaped(char c, std::string* out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      *out += "\\u00";
      *out += kHex[static_cast<uint8_t>(c) >> 4];
      *out += kHex[static_cast<uint8_t>(c) & 0xF];
  }
}

template <class Number>
void AppendDigits(Number number, std::string* out) {
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out->append(digits.data(), end);
}

}  // namespace

void AppendText(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    if (static_cast<uint8_t>(c) < 0x20 || c == '"' || c == '\\') {
      AppendEscaped(c, out);
    } else {
      *out += c;
    }
  }
  *out += '"';
}

void AppendNumber(int64_t number, std::string* out) { AppendDigits(number, out); }
void AppendNumber(uint64_t number, std::string* out) { AppendDigits(number, out); }
void AppendNumber(double number, std::string* out) { AppendDigits(number, out); }

}  // namespace touchline::json
