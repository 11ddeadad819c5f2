// Dates, and what base/ knows of zones beyond the start of a day.

#include <gtest/gtest.h>

#include <string>

#include "base/civil_date.h"
#include "base/rfc3339.h"
#include "tests/calendar/calendar_text.h"

namespace touchline {
namespace {

using test::At;
using test::Day;

TimeZone Zone(const char* name) { return *TimeZone::Load(name); }

std::string Instant(const char* zone, const char* date, Duration of_day) {
  return FormatRfc3339(Zone(zone).ToInstant({Day(date), of_day}));
}

TEST(CivilDateTest, ReadsOnlyWholeDatesOfTheYearsThatEventsMayHave) {
  EXPECT_EQ(CivilDate::Parse("2024-02-29")->days(), 19'782);
  EXPECT_EQ(CivilDate::Parse("1970-01-01")->days(), 0);
  EXPECT_TRUE(CivilDate::Parse("2199-12-31"));
  for (const char* bad : {"2023-02-29", "1969-12-31", "2200-01-01", "2024-2-29", "2024-02-29 ",
                          "20240229", "2024-13-01", "2024-00-01", "2024-01-00", ""}) {
    EXPECT_FALSE(CivilDate::Parse(bad)) << bad;
  }
}

TEST(CivilDateTest, WritesWhatItReads) {
  EXPECT_EQ(Day("2024-02-29").ToString(), "2024-02-29");
  EXPECT_EQ((Day("2024-02-29") + 1).ToString(), "2024-03-01");
}

TEST(CivilDateTest, CountsWeekdaysFromMondayOnBothSidesOfTheEpoch) {
  EXPECT_EQ(Day("1970-01-01").weekday(), 3);
  EXPECT_EQ(Day("2024-01-15").weekday(), 0);
  EXPECT_EQ(CivilDate::FromDays(-4).weekday(), 6);
  EXPECT_EQ(CivilDate::FromDays(-3).weekday(), 0);
}

TEST(TimeZoneTest, MovesASkippedLocalTimeForwardByTheGap) {
  EXPECT_EQ(Instant("America/Los_Angeles", "2014-03-09", Duration::Minutes(150)),
            "2014-03-09T10:30:00.000Z");
  EXPECT_EQ(Instant("Australia/Lord_Howe", "2023-10-01", Duration::Minutes(135)),
            "2023-09-30T15:45:00.000Z");
}

TEST(TimeZoneTest, TakesTheFirstOfALocalTimeThatComesTwice) {
  EXPECT_EQ(Instant("America/Los_Angeles", "2014-11-02", Duration::Minutes(90)),
            "2014-11-02T08:30:00.000Z");
}

TEST(TimeZoneTest, Takes24HoursForMidnightOfTheNextDateAndKeepsMilliseconds) {
  EXPECT_EQ(Instant("Europe/Berlin", "2024-02-29", Duration::Hours(24)),
            "2024-02-29T23:00:00.000Z");
  EXPECT_EQ(Instant("Asia/Kathmandu", "2024-02-29", Duration::Millis(1)),
            "2024-02-28T18:15:00.001Z");
}

TEST(TimeZoneTest, ReadsTheClockOnTheWall) {
  const TimeZone berlin = Zone("Europe/Berlin");
  EXPECT_EQ(berlin.ToLocal(At("2024-06-30T22:00:00.001Z")),
            (LocalTime{Day("2024-07-01"), Duration::Millis(1)}));
  // 02:30 comes twice.
  for (const char* twice : {"2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"}) {
    EXPECT_EQ(berlin.ToLocal(At(twice)), (LocalTime{Day("2024-10-27"), Duration::Minutes(150)}));
  }
  EXPECT_EQ(TimeZone().ToLocal(EventTime::FromMillis(-1)),
            (LocalTime{CivilDate::FromDays(-1), Duration::Hours(24) - Duration::Millis(1)}));
}

TEST(TimeZoneTest, StartsADateThatItSkipsWholeWhereTheNextOneStarts) {
  const TimeZone apia = Zone("Pacific/Apia");
  EXPECT_EQ(apia.StartOfDay(Day("2011-12-30")), At("2011-12-30T10:00:00Z"));
  EXPECT_EQ(apia.StartOfDay(Day("2011-12-31")), At("2011-12-30T10:00:00Z"));
}

TEST(TimeZoneTest, FindsTheJumpsAndTheDatesTheyTouch) {
  const auto spring = Zone("Europe/Berlin").NextJump(At("2150-01-01T00:00:00Z"));
  ASSERT_TRUE(spring);
  EXPECT_EQ(spring->at, At("2150-03-29T01:00:00Z"));
  EXPECT_EQ(spring->first, Day("2150-03-29"));
  EXPECT_EQ(spring->last, Day("2150-03-29"));
  const auto autumn = Zone("Europe/Berlin").NextJump(spring->at);
  EXPECT_EQ(autumn->at, At("2150-10-25T01:00:00Z"));
  const auto skipped = Zone("Pacific/Apia").NextJump(At("2011-12-01T00:00:00Z"));
  EXPECT_EQ(skipped->at, At("2011-12-30T10:00:00Z"));
  EXPECT_EQ(skipped->first, Day("2011-12-30"));
  EXPECT_EQ(skipped->last, Day("2011-12-31"));
  // At midnight the clocks go back to 23:00 of the day before.
  const auto back = Zone("America/Sao_Paulo").NextJump(At("2015-02-01T00:00:00Z"));
  EXPECT_EQ(back->at, At("2015-02-22T02:00:00Z"));
  EXPECT_EQ(back->first, Day("2015-02-21"));
  EXPECT_EQ(back->last, Day("2015-02-22"));
  EXPECT_FALSE(TimeZone().NextJump(EventTime::FromMillis(0)));
}

}  // namespace
}  // namespace touchline
