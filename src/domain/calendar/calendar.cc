#include "domain/calendar/calendar.h"

#include <algorithm>

namespace touchline::domain {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kWeekMs = 7 * kDayMs;
constexpr int64_t kEpochInWeekMs = 3 * kDayMs;  // 1970-01-01 was a Thursday

// The last element that begins, by `value_of`, at or before `value`.
// REQUIRES: the first one does.
template <class Range, class ValueOf>
const auto& LastUpTo(const Range& range, int64_t value, ValueOf value_of) {
  const auto after = std::partition_point(range.begin(), range.end(), [&](const auto& element) {
    return value_of(element) <= value;
  });
  return *(after - 1);
}

template <class Element>
int64_t OpenBeforeOf(const Element& element) {
  return element.open_before_ms;
}

}  // namespace

int64_t Calendar::Clamped(EventTime t) {
  return std::clamp(t, kBegin, kEnd).millis();
}

const Calendar::Piece& Calendar::PieceAt(int64_t t_ms) const {
  return LastUpTo(pieces_, t_ms, [](const Piece& p) { return p.begin_ms; });
}

int64_t Calendar::EndOf(const Piece& piece) const {
  return &piece == &pieces_.back() ? kEnd.millis() : (&piece + 1)->begin_ms;
}

// Of a week that repeats for ever, from the Monday before 1970 on.
int64_t Calendar::WeekOpenBefore(int64_t local_ms, int64_t* open_until_ms) const {
  const int64_t since_monday = local_ms + kEpochInWeekMs;
  const int64_t weeks = since_monday / kWeekMs;
  const int64_t in_week = since_monday % kWeekMs;
  int64_t open = weeks * week_open_ms_;
  if (!week_.empty() && week_.front().begin_ms <= in_week) {
    const Slot& slot = LastUpTo(week_, in_week, [](const Slot& s) { return s.begin_ms; });
    open += slot.open_before_ms + std::min(in_week, slot.end_ms) - slot.begin_ms;
    if (open_until_ms != nullptr && in_week < slot.end_ms) {
      *open_until_ms = local_ms + slot.end_ms - in_week;
    }
  }
  return open;
}

// From the piece's begin to `t_ms`, which lies in it or at its end.
int64_t Calendar::OpenIn(const Piece& piece, int64_t t_ms) const {
  if (!piece.is_ordinary) return DateOpenBefore(piece, t_ms);
  return WeekOpenBefore(t_ms + piece.offset_ms) - piece.week_open_before_ms;
}

// As OpenIn, of a single date.
int64_t Calendar::DateOpenBefore(const Piece& piece, int64_t t_ms, int64_t* open_until_ms) const {
  const auto first = date_slots_.begin() + piece.first_slot;
  const auto end = date_slots_.begin() + piece.end_slot;
  const auto after = std::partition_point(first, end, [&](const Slot& s) {
    return s.begin_ms <= t_ms;
  });
  if (after == first) return 0;
  const Slot& slot = *(after - 1);
  if (open_until_ms != nullptr && t_ms < slot.end_ms) *open_until_ms = slot.end_ms;
  return slot.open_before_ms - piece.open_before_ms + std::min(t_ms, slot.end_ms) - slot.begin_ms;
}

int64_t Calendar::OpenBefore(int64_t t_ms) const {
  const Piece& piece = PieceAt(t_ms);
  return piece.open_before_ms + OpenIn(piece, t_ms);
}

// The first instant before which so much is open. REQUIRES: 0 < open_ms <= open_ms_.
int64_t Calendar::InstantOf(int64_t open_ms) const {
  // What begins with exactly so much before it is too late.
  const Piece& piece = LastUpTo(pieces_, open_ms - 1, OpenBeforeOf<Piece>);
  if (!piece.is_ordinary) {
    const Slot& slot = LastUpTo(date_slots_, open_ms - 1, OpenBeforeOf<Slot>);
    return slot.begin_ms + open_ms - slot.open_before_ms;
  }
  const int64_t of_weeks = piece.week_open_before_ms + open_ms - piece.open_before_ms;
  const int64_t weeks = (of_weeks - 1) / week_open_ms_;
  const int64_t in_week = of_weeks - weeks * week_open_ms_;
  const Slot& slot = LastUpTo(week_, in_week - 1, OpenBeforeOf<Slot>);
  const int64_t local_ms =
      weeks * kWeekMs - kEpochInWeekMs + slot.begin_ms + in_week - slot.open_before_ms;
  return local_ms - piece.offset_ms;
}

Calendar::Place Calendar::At(EventTime t) const {
  Place place;
  place.at = t;
  const int64_t t_ms = place.open_until_ms = Clamped(t);
  const Piece& piece = PieceAt(t_ms);
  place.open_before_ms = piece.open_before_ms;
  if (piece.is_ordinary) {
    int64_t until = t_ms + piece.offset_ms;
    place.open_before_ms += WeekOpenBefore(until, &until) - piece.week_open_before_ms;
    place.open_until_ms = until - piece.offset_ms;
  } else {
    place.open_before_ms += DateOpenBefore(piece, t_ms, &place.open_until_ms);
  }
  // Beyond its end other slots count.
  place.open_until_ms = std::min(place.open_until_ms, EndOf(piece));
  return place;
}

