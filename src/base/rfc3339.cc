#include "base/rfc3339.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace touchline {
namespace {

// Reads exactly `n` digits at `pos`; -1 if one of them is none.
int Digits(std::string_view s, size_t pos, size_t n) {
  int v = 0;
  for (size_t i = pos; i < pos + n; ++i) {
    if (s[i] < '0' || s[i] > '9') return -1;
    v = v * 10 + (s[i] - '0');
  }
  return v;
}

bool ValidDay(int year, int month, int day) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

// The offset in minutes at the end of the text; nullopt if malformed.
std::optional<int> OffsetMinutes(std::string_view zone) {
  if (zone == "Z" || zone == "z") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const int h = Digits(zone, 1, 2);
  const int m = Digits(zone, 4, 2);
  if (h < 0 || h > 23 || m < 0 || m > 59) return std::nullopt;
  return (zone[0] == '-' ? -1 : 1) * (h * 60 + m);
}

}  // namespace

int64_t DaysFromCivil(int year, int month, int day) {
  return (std::chrono::sys_days(std::chrono::year_month_day(
              std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
              std::chrono::day(static_cast<unsigned>(day)))))
      .time_since_epoch()
      .count();
}

std::optional<int64_t> ParseRfc3339Nanos(std::string_view s) {
  if (s.size() < 20 || s[4] != '-' || s[7] != '-' || (s[10] != 'T' && s[10] != 't') ||
      s[13] != ':' || s[16] != ':') {
    return std::nullopt;
  }
  const int year = Digits(s, 0, 4), month = Digits(s, 5, 2), day = Digits(s, 8, 2);
  const int hour = Digits(s, 11, 2), minute = Digits(s, 14, 2);
  int second = Digits(s, 17, 2);
  if (year < 1970 || year > 2199 || !ValidDay(year, month, day)) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  if (second == 60) second = 59;

  size_t pos = 19;
  int64_t nanos = 0;
  if (s[pos] == '.') {
    int64_t scale = 100'000'000;
    const size_t first = ++pos;
    for (; pos < s.size() && s[pos] >= '0' && s[pos] <= '9'; ++pos) {
      nanos += (s[pos] - '0') * scale;
      scale /= 10;
    }
    if (pos == first) return std::nullopt;
  }
  const auto offset = OffsetMinutes(s.substr(pos));
  if (!offset) return std::nullopt;

  const int64_t seconds = DaysFromCivil(year, month, day) * 86'400 + hour * 3'600 + minute * 60 +
                          second - int64_t{*offset} * 60;
  return seconds * 1'000'000'000 + nanos;
}

std::string FormatRfc3339(EventTime t) {
  using std::chrono::days;
  const std::chrono::sys_time<std::chrono::milliseconds> ms{
      std::chrono::milliseconds(t.millis())};
  const auto day = std::chrono::floor<days>(ms);
  const std::chrono::year_month_day date(day);
  const auto in_day = (ms - day).count();
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(in_day / 3'600'000),
                static_cast<int>(in_day / 60'000 % 60), static_cast<int>(in_day / 1000 % 60),
                static_cast<int>(in_day % 1000));
  return buffer.data();
}

}  // namespace touchline
