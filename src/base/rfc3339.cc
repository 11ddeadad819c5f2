#include "base/rfc3339.h"

#include <chrono>
#include <cstdio>
#include <cstring>

namespace touchline {
namespace {

constexpr uint64_t kTopBits = 0x8080808080808080;

uint64_t Load8(const char* from) {
  uint64_t word = 0;
  std::memcpy(&word, from, 8);
  return word;
}

// Eight characters against a form in which '0' stands for any digit. Every time of every event
// passes here, so there is neither loop nor branch: byte k of the result is the number of the two
// digits at k and k + 1, and a top bit is set if a character does not fit the form.
uint64_t PairsOfDigits(const char* from, const char* form) {
  const uint64_t shape = Load8(form);
  // 0x76 where the form has '0', so that 10 and more reach the top bit; 0x7F elsewhere.
  const uint64_t is_other = ((shape ^ 0x3030303030303030) + 0x7F7F7F7F7F7F7F7F) & kTopBits;
  const uint64_t limit = 0x7676767676767676 + (is_other >> 7) * 9;
  const uint64_t x = Load8(from) ^ shape;
  const uint64_t wrong = (x | ((x & ~kTopBits) + limit)) & kTopBits;
  if (wrong != 0) return kTopBits;
  return x * 10 + (x >> 8);
}
int Byte(uint64_t word, int k) { return static_cast<int>(word >> (8 * k) & 0xFF); }

int TwoDigits(std::string_view s, size_t pos) {
  const unsigned tens = static_cast<unsigned>(s[pos]) - '0';
  const unsigned ones = static_cast<unsigned>(s[pos + 1]) - '0';
  return tens > 9 || ones > 9 ? -1 : static_cast<int>(tens * 10 + ones);
}

bool ValidDay(int year, int month, int day) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Nanoseconds by the digits at *pos, of which the tenth and later ones do not count; *pos is then
// behind them. nullopt: there is none.
std::optional<int64_t> TakeFraction(std::string_view s, size_t* pos) {
  constexpr std::array<int64_t, 10> kUnits = {1'000'000'000, 100'000'000, 10'000'000, 1'000'000,
                                              100'000,       10'000,      1'000,      100,
                                              10,            1};
  const size_t first = *pos;
  size_t digits = 0;
  int64_t number = 0;
  if (s.size() - first >= 8) {
    const uint64_t pairs = PairsOfDigits(s.data() + first, "00000000");
    if ((pairs & kTopBits) == 0) {
      number = ((Byte(pairs, 0) * 100 + Byte(pairs, 2)) * 100 + Byte(pairs, 4)) * 100 +
               Byte(pairs, 6);
      digits = 8;
      *pos += 8;
    }
  }
  for (; *pos < s.size() && IsDigit(s[*pos]); ++*pos) {
    if (digits == kUnits.size() - 1) continue;
    number = number * 10 + (s[*pos] - '0');
    ++digits;
  }
  if (*pos == first) return std::nullopt;
  return number * kUnits[digits];
}

// The offset in minutes at the end of the text; nullopt if malformed.
std::optional<int> OffsetMinutes(std::string_view zone) {
  if (zone.size() == 1 && (zone[0] == 'Z' || zone[0] == 'z')) return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const int h = TwoDigits(zone, 1);
  const int m = TwoDigits(zone, 4);
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
  if (s.size() < 20 || (s[10] != 'T' && s[10] != 't') || s[16] != ':') return std::nullopt;
  const uint64_t date = PairsOfDigits(s.data(), "0000-00-");
  const uint64_t time = PairsOfDigits(s.data() + 8, s[10] == 'T' ? "00T00:00" : "00t00:00");
  if (((date | time) & kTopBits) != 0) return std::nullopt;
  const int year = Byte(date, 0) * 100 + Byte(date, 2), month = Byte(date, 5), day = Byte(time, 0);
  const int hour = Byte(time, 3), minute = Byte(time, 6);
  int second = TwoDigits(s, 17);
  if (year < 1970 || year > 2199 || !ValidDay(year, month, day)) return std::nullopt;
  if (hour > 23 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  if (second == 60) second = 59;

  size_t pos = 19;
  int64_t nanos = 0;
  if (s[pos] == '.') {
    const auto fraction = TakeFraction(s, &++pos);
    if (!fraction) return std::nullopt;
    nanos = *fraction;
  }
  const auto offset = OffsetMinutes(s.substr(pos));
  if (!offset) return std::nullopt;

  const int64_t seconds = DaysFromCivil(year, month, day) * 86'400 + hour * 3'600 + minute * 60 +
                          second - int64_t{*offset} * 60;
  return seconds * 1'000'000'000 + nanos;
}

std::optional<int64_t> Rfc3339Reader::Nanos(std::string_view s) {
  constexpr size_t kSeconds = 17, kPoint = 19, kFewest = 20;
  if (s.size() < kFewest || std::memcmp(s.data(), minute_.data(), minute_.size()) != 0) {
    const auto nanos = ParseRfc3339Nanos(s);
    if (nanos && s.back() == 'Z') {
      std::memcpy(minute_.data(), s.data(), minute_.size());
      constexpr int64_t kMinute = 60'000'000'000;
      minute_ns_ = *nanos / kMinute * kMinute;
    }
    return nanos;
  }
  const int second = TwoDigits(s, kSeconds);
  if (second < 0 || second > 59 || s.back() != 'Z') return ParseRfc3339Nanos(s);
  int64_t nanos = 0;
  if (s.size() > kFewest) {
    if (s[kPoint] != '.') return ParseRfc3339Nanos(s);
    size_t pos = kPoint + 1;
    const auto fraction = TakeFraction(s, &pos);
    if (!fraction || pos + 1 != s.size()) return ParseRfc3339Nanos(s);
    nanos = *fraction;
  }
  return minute_ns_ + int64_t{second} * 1'000'000'000 + nanos;
}

std::string FormatRfc3339(EventTime t) {
  if (t == EventTime::Min()) return "-infinity";
  if (t == EventTime::Max()) return "infinity";
  using std::chrono::days;
  const std::chrono::sys_time<std::chrono::milliseconds> ms{std::chrono::milliseconds(t.millis())};
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
