#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace touchline {

// A date of the Gregorian calendar, in no time zone.
class CivilDate {
 public:
  constexpr CivilDate() = default;  // 1970-01-01
  static constexpr CivilDate FromDays(int32_t since_epoch) { return CivilDate(since_epoch); }
  // "2013-03-21". Years 1970 to 2199; nullopt for another form and for a day that the month lacks.
  static std::optional<CivilDate> Parse(std::string_view text);

  constexpr int32_t days() const { return days_; }  // since 1970-01-01; may be negative
  // Monday is 0.
  constexpr int weekday() const { return static_cast<int>(((days_ + 3) % 7 + 7) % 7); }
  constexpr auto operator<=>(const CivilDate&) const = default;
  constexpr CivilDate operator+(int32_t days) const { return CivilDate(days_ + days); }
  std::string ToString() const;  // as Parse reads it

 private:
  explicit constexpr CivilDate(int32_t days) : days_(days) {}
  int32_t days_ = 0;
};

}  // namespace touchline
