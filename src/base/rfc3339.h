#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace touchline {

// Parses an RFC 3339 date-time to nanoseconds since the epoch. The offset is required ("Z" or
// "+02:00"; "t"/"z" allowed). Fractions past nine digits are cut. A leap second (":60") is the
// second before it. Years 1970 to 2199: anything else is nullopt, as is a day that the month lacks.
std::optional<int64_t> ParseRfc3339Nanos(std::string_view text);

// The same for texts that come one after another, as in a feed, and are mostly of the same minute
// and in UTC: only their seconds are read.
class Rfc3339Reader {
 public:
  std::optional<int64_t> Nanos(std::string_view text);

 private:
  std::array<char, 17> minute_{};  // of the last text, with the colon behind it
  int64_t minute_ns_ = 0;
};

// "2026-11-22T02:12:50.123Z": always UTC, always three digits. Min() and Max(), which are no dates,
// are "-infinity" and "infinity". REQUIRES otherwise: years 0000 to 9999.
std::string FormatRfc3339(EventTime t);

// Days since 1970-01-01 of a civil date in the proleptic Gregorian calendar.
// REQUIRES: 1 <= month <= 12, 1 <= day <= 31.
int64_t DaysFromCivil(int year, int month, int day);

}  // namespace touchline
