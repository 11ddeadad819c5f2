#include "app/config_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/rfc3339.h"

namespace touchline::app {
namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};
constexpr std::array<Unit, 5> kDurations = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<Unit, 5> kSizes = {{{"TiB", int64_t{1} << 40},
                                         {"GiB", int64_t{1} << 30},
                                         {"MiB", int64_t{1} << 20},
                                         {"KiB", int64_t{1} << 10},
                                         {"B", 1}}};

using Units = std::array<Unit, 5>;

tl::unexpected<std::string> Bad(std::string message) {
  return tl::unexpected<std::string>(std::move(message));
}

size_t NumberLength(std::string_view text) {
  const size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
  const size_t end = text.find_first_not_of("0123456789", sign);
  return end == std::string_view::npos ? text.size() : end;
}

size_t PlaceOf(std::string_view unit_name, const Units& units) {
  return static_cast<size_t>(
      std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == unit_name; }) -
      units.begin());
}

Parsed<int64_t> ParseWithUnit(std::string_view text, const Units& units, std::string_view hint) {
  const size_t digits = NumberLength(text);
  const std::string_view unit_name = text.substr(digits);
  const auto number = ParseInteger(text.substr(0, digits));
  if (digits == 0) {
    return Bad(fmt::format("is '{}', which is not a number with a unit: {}", text, hint));
  }
  if (!number) return number;
  if (unit_name.empty()) return Bad(fmt::format("is '{}', which lacks a unit: {}", text, hint));
  const size_t place = PlaceOf(unit_name, units);
  if (place == units.size()) {
    return Bad(fmt::format("is '{}', whose unit is unknown: {}", text, hint));
  }
  int64_t value = 0;
  if (__builtin_mul_overflow(*number, units[place].factor, &value)) {
    return Bad(fmt::format("is '{}', which is too large", text));
  }
  return value;
}

std::string FormatWithUnit(int64_t value, const Units& units) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) {
      return fmt::format("{}{}", value / unit.factor, unit.name);
    }
  }
  return fmt::format("0{}", &units == &kDurations ? "s" : "B");
}

}  // namespace

Parsed<int64_t> ParseInteger(std::string_view text) {
  const size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
  if (text.size() == sign || NumberLength(text) != text.size()) {
    return Bad(fmt::format("is '{}', which is not a whole number", text));
  }
  if (text.size() > sign + 1 && text[sign] == '0') {
    return Bad(fmt::format("is '{}': a leading zero means base eight to some readers of YAML; "
                           "write it without",
                           text));
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Bad(fmt::format("is '{}', which is too large", text));
  }
  return value;
}

Parsed<Duration> ParseDuration(std::string_view text) {
  constexpr std::string_view kHint = "write 200ms, 2s, 5m, 1h30m or 28d";
  int64_t sum = 0;
  size_t next_unit = 0;  // the units still to come are the smaller ones
  for (std::string_view rest = text; !rest.empty() || next_unit == 0;) {
    const size_t digits = NumberLength(rest);
    const size_t length = std::min(rest.find_first_of("0123456789", digits), rest.size());
    const auto part = ParseWithUnit(rest.substr(0, length), kDurations, kHint);
    if (!part) return tl::unexpected(part.error());
    const size_t unit = PlaceOf(rest.substr(digits, length - digits), kDurations);
    if (unit < next_unit || (length < text.size() && text[0] == '-')) {
      return Bad(fmt::format("is '{}', whose parts are not in order: {}", text, kHint));
    }
    if (__builtin_add_overflow(sum, *part, &sum)) {
      return Bad(fmt::format("is '{}', which is too large", text));
    }
    next_unit = unit + 1;
    rest.remove_prefix(length);
  }
  return Duration::Millis(sum);
}

Parsed<int64_t> ParseSize(std::string_view text) {
  return ParseWithUnit(text, kSizes, "write 512B, 16KiB, 64MiB or 2GiB");
}

Parsed<int64_t> ParseThousandths(std::string_view text) {
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string_view places = dot == std::string_view::npos ? "" : text.substr(dot + 1);
  const bool no_places = dot != std::string_view::npos && places.empty();
  if (no_places || places.find_first_not_of("0123456789") != std::string_view::npos) {
    return Bad(fmt::format("is '{}', which is not a decimal number", text));
  }
  if (places.size() > 3) {
    return Bad(fmt::format("is '{}': at most three decimal places are kept", text));
  }
  const auto units = ParseInteger(whole);
  if (!units) return Bad(fmt::format("is '{}', which is not a decimal number", text));
  int64_t value = 0;
  if (__builtin_mul_overflow(*units, int64_t{1000}, &value)) {
    return Bad(fmt::format("is '{}', which is too large", text));
  }
  int64_t fraction = 0;
  for (size_t i = 0; i < 3; ++i) {
    fraction = fraction * 10 + (i < places.size() ? places[i] - '0' : 0);
  }
  return whole[0] == '-' ? value - fraction : value + fraction;
}

Parsed<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Bad(fmt::format("is '{}'; write true or false", text));
}

Parsed<EventTime> ParseInstant(std::string_view text) {
  const auto nanos = ParseRfc3339Nanos(text);
  if (!nanos) {
    return Bad(fmt::format("is '{}', which is not an instant such as 2026-11-22T08:00:00Z", text));
  }
  return EventTime::FromMillis(*nanos / 1'000'000);
}

std::string FormatDuration(Duration d) { return FormatWithUnit(d.millis(), kDurations); }

std::string FormatSize(int64_t bytes) { return FormatWithUnit(bytes, kSizes); }

std::string FormatThousandths(int64_t thousandths) {
  std::string text = fmt::format("{:.3f}", static_cast<double>(thousandths) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace touchline::app
