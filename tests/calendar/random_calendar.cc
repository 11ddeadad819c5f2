#include "tests/calendar/random_calendar.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace touchline::test {
namespace {

using domain::CalendarSpec;
using domain::DayInterval;
using Day = std::vector<DayInterval>;

// Times of day at which something happens: in the small hours, where clocks jump, or anywhere; on
// the quarter hour, or to the minute.
int32_t RandomMinute(Dice* dice) {
  const int64_t minute = dice->Below(dice->Chance(60) ? 5 * 60 : DayInterval::kMidnight);
  return static_cast<int32_t>(dice->Chance(70) ? minute / 15 * 15 : minute);
}

Day RandomDay(Dice* dice) {
  if (dice->Chance(15)) return {};
  if (dice->Chance(20)) return {DayInterval()};
  std::array<int32_t, 6> edges{};
  for (int32_t& edge : edges) {
    edge = dice->Chance(10) ? DayInterval::kMidnight : RandomMinute(dice);
  }
  std::sort(edges.begin(), edges.end());
  Day day;
  for (size_t i = 0; i + 1 < edges.size(); i += dice->Chance(30) ? 1 : 2) {
    if (edges[i] < edges[i + 1]) day.push_back({edges[i], edges[i + 1]});
  }
  return day;
}

std::string ToText(const Day& day) {
  std::string text;
  for (const DayInterval& part : day) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), " %02d:%02d-%02d:%02d", part.begin_minute / 60,
                  part.begin_minute % 60, part.end_minute / 60, part.end_minute % 60);
    text += buffer.data();
  }
  return text;
}

}  // namespace

std::string RandomZone(Dice* dice) {
  constexpr std::array<const char*, 14> kZones = {
      "UTC",           "Europe/Berlin",      "America/Los_Angeles", "America/Sao_Paulo",
      "Pacific/Apia",  "Australia/Lord_Howe", "Asia/Kathmandu",     "America/Havana",
      "Asia/Gaza",     "America/St_Johns",   "Africa/Casablanca",   "Antarctica/Troll",
      "Asia/Kolkata",  "Pacific/Kwajalein"};
  return kZones[static_cast<size_t>(dice->Below(kZones.size()))];
}

CalendarSpec RandomSpec(const std::string& zone, CivilDate first, int32_t days, Dice* dice) {
  CalendarSpec spec{.time_zone = zone};
  if (dice->Chance(5)) {
    spec.always_open = true;
    return spec;
  }
  const bool around_the_clock = dice->Chance(10);
  for (Day& day : spec.week) day = around_the_clock ? Day{DayInterval()} : RandomDay(dice);
  const auto date = [&] { return first + static_cast<int32_t>(dice->Below(days)); };
  for (int64_t i = dice->Below(5); i > 0; --i) spec.shifts[date()] = RandomDay(dice);
  for (int64_t i = dice->Below(5); i > 0; --i) spec.breaks[date()] = RandomDay(dice);
  for (int64_t i = dice->Below(5); i > 0; --i) spec.holidays.insert(date());
  return spec;
}

std::string Describe(const CalendarSpec& spec) {
  constexpr std::array<const char*, 7> kNames = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::string text = spec.time_zone + (spec.always_open ? ": 24x7" : ":");
  for (size_t i = 0; i < kNames.size(); ++i) {
    text += std::string(" ") + kNames[i] + ToText(spec.week[i]) + ";";
  }
  for (const auto& [date, day] : spec.shifts) {
    text += " " + date.ToString() + " shift" + ToText(day) + ";";
  }
  for (const auto& [date, day] : spec.breaks) {
    text += " " + date.ToString() + " break" + ToText(day) + ";";
  }
  for (const CivilDate date : spec.holidays) text += " " + date.ToString() + " holiday;";
  return text;
}

}  // namespace touchline::test
