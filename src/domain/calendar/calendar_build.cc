#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "domain/calendar/calendar.h"

namespace touchline::domain {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kDayMs = DayInterval::kMidnight * kMinuteMs;
// Whatever a zone's offset, these dates hold all instants from kBegin to kEnd.
constexpr CivilDate kFirstDate = CivilDate::FromDays(-2);
constexpr CivilDate kEndDate =
    CivilDate::FromDays(static_cast<int32_t>(Calendar::kEnd.millis() / kDayMs) + 2);

using Day = std::vector<DayInterval>;
using Stretches = std::vector<OpenInterval>;

const Day& DayOf(const CalendarSpec& spec, CivilDate date) {
  static const Day kClosed;
  const auto shift = spec.shifts.find(date);
  if (shift != spec.shifts.end()) return shift->second;
  if (spec.holidays.contains(date)) return kClosed;
  return spec.week[static_cast<size_t>(date.weekday())];
}

// Sorted and apart from each other. What a gap leaves without length is gone.
Stretches ToInstants(const Day& day, CivilDate date, const TimeZone& zone) {
  Stretches all;
  for (const DayInterval& part : day) {
    const OpenInterval stretch{zone.ToInstant({date, Duration::Minutes(part.begin_minute)}),
                               zone.ToInstant({date, Duration::Minutes(part.end_minute)})};
    if (stretch.begin < stretch.end) all.push_back(stretch);
  }
  std::sort(all.begin(), all.end(), [](const OpenInterval& a, const OpenInterval& b) {
    return a.begin < b.begin;
  });
  Stretches apart;
  for (const OpenInterval& stretch : all) {
    if (!apart.empty() && stretch.begin <= apart.back().end) {
      apart.back().end = std::max(apart.back().end, stretch.end);
    } else {
      apart.push_back(stretch);
    }
  }
  return apart;
}

Stretches Without(const Stretches& open, const Stretches& breaks) {
  Stretches left;
  for (OpenInterval stretch : open) {
    for (const OpenInterval& gone : breaks) {
      if (gone.end <= stretch.begin || gone.begin >= stretch.end) continue;
      if (stretch.begin < gone.begin) left.push_back({stretch.begin, gone.begin});
      stretch.begin = gone.end;
    }
    if (stretch.begin < stretch.end) left.push_back(stretch);
  }
  return left;
}

// Those that are not just their weekday.
std::set<CivilDate> SingleDates(const CalendarSpec& spec, const TimeZone& zone) {
  std::set<CivilDate> dates = spec.holidays;
  for (const auto& [date, day] : spec.shifts) dates.insert(date);
  for (const auto& [date, day] : spec.breaks) dates.insert(date);
  const EventTime last = Calendar::kEnd + Duration::Days(2);
  auto jump = zone.NextJump(Calendar::kBegin - Duration::Days(3));
  for (; jump && jump->at < last; jump = zone.NextJump(jump->at)) {
    for (CivilDate date = jump->first; date <= jump->last; date = date + 1) dates.insert(date);
  }
  dates.erase(dates.begin(), dates.lower_bound(kFirstDate));
  dates.erase(dates.lower_bound(kEndDate), dates.end());
  return dates;
}

bool HasHours(const CalendarSpec& spec) {
  return !spec.shifts.empty() || !spec.breaks.empty() || !spec.holidays.empty() ||
         std::any_of(spec.week.begin(), spec.week.end(), [](const Day& d) { return !d.empty(); });
}

bool IsBad(const Day& day) { return FindBadInterval(day) >= 0; }
bool IsBadDate(const std::pair<const CivilDate, Day>& dated) { return IsBad(dated.second); }

bool HasBadInterval(const CalendarSpec& spec) {
  return std::any_of(spec.week.begin(), spec.week.end(), IsBad) ||
         std::any_of(spec.shifts.begin(), spec.shifts.end(), IsBadDate) ||
         std::any_of(spec.breaks.begin(), spec.breaks.end(), IsBadDate);
}

}  // namespace

int FindBadInterval(const std::vector<DayInterval>& day) {
  for (size_t i = 0; i < day.size(); ++i) {
    const DayInterval& a = day[i];
    bool bad = a.begin_minute < 0 || a.begin_minute >= a.end_minute ||
               a.end_minute > DayInterval::kMidnight;
    for (size_t k = 0; k < i; ++k) {
      bad = bad || (a.begin_minute < day[k].end_minute && day[k].begin_minute < a.end_minute);
    }
    if (bad) return static_cast<int>(i);
  }
  return -1;
}

