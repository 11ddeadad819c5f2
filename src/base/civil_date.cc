#include "base/civil_date.h"

#include "base/rfc3339.h"

namespace touchline {
namespace {

constexpr size_t kLength = 10;  // of YYYY-MM-DD
constexpr int64_t kDayMs = 86'400'000;

}  // namespace

std::optional<CivilDate> CivilDate::Parse(std::string_view text) {
  if (text.size() != kLength) return std::nullopt;
  const auto nanos = ParseRfc3339Nanos(std::string(text) + "T00:00:00Z");
  if (!nanos) return std::nullopt;
  return FromDays(static_cast<int32_t>(*nanos / (kDayMs * 1'000'000)));
}

std::string CivilDate::ToString() const {
  return FormatRfc3339(EventTime::FromMillis(days_ * kDayMs)).substr(0, kLength);
}

}  // namespace touchline
