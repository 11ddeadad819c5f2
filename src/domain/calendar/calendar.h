#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/time_zone.h"
#include "domain/calendar/calendar_spec.h"

namespace touchline::domain {

// A stretch of time: [begin, end).
struct OpenInterval {
  EventTime begin;
  EventTime end;
  bool operator==(const OpenInterval&) const = default;
};

// When a business is open: open time between instants, and back.
// Source:    METRICS.md section 4, "Business calendars".
// Local times become instants one by one: a time that daylight saving skips moves forward by the
// gap, one that comes twice is the first. An interval that this leaves without length disappears;
// two that it lays over each other count once. A date that the zone skips whole has no open time.
// Range:     the instants kBegin to kEnd, which are all that an event may have. Before and after it
//            is closed; what would lie after it is EventTime::Max(), "never".
// Cost:      of each question O(log n), n: dates with a shift, break or holiday and changes of the
//            offset. No allocation.
// Threading: immutable; one may be shared.
class Calendar {
 public:
  static constexpr EventTime kBegin = EventTime::FromMillis(0);
  static constexpr EventTime kEnd = EventTime::FromMillis(7'258'118'400'000);  // 2200-01-01Z

  // Refused, with a half sentence on why: a zone that this machine's database lacks, a bad interval
  // (FindBadInterval), `always_open` with hours of its own, and a calendar that is never open
  // between kBegin and kEnd.
  static tl::expected<Calendar, std::string> Build(const CalendarSpec& spec);

  // An instant as the calendar sees it, for several questions about it: those within one opening
  // then take no further look.
  class Place {
   private:
    friend class Calendar;
    EventTime at;
    int64_t open_before_ms = 0;
    int64_t open_until_ms = 0;  // at least so long; `at` where it is closed
  };
  Place At(EventTime t) const;

  // Open time in [from, to). Zero when `to` is not after `from`.
  Duration OpenBetween(EventTime from, EventTime to) const;
  // The first instant with so much open time since `start`; so one that falls due exactly at a
  // closing is the closing, not the next opening. `start` itself when `open` is not positive, open
  // or not.
  EventTime AfterOpen(EventTime start, Duration open) const { return AfterOpen(At(start), open); }
  EventTime AfterOpen(const Place& start, Duration open) const;
  // The same local time so many open dates later; if it is closed then, the next opening. A closing
  // counts as open, as in AfterOpen. A date is open that has any open time; with 0 the date stays.
  // REQUIRES: working_days >= 0.
  EventTime AfterWorkingDays(EventTime start, int32_t working_days) const;

  // Whether the millisecond that begins with `t` is open: an opening is, a closing is not.
  bool IsOpen(EventTime t) const;
  // What is open at `t`, from `t` on, else from the next opening; up to the next closing. Across a
  // midnight without a closing it is one. nullopt: nothing is.
  std::optional<OpenInterval> NextOpen(EventTime t) const;

  const TimeZone& zone() const { return zone_; }

 private:
  // Of the week since Monday 00:00 on the clock's face, or of one date as instants.
  struct Slot {
    int64_t begin_ms = 0;
    int64_t end_ms = 0;
    int64_t open_before_ms = 0;  // in the slots before it; of dates: since kBegin
  };
  // Local dates in a row, up to the next piece: either ordinary ones, on which local time is
  // instant + offset and the weekday decides, or one single date with slots of its own.
  struct Piece {
    int64_t begin_ms = 0;
    int64_t open_before_ms = 0;  // since kBegin
    CivilDate first_date;
    int32_t open_dates_before = 0;
    bool is_ordinary = true;
    int64_t offset_ms = 0;  // ordinary
    int64_t week_open_before_ms = 0;  // ordinary: WeekOpenBefore its begin
    uint32_t first_slot = 0;  // a single date's: [first_slot, end_slot) of date_slots_
    uint32_t end_slot = 0;
  };

  explicit Calendar(TimeZone zone) : zone_(zone) {}
  void AddWeek(const CalendarSpec& spec);
  void AddPieces(const CalendarSpec& spec);
  void AddOrdinaryDates(CivilDate first, CivilDate end);
  void AddSingleDate(CivilDate date, const CalendarSpec& spec);

  const Piece& PieceAt(int64_t t_ms) const;
  int64_t EndOf(const Piece& piece) const;
  int64_t OpenIn(const Piece& piece, int64_t t_ms) const;
  int64_t OpenBefore(int64_t t_ms) const;
  // Sets *open_until_ms to the end of what is open then, if anything is.
  int64_t WeekOpenBefore(int64_t local_ms, int64_t* open_until_ms = nullptr) const;
  int64_t DateOpenBefore(const Piece& piece, int64_t t_ms, int64_t* open_until_ms = nullptr) const;
  int64_t InstantOf(int64_t open_ms) const;
  int64_t EndOfSlot(int64_t t_ms) const;
  int32_t OpenDates(const Piece& piece, CivilDate end) const;
  std::optional<CivilDate> OpenDate(int64_t ordinal) const;
  static int64_t Clamped(EventTime t);

  TimeZone zone_;
  std::vector<Slot> week_;
  int64_t week_open_ms_ = 0;
  std::array<bool, 7> is_open_weekday_{};
  int32_t open_weekdays_ = 0;
  std::vector<Piece> pieces_;
  std::vector<Slot> date_slots_;
  int64_t open_ms_ = 0;  // all of it
  int32_t open_dates_ = 0;
};

}  // namespace touchline::domain
