// The worked cases of METRICS.md section 8, as far as a calendar decides them.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/rfc3339.h"
#include "tests/calendar/calendar_text.h"

namespace touchline::domain {
namespace {

using test::At;
using test::Open;
using test::Utc;

struct DueCase {
  const char* number;
  const char* zone;
  const char* calendar;
  const char* start;
  Duration open;
  const char* due;
};

constexpr const char* kDesk = "mon-fri 08:00-18:00";
constexpr const char* kDaily = "daily 09:00-18:00";
constexpr const char* kHoliday = "mon-fri 08:00-20:00; 2016-11-01 holiday";
constexpr const char* kNineToFive = "mon-fri 09:00-17:00";
constexpr const char* kTenToSix = "mon-fri 10:00-18:00";

TEST(WorkedCasesTest, FallDueAsMetricsSays) {
  const Duration minute = Duration::Minutes(1), hour = Duration::Hours(1);
  const std::vector<DueCase> cases = {
      {"1 first", "Europe/Berlin", kDesk, "2013-03-21T09:30:00Z", minute * 60,
       "2013-03-21T10:30:00Z"},
      {"1 update", "Europe/Berlin", kDesk, "2013-03-21T09:30:00Z", minute * 120,
       "2013-03-21T11:30:00Z"},
      {"1 resolution", "Europe/Berlin", kDesk, "2013-03-21T09:30:00Z", minute * 180,
       "2013-03-21T12:30:00Z"},
      // 120 - 30 (09:00-09:30) - 15 (09:45-10:00) are left when it is open again at 10:30.
      {"4", "Europe/Berlin", kDaily, "2013-06-04T10:30:00Z", minute * 75, "2013-06-04T11:45:00Z"},
      {"8 first", "Europe/Berlin", kHoliday, "2016-11-01T13:56:21Z", minute * 120,
       "2016-11-02T09:00:00Z"},
      {"8 update", "Europe/Berlin", kHoliday, "2016-11-01T13:56:21Z", minute * 1200,
       "2016-11-03T15:00:00Z"},
      {"11 Wed", "UTC", kNineToFive, "2024-01-17T10:00:00Z", hour * 2, "2024-01-17T12:00:00Z"},
      {"11 Fri", "UTC", kNineToFive, "2024-01-19T16:00:00Z", hour * 2, "2024-01-22T10:00:00Z"},
      {"11 before", "UTC", kNineToFive, "2024-01-17T07:00:00Z", hour * 2, "2024-01-17T11:00:00Z"},
      {"11 after", "UTC", kNineToFive, "2024-01-17T18:00:00Z", hour * 2, "2024-01-18T11:00:00Z"},
      {"11 Sat", "UTC", kNineToFive, "2024-01-20T10:00:00Z", hour * 2, "2024-01-22T11:00:00Z"},
      {"11 over a day", "UTC", kNineToFive, "2024-01-15T16:00:00Z", hour * 10,
       "2024-01-17T10:00:00Z"},
      {"11 New York", "America/New_York", kNineToFive, "2024-01-19T16:00:00-05:00", hour * 2,
       "2024-01-22T10:00:00-05:00"},
      {"15 High first", "UTC", kTenToSix, "2024-01-15T08:00:00Z", hour, "2024-01-15T11:00:00Z"},
      {"15 High resolution", "UTC", kTenToSix, "2024-01-15T08:00:00Z", hour * 4,
       "2024-01-15T14:00:00Z"},
      {"15 Urgent first", "UTC", kTenToSix, "2024-01-15T20:00:00Z", minute * 30,
       "2024-01-16T10:30:00Z"},
      {"15 Urgent resolution", "UTC", kTenToSix, "2024-01-15T20:00:00Z", hour * 2,
       "2024-01-16T12:00:00Z"},
      {"15 Fri first", "UTC", kTenToSix, "2024-01-19T17:00:00Z", minute * 30,
       "2024-01-19T17:30:00Z"},
      {"15 Fri resolution", "UTC", kTenToSix, "2024-01-19T17:00:00Z", hour * 2,
       "2024-01-22T11:00:00Z"},
      {"22 at 09:30", "UTC", "24x7", "2024-01-15T09:30:00Z", hour, "2024-01-15T10:30:00Z"},
      {"22 at 10:05", "UTC", "24x7", "2024-01-15T10:05:00Z", hour, "2024-01-15T11:05:00Z"},
  };
  for (const DueCase& c : cases) {
    const Calendar calendar = Open(c.zone, c.calendar);
    EXPECT_EQ(FormatRfc3339(calendar.AfterOpen(At(c.start), c.open)), FormatRfc3339(At(c.due)))
        << c.number;
    EXPECT_EQ(calendar.OpenBetween(At(c.start), At(c.due)), c.open) << c.number;
  }
}

struct UsedCase {
  const char* number;
  const char* zone;
  const char* calendar;
  std::vector<std::pair<const char*, const char*>> stretches;  // UTC
  Duration used;
};

TEST(WorkedCasesTest, UseAsMuchAsMetricsSays) {
  const Duration minute = Duration::Minutes(1);
  const std::string friday_holiday = std::string(kTenToSix) + "; 2024-01-19 holiday";
  const char* varied = "mon-fri 09:00-17:00; tue 10:00-16:00; thu 10:00-16:00; sat 11:00-14:30";
  const std::vector<UsedCase> cases = {
      {"2 early", "Europe/Berlin", kDesk, {{"2013-03-21 09:30", "2013-03-21 10:00"}}, minute * 30},
      {"2 late", "Europe/Berlin", kDesk, {{"2013-03-21 09:30", "2013-03-21 14:00"}}, minute * 270},
      {"6 first",
       "Europe/Berlin",
       kDaily,
       {{"2013-06-04 09:00", "2013-06-04 10:00"}, {"2013-06-04 10:30", "2013-06-04 10:45"}},
       minute * 75},
      {"6 resolution",
       "Europe/Berlin",
       kDaily,
       {{"2013-06-04 09:00", "2013-06-04 10:00"}, {"2013-06-04 10:30", "2013-06-04 12:00"}},
       minute * 150},
      {"7 b", "Europe/Berlin", kDaily, {{"2013-06-04 10:30", "2013-06-04 11:00"}}, minute * 30},
      {"7 c",
       "Europe/Berlin",
       kDaily,
       {{"2013-06-04 10:30", "2013-06-04 11:00"}, {"2013-06-04 11:30", "2013-06-04 12:00"}},
       minute * 60},
      {"14", "UTC", kNineToFive, {{"2022-03-20 00:00", "2022-03-26 23:59"}},
       Duration::Seconds(144'000)},
      {"17 paused",
       "UTC",
       friday_holiday.c_str(),
       {{"2024-01-18 17:50", "2024-01-22 12:30"}},
       Duration::Seconds(9600)},
      {"17 used",
       "UTC",
       friday_holiday.c_str(),
       {{"2024-01-18 17:30", "2024-01-18 17:50"}, {"2024-01-22 12:30", "2024-01-22 13:00"}},
       Duration::Seconds(3000)},
      {"19 week", "UTC", varied, {{"2006-01-01 00:00", "2006-01-08 00:00"}}, minute * 2370},
      {"19 Thu to Fri", "UTC", varied, {{"2006-01-05 12:00", "2006-01-06 12:00"}}, minute * 420},
      {"19 reversed", "UTC", varied, {{"2006-01-06 12:00", "2006-01-05 12:00"}}, {}},
      {"25", "UTC", "24x7", {{"2024-01-19 14:00", "2024-01-19 14:10"}}, Duration::Seconds(600)},
  };
  for (const UsedCase& c : cases) {
    const Calendar calendar = Open(c.zone, c.calendar);
    Duration used;
    for (const auto& [from, to] : c.stretches) {
      used = used + calendar.OpenBetween(Utc(from), Utc(to));
    }
    EXPECT_EQ(used.millis(), c.used.millis()) << c.number;
  }
}

TEST(WorkedCasesTest, Case19CountsTwoWorkingDays) {
  const Calendar calendar =
      Open("UTC", "mon-fri 09:00-17:00; tue 10:00-16:00; thu 10:00-16:00; sat 11:00-14:30");
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2006-01-03 18:00"), 2), Utc("2006-01-06 09:00"));
}

std::string Opening(const char* zone, const char* calendar, const char* after) {
  const auto open = Open(zone, calendar).NextOpen(Utc(after));
  if (!open) return "none";
  return FormatRfc3339(open->begin) + " " + FormatRfc3339(open->end);
}

TEST(WorkedCasesTest, Case20MovesLocalTimesThatDaylightSavingSkipsOrRepeats) {
  EXPECT_EQ(Opening("America/Los_Angeles", "2014-03-09 shift 02:30-12:00", "2014-03-01 00:00"),
            "2014-03-09T10:30:00.000Z 2014-03-09T19:00:00.000Z");
  EXPECT_EQ(Opening("America/Los_Angeles", "2014-11-02 shift 01:30-12:00", "2014-11-01 00:00"),
            "2014-11-02T08:30:00.000Z 2014-11-02T20:00:00.000Z");
  // 24:00 is skipped and becomes 01:00 of the 18th.
  EXPECT_EQ(Opening("America/Sao_Paulo", "2015-10-17 shift 20:00-24:00", "2015-10-17 12:00"),
            "2015-10-17T23:00:00.000Z 2015-10-18T03:00:00.000Z");
  // Of the Sunday's interval nothing is left; the next one is a week later.
  EXPECT_EQ(Opening("America/Los_Angeles", "sun 02:30-03:15", "2006-04-01 12:00"),
            "2006-04-09T09:30:00.000Z 2006-04-09T10:15:00.000Z");
}

TEST(WorkedCasesTest, Case20TakesABreakOutOfADay) {
  const Calendar calendar = Open("UTC", "mon 09:00-17:00; 2014-01-06 break 13:30-15:30");
  const auto morning = calendar.NextOpen(Utc("2014-01-06 00:00"));
  EXPECT_EQ(morning, (OpenInterval{Utc("2014-01-06 09:00"), Utc("2014-01-06 13:30")}));
  const auto afternoon = calendar.NextOpen(morning->end);
  EXPECT_EQ(afternoon, (OpenInterval{Utc("2014-01-06 15:30"), Utc("2014-01-06 17:00")}));
}

}  // namespace
}  // namespace touchline::domain
