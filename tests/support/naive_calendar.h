#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/calendar/calendar_spec.h"

namespace touchline::test {

// The rules of a business calendar, minute by minute: each minute of a window is asked what the
// clock on the wall shows (by the C library's localtime, in a zone whose offsets are whole
// minutes), and everything is found by looking at one minute after the other. Times are
// milliseconds since the epoch; what lies outside the window is not known.
class NaiveCalendar {
 public:
  // The window: `minutes` minutes from `first_minute` since the epoch on. Sets the variable TZ.
  NaiveCalendar(const domain::CalendarSpec& spec, int64_t first_minute, int64_t minutes);

  bool IsOpen(int64_t t_ms) const;
  // Before `t_ms` in the window.
  int64_t OpenBefore(int64_t t_ms) const;
  // nullopt: beyond the window.
  std::optional<int64_t> AfterOpen(int64_t start_ms, int64_t open_ms) const;
  std::optional<int64_t> AfterWorkingDays(int64_t start_ms, int working_days) const;
  std::optional<int64_t> NextOpening(int64_t t_ms) const;
  std::optional<int64_t> NextClosing(int64_t t_ms) const;

 private:
  static constexpr int64_t kMargin = 3 * 24 * 60;  // minutes known on both sides of the window

  void ReadWall(const std::string& zone, int64_t first_minute, int64_t minutes);
  void MarkDate(const domain::CalendarSpec& spec, int64_t date);
  std::vector<bool> MinutesOf(const std::vector<domain::DayInterval>& day, int64_t date) const;
  bool Exists(int64_t date) const;
  size_t Resolve(int64_t wall_minute) const;
  int64_t InstantMs(size_t minute) const {
    return (first_minute_ + static_cast<int64_t>(minute)) * 60'000;
  }
  size_t MinuteOf(int64_t t_ms) const;

  int64_t first_minute_ = 0;          // of the vectors
  std::vector<int64_t> wall_;         // what the clock shows, in minutes since 1970-01-01 00:00
  std::vector<bool> open_;
  std::vector<int64_t> open_before_;  // in minutes
  std::vector<int64_t> open_dates_;   // days since the epoch, ascending
};

}  // namespace touchline::test
