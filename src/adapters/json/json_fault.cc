#include "adapters/json/json_fault.h"

#include <cstdint>

namespace touchline::json {
namespace {

using domain::RejectReason;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<JsonFault> Run() {
    if (!Document() && !fault_) return JsonFault{RejectReason::kTruncated, text_.size()};
    return fault_;
  }

 private:
  // Every step returns false at a fault; without fault_ the text has just ended.
  bool Fail(RejectReason reason = RejectReason::kMalformedJson) {
    fault_ = JsonFault{reason, pos_};
    return false;
  }
  bool AtEnd() const { return pos_ == text_.size(); }
  char Peek() const { return text_[pos_]; }
  void SkipSpace() {
    while (!AtEnd() && (Peek() == ' ' || Peek() == '\t' || Peek() == '\n' || Peek() == '\r')) {
      ++pos_;
    }
  }
  bool Expect(char c) {
    if (AtEnd()) return false;
    if (Peek() != c) return Fail();
    ++pos_;
    return true;
  }
  bool Expect(std::string_view word) {
    for (const char c : word) {
      if (!Expect(c)) return false;
    }
    return true;
  }

  bool InObject() const { return (object_bits_ >> (depth_ - 1) & 1) != 0; }

  bool Document() {
    if (!Value()) return false;
    while (depth_ > 0) {
      SkipSpace();
      if (AtEnd()) return false;
      const char close = InObject() ? '}' : ']';
      if (Peek() == close) {
        ++pos_;
        --depth_;
      } else if (!Expect(',') || (InObject() && !Key()) || !Value()) {
        return false;
      }
    }
    SkipSpace();
    return AtEnd() || Fail();
  }

  bool Key() {
    SkipSpace();
    if (!String()) return false;
    SkipSpace();
    return Expect(':');
  }

  // One scalar, an empty container, or the first scalar behind any number of opening brackets.
  bool Value() {
    for (;;) {
      SkipSpace();
      if (AtEnd()) return false;
      const char c = Peek();
      if (c != '{' && c != '[') return Scalar(c);
      if (depth_ == kMaxDepth) return Fail(RejectReason::kTooDeep);
      ++pos_;
      const uint64_t bit = uint64_t{1} << depth_++;
      object_bits_ = c == '{' ? object_bits_ | bit : object_bits_ & ~bit;
      SkipSpace();
      if (AtEnd()) return false;
      if (Peek() == (c == '{' ? '}' : ']')) {
        ++pos_;
        --depth_;
        return true;
      }
      if (c == '{' && !Key()) return false;
    }
  }

  bool Scalar(char c) {
    if (c == '"') return String();
    if (c == 't') return Expect(std::string_view("true"));
    if (c == 'f') return Expect(std::string_view("false"));
    if (c == 'n') return Expect(std::string_view("null"));
    return Number();
  }

  bool Digits() {
    if (AtEnd()) return false;
    if (!IsDigit(Peek())) return Fail();
    while (!AtEnd() && IsDigit(Peek())) ++pos_;
    return true;
  }
  bool Number() {
    if (Peek() == '-') ++pos_;
    if (!AtEnd() && Peek() == '0') {
      ++pos_;
    } else if (!Digits()) {
      return false;
    }
    if (!AtEnd() && Peek() == '.') {
      ++pos_;
      if (!Digits()) return false;
    }
    if (!AtEnd() && (Peek() == 'e' || Peek() == 'E')) {
      ++pos_;
      if (!AtEnd() && (Peek() == '+' || Peek() == '-')) ++pos_;
      if (!Digits()) return false;
    }
    return true;
  }

  bool String() {
    if (!Expect('"')) return false;
    while (!AtEnd()) {
      const auto c = static_cast<uint8_t>(Peek());
      if (c == '"') {
        ++pos_;
        return true;
      }
      if (c == '\\' ? !Escape() : c < 0x20 ? !Fail() : c >= 0x80 ? !Utf8(c) : !Skip()) return false;
    }
    return false;
  }
  bool Skip() {
    ++pos_;
    return true;
  }

  bool Escape() {
    ++pos_;
    if (AtEnd()) return false;
    if (Peek() != 'u') {
      if (std::string_view("\"\\/bfnrt").find(Peek()) == std::string_view::npos) return Fail();
      return Skip();
    }
    ++pos_;
    const auto unit = CodeUnit();
    if (!unit) return false;
    if (*unit >= 0xDC00 && *unit <= 0xDFFF) return Fail(RejectReason::kInvalidUtf8);
    if (*unit < 0xD800 || *unit > 0xDBFF) return true;
    return LowSurrogate();
  }
  bool LowSurrogate() {
    for (const char c : {'\\', 'u'}) {
      if (AtEnd()) return false;
      if (Peek() != c) return Fail(RejectReason::kInvalidUtf8);
      ++pos_;
    }
    const auto unit = CodeUnit();
    if (!unit) return false;
    return (*unit >= 0xDC00 && *unit <= 0xDFFF) || Fail(RejectReason::kInvalidUtf8);
  }
  std::optional<uint32_t> CodeUnit() {
    uint32_t unit = 0;
    for (int i = 0; i < 4; ++i, ++pos_) {
      if (AtEnd()) return std::nullopt;
      const int digit = HexValue(Peek());
      if (digit < 0) {
        Fail();
        return std::nullopt;
      }
      unit = unit << 4 | static_cast<uint32_t>(digit);
    }
    return unit;
  }

  // One character of two to four bytes: the first continuation byte has the narrower range that
  // shuts out overlong forms, surrogates and what lies beyond U+10FFFF.
  bool Utf8(uint8_t lead) {
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4) return Fail(RejectReason::kInvalidUtf8);
    uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    ++pos_;
    for (int i = 0; i < more; ++i, ++pos_) {
      if (AtEnd()) return false;
      const auto c = static_cast<uint8_t>(Peek());
      if (c < low || c > high) return Fail(RejectReason::kInvalidUtf8);
      low = 0x80;
      high = 0xBF;
    }
    return true;
  }

  std::string_view text_;
  size_t pos_ = 0;
  size_t depth_ = 0;
  uint64_t object_bits_ = 0;  // bit d: the container at depth d + 1 is an object
  std::optional<JsonFault> fault_;
};

}  // namespace

std::optional<JsonFault> FindJsonFault(std::string_view text) { return Scanner(text).Run(); }

}  // namespace touchline::json
