#include "tests/support/naive_calendar.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace touchline::test {
namespace {

constexpr int64_t kDay = 24 * 60;

int64_t FloorDay(int64_t minute) {
  return (minute >= 0 ? minute : minute - kDay + 1) / kDay;
}

}  // namespace

NaiveCalendar::NaiveCalendar(const domain::CalendarSpec& spec, int64_t first_minute,
                             int64_t minutes) {
  ReadWall(spec.time_zone, first_minute, minutes);
  open_.assign(wall_.size(), false);
  const int64_t last = FloorDay(first_minute + minutes) + 1;
  for (int64_t date = FloorDay(first_minute) - 1; date <= last; ++date) MarkDate(spec, date);
  open_before_.push_back(0);
  for (const bool is_open : open_) open_before_.push_back(open_before_.back() + (is_open ? 1 : 0));
}

void NaiveCalendar::ReadWall(const std::string& zone, int64_t first_minute, int64_t minutes) {
  setenv("TZ", zone.c_str(), 1);
  tzset();
  const auto offset = [](int64_t minute) {
    const std::time_t seconds = minute * 60;
    std::tm local{};
    localtime_r(&seconds, &local);
    return local.tm_gmtoff / 60;
  };
  first_minute_ = first_minute - kMargin;
  // No zone jumps twice within an hour.
  for (int64_t hour = first_minute_; hour < first_minute + minutes + kMargin; hour += 60) {
    const bool jumps = offset(hour) != offset(hour + 60);
    const int64_t at_hour = offset(hour);
    for (int64_t minute = hour; minute < hour + 60; ++minute) {
      wall_.push_back(minute + (jumps ? offset(minute) : at_hour));
    }
  }
}

// Of a window's dates, the first and the last may lie beyond what is known; the margin is for them.
void NaiveCalendar::MarkDate(const domain::CalendarSpec& spec, int64_t date) {
  if (!Exists(date)) return;
  const CivilDate day = CivilDate::FromDays(static_cast<int32_t>(date));
  std::vector<domain::DayInterval> hours = spec.week[static_cast<size_t>((date + 10) % 7)];
  if (spec.holidays.contains(day)) hours.clear();
  if (spec.shifts.contains(day)) hours = spec.shifts.at(day);
  if (spec.always_open) hours = {domain::DayInterval()};
  std::vector<bool> open = MinutesOf(hours, date);
  if (spec.breaks.contains(day)) {
    const std::vector<bool> closed = MinutesOf(spec.breaks.at(day), date);
    for (size_t i = 0; i < open.size(); ++i) open[i] = open[i] && !closed[i];
  }
  if (std::find(open.begin(), open.end(), true) == open.end()) return;
  open_dates_.push_back(date);
  const size_t base = static_cast<size_t>((date - 1) * kDay - first_minute_);
  for (size_t i = 0; i < open.size(); ++i) {
    if (open[i]) open_[base + i] = true;
  }
}

// The three days around a date.
std::vector<bool> NaiveCalendar::MinutesOf(const std::vector<domain::DayInterval>& day,
                                           int64_t date) const {
  std::vector<bool> minutes(3 * kDay, false);
  const size_t base = static_cast<size_t>((date - 1) * kDay - first_minute_);
  for (const domain::DayInterval& part : day) {
    const size_t end = Resolve(date * kDay + part.end_minute);
    for (size_t i = Resolve(date * kDay + part.begin_minute); i < end; ++i) {
      minutes.at(i - base) = true;
    }
  }
  return minutes;
}

bool NaiveCalendar::Exists(int64_t date) const {
  return std::any_of(wall_.begin() + (date - 1) * kDay - first_minute_,
                     wall_.begin() + (date + 2) * kDay - first_minute_,
                     [&](int64_t wall) { return FloorDay(wall) == date; });
}

size_t NaiveCalendar::Resolve(int64_t wall_minute) const {
  // No clock is more than two days off.
  const int64_t known = static_cast<int64_t>(wall_.size());
  const auto at = [&](int64_t minute) {
    return wall_.begin() + std::clamp<int64_t>(minute - first_minute_, 0, known);
  };
  const auto begin = at(wall_minute - 2 * kDay), end = at(wall_minute + 2 * kDay);
  const auto found = std::find(begin, end, wall_minute);
  if (found != end) return static_cast<size_t>(found - wall_.begin());
  const auto after = std::find_if(begin, end, [&](int64_t w) { return w > wall_minute; });
  const int64_t gap = *after - *(after - 1) - 1;
  return Resolve(wall_minute + gap);
}

size_t NaiveCalendar::MinuteOf(int64_t t_ms) const {
  return static_cast<size_t>(t_ms / 60'000 - first_minute_);
}

bool NaiveCalendar::IsOpen(int64_t t_ms) const { return open_.at(MinuteOf(t_ms)); }

int64_t NaiveCalendar::OpenBefore(int64_t t_ms) const {
  return open_before_.at(MinuteOf(t_ms)) * 60'000 + (IsOpen(t_ms) ? t_ms % 60'000 : 0);
}

std::optional<int64_t> NaiveCalendar::AfterOpen(int64_t start_ms, int64_t open_ms) const {
  if (open_ms <= 0) return start_ms;
  int64_t left = open_ms;
  int64_t from = start_ms;
  const size_t end = open_.size() - static_cast<size_t>(kMargin);
  for (size_t minute = MinuteOf(start_ms); minute < end; ++minute) {
    // Whole days that do not suffice are passed in one step.
    const size_t next_day = minute + static_cast<size_t>(kDay);
    if (from == InstantMs(minute) && next_day < end) {
      const int64_t in_day = (open_before_[next_day] - open_before_[minute]) * 60'000;
      if (in_day < left) {
        left -= in_day;
        from = InstantMs(next_day);
        minute = next_day - 1;
        continue;
      }
    }
    const int64_t until = InstantMs(minute) + 60'000;
    if (open_[minute]) {
      if (left <= until - from) return from + left;
      left -= until - from;
    }
    from = until;
  }
  return std::nullopt;
}

std::optional<int64_t> NaiveCalendar::NextOpening(int64_t t_ms) const {
  if (IsOpen(t_ms)) return t_ms;
  for (size_t minute = MinuteOf(t_ms); minute < open_.size() - kMargin; ++minute) {
    if (open_[minute]) return InstantMs(minute);
  }
  return std::nullopt;
}

std::optional<int64_t> NaiveCalendar::NextClosing(int64_t t_ms) const {
  for (size_t minute = MinuteOf(t_ms); minute < open_.size() - kMargin; ++minute) {
    if (!open_[minute]) return InstantMs(minute);
  }
  return std::nullopt;
}

std::optional<int64_t> NaiveCalendar::AfterWorkingDays(int64_t start_ms, int working_days) const {
  int64_t t_ms = start_ms;
  if (working_days > 0) {
    const int64_t wall = wall_.at(MinuteOf(start_ms));
    int64_t date = FloorDay(wall);
    for (int counted = 0; counted < working_days;) {
      ++date;
      if (date > open_dates_.back()) return std::nullopt;
      if (std::find(open_dates_.begin(), open_dates_.end(), date) != open_dates_.end()) ++counted;
    }
    const int64_t of_day = wall - FloorDay(wall) * kDay;
    t_ms = InstantMs(Resolve(date * kDay + of_day)) + start_ms % 60'000;
  }
  return IsOpen(t_ms - 1) ? t_ms : NextOpening(t_ms);
}

}  // namespace touchline::test
