#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace touchline {

// A length of time. Milliseconds; may be negative (an event before its reference).
class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration Millis(int64_t ms) { return Duration(ms); }
  static constexpr Duration Seconds(int64_t s) { return Duration(s * 1000); }
  static constexpr Duration Minutes(int64_t m) { return Duration(m * 60'000); }
  static constexpr Duration Hours(int64_t h) { return Duration(h * 3'600'000); }
  static constexpr Duration Days(int64_t d) { return Duration(d * 86'400'000); }

  constexpr int64_t millis() const { return ms_; }
  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration o) const { return Duration(ms_ + o.ms_); }
  constexpr Duration operator-(Duration o) const { return Duration(ms_ - o.ms_); }
  constexpr Duration operator*(int64_t n) const { return Duration(ms_ * n); }
  constexpr Duration operator/(int64_t n) const { return Duration(ms_ / n); }

 private:
  explicit constexpr Duration(int64_t ms) : ms_(ms) {}
  int64_t ms_ = 0;
};

namespace internal {

// An instant on the clock that Tag names. Milliseconds since 1970-01-01T00:00:00Z. Instants of
// different clocks neither compare nor subtract: event time moves with the data, wall time only
// bounds waiting.
template <class Tag>
class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant FromMillis(int64_t ms) { return Instant(ms); }
  static constexpr Instant Min() { return Instant(std::numeric_limits<int64_t>::min()); }
  static constexpr Instant Max() { return Instant(std::numeric_limits<int64_t>::max()); }

  constexpr int64_t millis() const { return ms_; }
  constexpr auto operator<=>(const Instant&) const = default;
  // REQUIRES: neither side is Min() or Max().
  constexpr Duration operator-(Instant o) const { return Duration::Millis(ms_ - o.ms_); }
  // Min() and Max() stay what they are: "never" plus an hour is still never.
  constexpr Instant operator+(Duration d) const {
    return is_bound() ? *this : Instant(ms_ + d.millis());
  }
  constexpr Instant operator-(Duration d) const {
    return is_bound() ? *this : Instant(ms_ - d.millis());
  }

 private:
  explicit constexpr Instant(int64_t ms) : ms_(ms) {}
  constexpr bool is_bound() const { return *this == Min() || *this == Max(); }
  int64_t ms_ = 0;
};

struct EventClock;
struct WallClock;

}  // namespace internal

// When something happened, as its source says.
using EventTime = internal::Instant<internal::EventClock>;
// When we looked. Never decides a number; see DESIGN "two clocks".
using WallTime = internal::Instant<internal::WallClock>;

// The start of the window of `width` that contains `t`; windows are aligned to the epoch.
// REQUIRES: width > 0. Instants before 1970 round down, too.
constexpr EventTime FloorTo(EventTime t, Duration width) {
  const int64_t w = width.millis();
  const int64_t r = ((t.millis() % w) + w) % w;
  return EventTime::FromMillis(t.millis() - r);
}

}  // namespace touchline