Duration Calendar::OpenBetween(EventTime from, EventTime to) const {
  if (to <= from) return {};
  const Place place = At(from);
  const int64_t from_ms = Clamped(from), to_ms = Clamped(to);
  if (to_ms <= place.open_until_ms) return Duration::Millis(to_ms - from_ms);
  return Duration::Millis(OpenBefore(to_ms) - place.open_before_ms);
}

EventTime Calendar::AfterOpen(const Place& start, Duration open) const {
  if (open <= Duration()) return start.at;
  if (open.millis() > open_ms_ - start.open_before_ms) return EventTime::Max();
  const int64_t within_ms = Clamped(start.at) + open.millis();
  if (within_ms <= start.open_until_ms) return EventTime::FromMillis(within_ms);
  return EventTime::FromMillis(InstantOf(start.open_before_ms + open.millis()));
}

bool Calendar::IsOpen(EventTime t) const {
  return OpenBetween(t, t + Duration::Millis(1)) > Duration();
}

// REQUIRES: `t_ms` is open. The end of its slot, or of its piece where the slot goes on beyond.
int64_t Calendar::EndOfSlot(int64_t t_ms) const {
  const Piece& piece = PieceAt(t_ms);
  const auto begin_of = [](const Slot& s) { return s.begin_ms; };
  if (!piece.is_ordinary) return LastUpTo(date_slots_, t_ms, begin_of).end_ms;
  if (week_open_ms_ == kWeekMs) return EndOf(piece);
  const int64_t in_week = (t_ms + piece.offset_ms + kEpochInWeekMs) % kWeekMs;
  const int64_t end_ms = t_ms + LastUpTo(week_, in_week, begin_of).end_ms - in_week;
  return std::min(end_ms, EndOf(piece));
}

std::optional<OpenInterval> Calendar::NextOpen(EventTime t) const {
  const int64_t before = OpenBefore(Clamped(t));
  if (before == open_ms_) return std::nullopt;
  const int64_t begin_ms = InstantOf(before + 1) - 1;
  int64_t end_ms = begin_ms;
  do {
    end_ms = EndOfSlot(end_ms);
  } while (IsOpen(EventTime::FromMillis(end_ms)));
  return OpenInterval{EventTime::FromMillis(begin_ms), EventTime::FromMillis(end_ms)};
}

// Of the piece's dates before `end`.
int32_t Calendar::OpenDates(const Piece& piece, CivilDate end) const {
  const int32_t dates = end.days() - piece.first_date.days();
  if (!piece.is_ordinary) return dates > 0 && piece.first_slot < piece.end_slot ? 1 : 0;
  int32_t open = dates / 7 * open_weekdays_;
  for (int32_t i = dates / 7 * 7; i < dates; ++i) {
    open += is_open_weekday_[static_cast<size_t>((piece.first_date + i).weekday())] ? 1 : 0;
  }
  return open;
}

// The open date before which there are so many others. REQUIRES: ordinal >= 0.
std::optional<CivilDate> Calendar::OpenDate(int64_t ordinal) const {
  if (ordinal >= open_dates_) return std::nullopt;
  const Piece& piece =
      LastUpTo(pieces_, ordinal, [](const Piece& p) { return int64_t{p.open_dates_before}; });
  if (!piece.is_ordinary) return piece.first_date;
  const int32_t in_piece = static_cast<int32_t>(ordinal) - piece.open_dates_before;
  CivilDate date = piece.first_date + in_piece / open_weekdays_ * 7;
  for (int32_t left = in_piece % open_weekdays_;; date = date + 1) {
    if (is_open_weekday_[static_cast<size_t>(date.weekday())] && left-- == 0) return date;
  }
}

EventTime Calendar::AfterWorkingDays(EventTime start, int32_t working_days) const {
  EventTime t = start;
  if (working_days > 0) {
    const LocalTime local = zone_.ToLocal(std::clamp(start, kBegin, kEnd));
    const Piece& piece = LastUpTo(pieces_, local.date.days(), [](const Piece& p) {
      return int64_t{p.first_date.days()};
    });
    const int64_t up_to_start = piece.open_dates_before + OpenDates(piece, local.date + 1);
    const auto date = OpenDate(up_to_start + working_days - 1);
    if (!date) return EventTime::Max();
    t = zone_.ToInstant({*date, local.of_day});
  }
  if (IsOpen(t - Duration::Millis(1))) return t;
  const auto open = NextOpen(t);
  return open ? open->begin : EventTime::Max();
}

}  // namespace touchline::domain
