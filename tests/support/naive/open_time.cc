#include "tests/support/naive/open_time.h"

#include <list>

#include "tests/support/naive_calendar.h"

namespace touchline::naive {
namespace {

constexpr size_t kMostKnown = 32;
constexpr int64_t kMinuteMs = 60'000;
// A window begins at a multiple of this, so that neighbouring questions share one.
constexpr int64_t kBlockMinutes = 4 * 24 * 60;
constexpr int64_t kMostBlocks = 8192;  // 90 years

struct Known {
  domain::CalendarSpec spec;
  int64_t first_minute = 0;
  int64_t minutes = 0;
  test::NaiveCalendar calendar;
};

const test::NaiveCalendar& Look(const domain::CalendarSpec& spec, int64_t first_minute,
                                int64_t minutes) {
  static std::list<Known> known;
  for (const Known& one : known) {
    if (one.first_minute == first_minute && one.minutes == minutes && one.spec == spec) {
      return one.calendar;
    }
  }
  if (known.size() == kMostKnown) known.pop_back();
  known.push_front({.spec = spec,
                    .first_minute = first_minute,
                    .minutes = minutes,
                    .calendar = test::NaiveCalendar(spec, first_minute, minutes)});
  return known.front().calendar;
}

int64_t BlockBefore(EventTime t) {
  return t.millis() / kMinuteMs / kBlockMinutes * kBlockMinutes;
}

}  // namespace

Duration OpenBetween(const domain::CalendarSpec& calendar, EventTime from, EventTime to) {
  if (to <= from) return {};
  const int64_t first = BlockBefore(from);
  int64_t blocks = 2;
  while (to.millis() >= (first + blocks * kBlockMinutes) * kMinuteMs) blocks *= 2;
  const test::NaiveCalendar& seen = Look(calendar, first, blocks * kBlockMinutes);
  return Duration::Millis(seen.OpenBefore(to.millis()) - seen.OpenBefore(from.millis()));
}

EventTime AfterOpen(const domain::CalendarSpec& calendar, EventTime start, Duration open) {
  for (int64_t blocks = 2; blocks <= kMostBlocks; blocks *= 2) {
    const test::NaiveCalendar& seen = Look(calendar, BlockBefore(start), blocks * kBlockMinutes);
    const auto after = seen.AfterOpen(start.millis(), open.millis());
    if (after) return EventTime::FromMillis(*after);
  }
  return EventTime::Max();
}

}  // namespace touchline::naive
