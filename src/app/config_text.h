#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace touchline::app {

// Values as a configuration or a command line writes them. Errors are half sentences that follow a
// key's name: "needs a unit: 200ms, 2s, 5m, 4h or 28d".
template <class T>
using Parsed = tl::expected<T, std::string>;

// A whole number in base ten. Leading zeros are refused: some YAML readers take 010 as eight.
Parsed<int64_t> ParseInteger(std::string_view text);
// A whole number and one of ms, s, m, h, d; or several such, larger units first: "1h30m".
Parsed<Duration> ParseDuration(std::string_view text);
// A whole number and one of B, KiB, MiB, GiB, TiB.
Parsed<int64_t> ParseSize(std::string_view text);
// A decimal number with at most three places, in thousandths.
Parsed<int64_t> ParseThousandths(std::string_view text);
// true or false; yes, no, on and off are refused.
Parsed<bool> ParseBool(std::string_view text);
// RFC 3339 with an offset.
Parsed<EventTime> ParseInstant(std::string_view text);

// One number and one unit, the largest that fits, which the functions above read back as the same
// value: 90000 ms is "90s".
std::string FormatDuration(Duration d);
std::string FormatSize(int64_t bytes);
std::string FormatThousandths(int64_t thousandths);

}  // namespace touchline::app