tl::expected<Calendar, std::string> Calendar::Build(const CalendarSpec& spec) {
  const auto zone = TimeZone::Load(spec.time_zone);
  if (!zone) {
    return tl::unexpected("has the time zone '" + spec.time_zone +
                          "', which is not in this machine's time zone database");
  }
  if (HasBadInterval(spec)) {
    return tl::unexpected<std::string>("has an interval that is no part of a day, or overlaps "
                                       "another of its day");
  }
  if (spec.always_open && HasHours(spec)) {
    return tl::unexpected<std::string>("is open 24x7 and has hours, shifts, breaks or holidays");
  }
  Calendar calendar(*zone);
  calendar.AddWeek(spec);
  calendar.AddPieces(spec);
  if (calendar.open_ms_ == 0) return tl::unexpected<std::string>("can never open");
  return calendar;
}

void Calendar::AddWeek(const CalendarSpec& spec) {
  for (size_t weekday = 0; weekday < spec.week.size(); ++weekday) {
    Day day = spec.always_open ? Day{DayInterval()} : spec.week[weekday];
    std::sort(day.begin(), day.end());
    is_open_weekday_[weekday] = !day.empty();
    open_weekdays_ += day.empty() ? 0 : 1;
    for (const DayInterval& part : day) {
      const int64_t midnight_ms = static_cast<int64_t>(weekday) * kDayMs;
      const int64_t begin_ms = midnight_ms + part.begin_minute * kMinuteMs;
      const int64_t end_ms = midnight_ms + part.end_minute * kMinuteMs;
      if (!week_.empty() && week_.back().end_ms == begin_ms) {
        week_.back().end_ms = end_ms;
      } else {
        week_.push_back({begin_ms, end_ms, week_open_ms_});
      }
      week_open_ms_ += end_ms - begin_ms;
    }
  }
}

void Calendar::AddPieces(const CalendarSpec& spec) {
  CivilDate next = kFirstDate;
  for (const CivilDate date : SingleDates(spec, zone_)) {
    if (next < date) AddOrdinaryDates(next, date);
    AddSingleDate(date, spec);
    next = date + 1;
  }
  AddOrdinaryDates(next, kEndDate);
}

void Calendar::AddOrdinaryDates(CivilDate first, CivilDate end) {
  const int64_t begin_ms = zone_.StartOfDay(first).millis();
  Piece piece{.begin_ms = Clamped(EventTime::FromMillis(begin_ms)),
              .open_before_ms = open_ms_,
              .first_date = first,
              .open_dates_before = open_dates_,
              .offset_ms = first.days() * kDayMs - begin_ms};
  piece.week_open_before_ms = WeekOpenBefore(piece.begin_ms + piece.offset_ms);
  pieces_.push_back(piece);
  open_ms_ += OpenIn(piece, Clamped(zone_.StartOfDay(end)));
  open_dates_ += OpenDates(piece, end);
}

void Calendar::AddSingleDate(CivilDate date, const CalendarSpec& spec) {
  const int64_t begin_ms = Clamped(zone_.StartOfDay(date));
  const int64_t end_ms = Clamped(zone_.StartOfDay(date + 1));
  Piece piece{.begin_ms = begin_ms,
              .open_before_ms = open_ms_,
              .first_date = date,
              .open_dates_before = open_dates_,
              .is_ordinary = false,
              .first_slot = static_cast<uint32_t>(date_slots_.size())};
  const Day whole = {DayInterval()};
  Stretches open = ToInstants(spec.always_open ? whole : DayOf(spec, date), date, zone_);
  if (const auto breaks = spec.breaks.find(date); breaks != spec.breaks.end()) {
    open = Without(open, ToInstants(breaks->second, date, zone_));
  }
  for (const OpenInterval& stretch : open) {
    // A date that the zone skips begins where it ends, though its times move into the next one.
    const Slot slot{std::max(stretch.begin.millis(), begin_ms),
                    std::min(stretch.end.millis(), end_ms), open_ms_};
    if (slot.begin_ms >= slot.end_ms) continue;
    date_slots_.push_back(slot);
    open_ms_ += slot.end_ms - slot.begin_ms;
  }
  piece.end_slot = static_cast<uint32_t>(date_slots_.size());
  pieces_.push_back(piece);
  open_dates_ += OpenDates(piece, date + 1);
}

}  // namespace touchline::domain
