// For all calendars, zones and instants: the calendar says what looking at each minute says.
//
// TOUCHLINE_SEED=n runs only that seed. TOUCHLINE_LONG=1 runs many more.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/rfc3339.h"
#include "domain/calendar/calendar.h"
#include "tests/support/naive_calendar.h"
#include "tests/calendar/random_calendar.h"

namespace touchline::test {
namespace {

using domain::Calendar;
using domain::CalendarSpec;

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kDayMinutes = 24 * 60;

EventTime Ms(int64_t ms) { return EventTime::FromMillis(ms); }

// A window of the model, and whatever instants matter in it.
struct Window {
  int64_t first_minute;
  int64_t minutes;
  int64_t begin_ms() const { return first_minute * kMinuteMs; }
  int64_t end_ms() const { return (first_minute + minutes) * kMinuteMs; }
};

int64_t RandomInstant(const Window& window, const Calendar& calendar, Dice* dice) {
  int64_t t = window.begin_ms() + dice->Below(window.minutes * kMinuteMs);
  if (dice->Chance(30)) t = t / kMinuteMs * kMinuteMs;
  const auto open = calendar.NextOpen(Ms(t));
  if (dice->Chance(50) && open && open->end < Ms(window.end_ms())) {
    // At an edge, or a millisecond beside it.
    t = (dice->Chance(50) ? open->begin : open->end).millis() + dice->Below(3) - 1;
  }
  return std::clamp(t, window.begin_ms(), window.end_ms() - 1);
}

void ExpectSame(const NaiveCalendar& naive, const Calendar& calendar, const Window& window,
                Dice* dice) {
  const int64_t from = RandomInstant(window, calendar, dice);
  const int64_t to = RandomInstant(window, calendar, dice);
  const std::string range = FormatRfc3339(Ms(from)) + " to " + FormatRfc3339(Ms(to));
  const int64_t open = from < to ? naive.OpenBefore(to) - naive.OpenBefore(from) : 0;
  ASSERT_EQ(calendar.OpenBetween(Ms(from), Ms(to)).millis(), open) << range;
  ASSERT_EQ(calendar.IsOpen(Ms(from)), naive.IsOpen(from)) << range;

  const int64_t length = dice->Chance(50) ? open + dice->Below(3) - 1 : dice->Below(1 << 28);
  if (const auto due = naive.AfterOpen(from, length)) {
    ASSERT_EQ(FormatRfc3339(calendar.AfterOpen(Ms(from), Duration::Millis(length))),
              FormatRfc3339(Ms(*due)))
        << range << ", " << length << " ms";
  }
  if (const auto opening = naive.NextOpening(from)) {
    const auto found = calendar.NextOpen(Ms(from));
    ASSERT_TRUE(found) << range;
    ASSERT_EQ(found->begin.millis(), *opening) << range;
    if (const auto closing = naive.NextClosing(*opening)) {
      ASSERT_EQ(found->end.millis(), *closing) << range;
    }
  }
}

void ExpectSameWorkingDays(const NaiveCalendar& naive, const Calendar& calendar,
                           const Window& window, Dice* dice) {
  const int64_t start = RandomInstant(window, calendar, dice);
  const int days = static_cast<int>(dice->Below(8));
  if (const auto later = naive.AfterWorkingDays(start, days)) {
    ASSERT_EQ(FormatRfc3339(calendar.AfterWorkingDays(Ms(start), days)),
              FormatRfc3339(Ms(*later)))
        << FormatRfc3339(Ms(start)) << ", " << days << " days";
  }
}

// Near where the zone's clocks jump more often than not.
Window RandomWindow(const TimeZone& zone, Dice* dice) {
  constexpr int64_t kDays = 24;
  const int64_t last_day = Calendar::kEnd.millis() / kMinuteMs / kDayMinutes - kDays - 6;
  int64_t day = 6 + dice->Below(dice->Chance(70) ? 70 * 365 : last_day - 6);
  const auto jump = zone.NextJump(Ms(day * kDayMinutes * kMinuteMs));
  if (jump && dice->Chance(75)) day = jump->first.days() - 1 - dice->Below(kDays);
  return {std::clamp<int64_t>(day, 6, last_day) * kDayMinutes, kDays * kDayMinutes};
}

void RunSeed(uint64_t seed) {
  Dice dice(seed);
  const std::string name = RandomZone(&dice);
  const Window window = RandomWindow(*TimeZone::Load(name), &dice);
  const int32_t first_day = static_cast<int32_t>(window.first_minute / kDayMinutes);
  const CalendarSpec spec = RandomSpec(name, CivilDate::FromDays(first_day), 24, &dice);
  const auto calendar = Calendar::Build(spec);
  if (!calendar) return;
  SCOPED_TRACE("TOUCHLINE_SEED=" + std::to_string(seed) + " " + Describe(spec));
  const NaiveCalendar naive(spec, window.first_minute, window.minutes);
  for (int i = 0; i < 60 && !::testing::Test::HasFatalFailure(); ++i) {
    ExpectSame(naive, *calendar, window, &dice);
    ExpectSameWorkingDays(naive, *calendar, window, &dice);
  }
}

TEST(CalendarPropertyTest, SaysWhatEachMinuteSaysOfRandomCalendarsZonesAndInstants) {
  if (const char* seed = std::getenv("TOUCHLINE_SEED")) {
    RunSeed(std::strtoull(seed, nullptr, 10));
    return;
  }
  const uint64_t last = std::getenv("TOUCHLINE_LONG") != nullptr ? 20'000 : 400;
  for (uint64_t seed = 1; seed <= last && !HasFatalFailure(); ++seed) RunSeed(seed);
}

// One model over years, so that sums over many jumps and dates are right to the millisecond.
TEST(CalendarPropertyTest, AddsUpExactlyOverDecades) {
  const bool is_long = std::getenv("TOUCHLINE_LONG") != nullptr;
  const int32_t years = is_long ? 30 : 11;
  const std::array<const char*, 6> zones = {"Australia/Lord_Howe", "America/Los_Angeles",
                                            "America/Sao_Paulo",   "Europe/Berlin",
                                            "Asia/Kathmandu",      "Pacific/Apia"};
  for (size_t i = 0; i < zones.size() && !HasFatalFailure(); ++i) {
    Dice dice(i + 1);
    // 2004 to 2014, or 1990 to 2019: Apia loses a day, Los Angeles changes its rule, and so on.
    const int32_t first_day = is_long ? 7'305 : 12'418;
    const Window window{first_day * kDayMinutes, years * 365 * kDayMinutes};
    CalendarSpec spec = RandomSpec(zones[i], CivilDate::FromDays(first_day), years * 365, &dice);
    spec.week[0] = {{120, 150}, {540, 1020}};
    SCOPED_TRACE(Describe(spec));
    const auto calendar = Calendar::Build(spec);
    ASSERT_TRUE(calendar) << calendar.error();
    const NaiveCalendar naive(spec, window.first_minute, window.minutes);
    for (int k = 0; k < 300 && !HasFatalFailure(); ++k) ExpectSame(naive, *calendar, window, &dice);
  }
}

}  // namespace
}  // namespace touchline::test
