#include "tests/golden/story_text.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/rfc3339.h"
#include "base/time.h"

namespace touchline::golden {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kMaxSpanNanos = int64_t{200} * 365 * 86'400 * kNanosPerSecond;

// Longer names first, so that "ms" is not read as "m".
constexpr std::array<std::pair<std::string_view, int64_t>, 7> kUnits = {{
    {"ms", kNanosPerMilli},
    {"us", 1'000},
    {"ns", 1},
    {"d", 86'400 * kNanosPerSecond},
    {"h", 3'600 * kNanosPerSecond},
    {"m", 60 * kNanosPerSecond},
    {"s", kNanosPerSecond},
}};

std::string_view TakeWhile(std::string_view* text, std::string_view allowed) {
  const size_t end = std::min(text->find_first_not_of(allowed), text->size());
  const std::string_view head = text->substr(0, end);
  text->remove_prefix(end);
  return head;
}

std::optional<int64_t> TakeUnit(std::string_view* text) {
  for (const auto& [name, nanos] : kUnits) {
    if (!text->starts_with(name)) continue;
    text->remove_prefix(name.size());
    return nanos;
  }
  return std::nullopt;
}

// "12" or "0.25" of a unit.
std::optional<int64_t> Scaled(std::string_view number, int64_t unit) {
  const size_t dot = number.find('.');
  int64_t whole = 0;
  const std::string_view digits = number.substr(0, dot);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), whole).ec != std::errc()) {
    return std::nullopt;
  }
  if (whole > kMaxSpanNanos / unit) return std::nullopt;
  int64_t nanos = whole * unit;
  if (dot == std::string_view::npos) return nanos;
  int64_t place = unit;
  for (const char c : number.substr(dot + 1)) {
    if (c < '0' || c > '9' || place % 10 != 0) return std::nullopt;
    place /= 10;
    nanos += (c - '0') * place;
  }
  return nanos;
}

}  // namespace

std::optional<int64_t> ParseSpanNanos(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int64_t sum = 0;
  while (!text.empty()) {
    const std::string_view number = TakeWhile(&text, "0123456789.");
    const std::optional<int64_t> unit = TakeUnit(&text);
    if (number.empty() || !unit) return std::nullopt;
    const std::optional<int64_t> part = Scaled(number, *unit);
    if (!part || *part > kMaxSpanNanos - sum) return std::nullopt;
    sum += *part;
  }
  return sum;
}

std::string FormatSpan(int64_t millis) {
  if (millis == 0) return "0s";
  std::string out = millis < 0 ? "-" : "";
  int64_t rest = millis < 0 ? -millis : millis;
  constexpr std::array<std::pair<char, int64_t>, 3> kWhole = {
      {{'d', 86'400'000}, {'h', 3'600'000}, {'m', 60'000}}};
  for (const auto& [name, size] : kWhole) {
    if (rest >= size) out += std::to_string(rest / size) + name;
    rest %= size;
  }
  if (rest == 0) return out;
  out += std::to_string(rest / 1000);
  if (rest % 1000 != 0) {
    std::string fraction = std::to_string(1000 + rest % 1000).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    out += "." + fraction;
  }
  return out + "s";
}

std::optional<int64_t> ParseDay(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  return ParseRfc3339Nanos(std::string(text) + "T00:00:00Z");
}

std::optional<int64_t> ParseTime(std::string_view text, std::optional<int64_t> day_ns,
                                 std::optional<int64_t> previous_ns) {
  if (text.starts_with('+')) {
    const std::optional<int64_t> span = ParseSpanNanos(text.substr(1));
    if (!span || !previous_ns) return std::nullopt;
    return *previous_ns + *span;
  }
  std::string full(text);
  if (text.find('T') == std::string_view::npos) {
    if (!day_ns) return std::nullopt;
    full = FormatTime(*day_ns).substr(0, 11) + full + "Z";
  }
  if (full.size() == 17) full.insert(16, ":00");  // 2026-03-02T09:00Z
  return ParseRfc3339Nanos(full);
}

std::string FormatTime(int64_t time_ns) {
  const int64_t below_milli = time_ns % kNanosPerMilli;
  std::string text = FormatRfc3339(EventTime::FromMillis(time_ns / kNanosPerMilli));
  if (below_milli == 0) return text;
  text.pop_back();
  return text + std::to_string(kNanosPerMilli + below_milli).substr(1) + "Z";
}

std::optional<std::vector<std::string>> SplitWords(std::string_view line) {
  std::vector<std::string> words;
  bool in_word = false;
  bool quoted = false;
  for (const char c : line) {
    if (!quoted && c == '#' && !in_word) break;
    if (!quoted && (c == ' ' || c == '\t' || c == '\r')) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == '"') {
      quoted = !quoted;
    } else {
      words.back() += c;
    }
  }
  if (quoted) return std::nullopt;
  return words;
}

}  // namespace touchline::golden
