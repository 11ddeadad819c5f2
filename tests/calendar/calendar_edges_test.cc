#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/rfc3339.h"
#include "tests/calendar/calendar_text.h"

namespace touchline::domain {
namespace {

using test::At;
using test::Day;
using test::Open;
using test::Parts;
using test::Spec;
using test::Utc;
using ::testing::HasSubstr;

constexpr Duration kMs = Duration::Millis(1);
constexpr const char* kNineToFive = "mon-fri 09:00-17:00";

std::string Refusal(const CalendarSpec& spec) {
  const auto built = Calendar::Build(spec);
  return built ? "none" : built.error();
}

// All stretches that begin before `until`.
std::vector<std::string> Stretches(const Calendar& calendar, EventTime from, EventTime until) {
  std::vector<std::string> stretches;
  for (auto open = calendar.NextOpen(from); open && open->begin < until;
       open = calendar.NextOpen(open->end)) {
    stretches.push_back(FormatRfc3339(open->begin) + " " + FormatRfc3339(open->end));
  }
  return stretches;
}

TEST(CalendarBuildTest, RefusesACalendarThatCanNeverOpen) {
  EXPECT_EQ(Refusal(Spec("UTC", "")), "can never open");
  EXPECT_EQ(Refusal(Spec("UTC", "2024-01-15 shift")), "can never open");
  EXPECT_EQ(Refusal(Spec("UTC", "2024-01-15 shift 09:00-17:00; 2024-01-15 break 00:00-24:00")),
            "can never open");
}

TEST(CalendarBuildTest, RefusesACalendarWhoseOnlyIntervalIsEmptiedByTheGap) {
  EXPECT_EQ(Refusal(Spec("America/Los_Angeles", "2006-04-02 shift 02:30-03:15")),
            "can never open");
}

TEST(CalendarBuildTest, RefusesACalendarThatOpensOnlyOnADateTheZoneSkips) {
  EXPECT_EQ(Refusal(Spec("Pacific/Apia", "2011-12-30 shift 09:00-17:00")), "can never open");
}

TEST(CalendarBuildTest, RefusesACalendarThatOpensOnlyBeforeItsRange) {
  CalendarSpec spec = Spec("Asia/Tokyo", "");
  spec.shifts[CivilDate::FromDays(-1)] = Parts("00:00-24:00");
  EXPECT_EQ(Refusal(spec), "can never open");
}

TEST(CalendarBuildTest, AcceptsACalendarThatOpensOnce) {
  EXPECT_EQ(Refusal(Spec("UTC", "2024-01-15 shift 09:00-09:01")), "none");
}

TEST(CalendarBuildTest, RefusesAZoneThatTheMachineLacks) {
  EXPECT_THAT(Refusal(Spec("Europe/Berlinn", kNineToFive)), HasSubstr("'Europe/Berlinn'"));
}

TEST(CalendarBuildTest, RefusesIntervalsThatOverlapOrLeaveTheDay) {
  for (const char* bad : {"mon 09:00-12:00 11:59-13:00", "mon 09:00-09:00", "mon 10:00-09:00",
                          "mon 09:00-24:01", "2024-01-15 shift 09:00-08:00",
                          "mon 09:00-17:00; 2024-01-15 break 10:00-11:00 10:30-10:40"}) {
    EXPECT_THAT(Refusal(Spec("UTC", bad)), HasSubstr("interval")) << bad;
  }
}

TEST(CalendarBuildTest, RefusesHoursBesides24x7) {
  EXPECT_THAT(Refusal(Spec("UTC", "24x7; mon 09:00-17:00")), HasSubstr("24x7"));
  EXPECT_THAT(Refusal(Spec("UTC", "24x7; 2024-01-01 holiday")), HasSubstr("24x7"));
}

TEST(FindBadIntervalTest, AcceptsIntervalsThatTouchInAnyOrderUpTo2400) {
  EXPECT_EQ(FindBadInterval(Parts("12:00-24:00 00:00-12:00")), -1);
  EXPECT_EQ(FindBadInterval({}), -1);
}

TEST(FindBadIntervalTest, NamesTheSecondOfTwoThatOverlap) {
  EXPECT_EQ(FindBadInterval(Parts("09:00-12:00 13:00-14:00 11:59-12:30")), 2);
  EXPECT_EQ(FindBadInterval({{-1, 5}}), 0);
}

TEST(CalendarTest, IsOpenAtAnOpeningAndClosedAtAClosing) {
  const Calendar calendar = Open("UTC", kNineToFive);
  EXPECT_FALSE(calendar.IsOpen(Utc("2024-01-15 09:00") - kMs));
  EXPECT_TRUE(calendar.IsOpen(Utc("2024-01-15 09:00")));
  EXPECT_TRUE(calendar.IsOpen(Utc("2024-01-15 17:00") - kMs));
  EXPECT_FALSE(calendar.IsOpen(Utc("2024-01-15 17:00")));
}

TEST(CalendarTest, CountsEachMillisecondOnceAroundAnEdge) {
  const Calendar calendar = Open("UTC", kNineToFive);
  const EventTime opening = Utc("2024-01-15 09:00"), closing = Utc("2024-01-15 17:00");
  EXPECT_EQ(calendar.OpenBetween(opening - kMs, opening + kMs), kMs);
  EXPECT_EQ(calendar.OpenBetween(closing - kMs, closing + kMs), kMs);
  EXPECT_EQ(calendar.OpenBetween(opening - kMs, opening), Duration());
  EXPECT_EQ(calendar.OpenBetween(closing, closing + kMs), Duration());
}

TEST(CalendarTest, OpenTimeOfAReversedOrEmptyRangeIsZero) {
  const Calendar calendar = Open("UTC", kNineToFive);
  EXPECT_EQ(calendar.OpenBetween(Utc("2024-01-16 12:00"), Utc("2024-01-15 12:00")), Duration());
  EXPECT_EQ(calendar.OpenBetween(Utc("2024-01-16 12:00"), Utc("2024-01-16 12:00")), Duration());
}

TEST(CalendarTest, FallsDueAtTheClosingWhenDueExactlyThenAndAMillisecondLaterAfterTheNextOpening) {
  const Calendar calendar = Open("UTC", kNineToFive);
  const EventTime friday = Utc("2024-01-19 16:00");
  EXPECT_EQ(calendar.AfterOpen(friday, Duration::Hours(1) - kMs), Utc("2024-01-19 17:00") - kMs);
  EXPECT_EQ(calendar.AfterOpen(friday, Duration::Hours(1)), Utc("2024-01-19 17:00"));
  EXPECT_EQ(calendar.AfterOpen(friday, Duration::Hours(1) + kMs), Utc("2024-01-22 09:00") + kMs);
}

TEST(CalendarTest, FallsDueAtTheStartWhenNoTimeIsLeftOpenOrNot) {
  const Calendar calendar = Open("UTC", kNineToFive);
  EXPECT_EQ(calendar.AfterOpen(Utc("2024-01-20 12:00"), {}), Utc("2024-01-20 12:00"));
  EXPECT_EQ(calendar.AfterOpen(Utc("2024-01-19 12:00"), {}), Utc("2024-01-19 12:00"));
  EXPECT_EQ(calendar.AfterOpen(Utc("2024-01-20 12:00"), Duration() - kMs),
            Utc("2024-01-20 12:00"));
}

TEST(CalendarTest, TakesSeveralIntervalsADayInAnyOrder) {
  const Calendar calendar = Open("UTC", "mon 13:00-17:00 08:00-12:00");
  EXPECT_EQ(calendar.AfterOpen(Utc("2024-01-15 11:00"), Duration::Hours(2)),
            Utc("2024-01-15 14:00"));
}

TEST(CalendarTest, JoinsIntervalsThatTouch) {
  const Calendar calendar = Open("UTC", "mon 12:00-17:00 08:00-12:00");
  EXPECT_EQ(calendar.NextOpen(Utc("2024-01-15 00:00")),
            (OpenInterval{Utc("2024-01-15 08:00"), Utc("2024-01-15 17:00")}));
}

TEST(CalendarTest, LetsAShiftReplaceADay) {
  const Calendar calendar = Open("UTC", "mon-fri 09:00-17:00; 2024-01-16 shift 06:00-07:00");
  EXPECT_EQ(calendar.OpenBetween(Utc("2024-01-16 00:00"), Utc("2024-01-17 00:00")),
            Duration::Hours(1));
  EXPECT_TRUE(calendar.IsOpen(Utc("2024-01-16 06:30")));
}

TEST(CalendarTest, LetsAShiftOpenAClosedDayAndCloseAnOpenOne) {
  const Calendar calendar =
      Open("UTC", "mon-fri 09:00-17:00; 2024-01-20 shift 10:00-12:00; 2024-01-16 shift");
  EXPECT_EQ(calendar.OpenBetween(Utc("2024-01-15 00:00"), Utc("2024-01-22 00:00")),
            Duration::Hours(4 * 8 + 2));
}

TEST(CalendarTest, LetsAShiftGoBeforeAHoliday) {
  const Calendar calendar =
      Open("UTC", "mon-fri 09:00-17:00; 2024-12-24 holiday; 2024-12-24 shift 09:00-12:00");
  EXPECT_EQ(calendar.OpenBetween(Utc("2024-12-24 00:00"), Utc("2024-12-25 00:00")),
            Duration::Hours(3));
}

TEST(CalendarTest, ClosesAHolidayForTheWholeLocalDayAndNotAMillisecondLonger) {
  const Calendar calendar = Open("Asia/Kathmandu", "daily 00:00-24:00; 2024-01-16 holiday");
  const EventTime from = At("2024-01-16T00:00:00+05:45"), to = At("2024-01-17T00:00:00+05:45");
  EXPECT_EQ(calendar.OpenBetween(from, to), Duration());
  EXPECT_TRUE(calendar.IsOpen(from - kMs));
  EXPECT_FALSE(calendar.IsOpen(from));
  EXPECT_FALSE(calendar.IsOpen(to - kMs));
  EXPECT_TRUE(calendar.IsOpen(to));
}

TEST(CalendarTest, ClosesAHolidayOf23HoursAndOneOf25) {
  const Calendar calendar =
      Open("Europe/Berlin", "daily 00:00-24:00; 2024-03-31 holiday; 2024-10-27 holiday");
  const auto closed = [&](const char* from, const char* to) {
    const Duration whole = At(to) - At(from);
    return (whole - calendar.OpenBetween(At(from), At(to))).millis() / 3'600'000;
  };
  EXPECT_EQ(closed("2024-03-30T12:00:00Z", "2024-04-01T12:00:00Z"), 23);
  EXPECT_EQ(closed("2024-10-26T12:00:00Z", "2024-10-28T12:00:00Z"), 25);
}

TEST(CalendarTest, TakesBreaksOutOfHoursShiftsAndNothingElse) {
  const Calendar calendar =
      Open("UTC",
           "mon-fri 09:00-17:00; 2024-01-16 break 08:00-10:00 12:00-13:00 16:30-24:00;"
           "2024-01-17 shift 06:00-08:00; 2024-01-17 break 07:00-07:30;"
           "2024-01-20 break 09:00-12:00");
  EXPECT_THAT(Stretches(calendar, Utc("2024-01-16 00:00"), Utc("2024-01-22 00:00")),
              ::testing::ElementsAre("2024-01-16T10:00:00.000Z 2024-01-16T12:00:00.000Z",
                                     "2024-01-16T13:00:00.000Z 2024-01-16T16:30:00.000Z",
                                     "2024-01-17T06:00:00.000Z 2024-01-17T07:00:00.000Z",
                                     "2024-01-17T07:30:00.000Z 2024-01-17T08:00:00.000Z",
                                     "2024-01-18T09:00:00.000Z 2024-01-18T17:00:00.000Z",
                                     "2024-01-19T09:00:00.000Z 2024-01-19T17:00:00.000Z"));
}

TEST(CalendarTest, ABreakOfTheWholeOpenTimeClosesTheDay) {
  const Calendar calendar = Open("UTC", "mon-fri 09:00-17:00; 2024-01-16 break 09:00-17:00");
  EXPECT_EQ(calendar.AfterOpen(Utc("2024-01-15 16:30"), Duration::Hours(1)),
            Utc("2024-01-17 09:30"));
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-15 10:00"), 1), Utc("2024-01-17 10:00"));
}

TEST(CalendarTest, Of24x7IsSeamlessOverTheWholeRangeAndEverySkipAndRepeat) {
  for (const char* zone : {"UTC", "Europe/Berlin", "Pacific/Apia", "America/Sao_Paulo"}) {
    const Calendar calendar = Open(zone, "24x7");
    EXPECT_EQ(calendar.OpenBetween(Calendar::kBegin, Calendar::kEnd),
              Calendar::kEnd - Calendar::kBegin);
    EXPECT_EQ(calendar.NextOpen(Calendar::kBegin),
              (OpenInterval{Calendar::kBegin, Calendar::kEnd}))
        << zone;
    const EventTime t = At("2011-12-29T23:59:59.999Z");
    EXPECT_EQ(calendar.AfterOpen(t, Duration::Days(9)), t + Duration::Days(9)) << zone;
  }
}

TEST(CalendarTest, Of0000To2400IsSeamlessAtMidnightAlsoWhereItIsSkippedOrComesTwice) {
  for (const char* zone : {"America/Sao_Paulo", "America/Havana", "America/St_Johns",
                           "Pacific/Apia", "Australia/Lord_Howe"}) {
    const Calendar calendar = Open(zone, "daily 00:00-24:00; 2000-01-01 shift 00:00-24:00");
    EXPECT_EQ(calendar.OpenBetween(Calendar::kBegin, Calendar::kEnd),
              Calendar::kEnd - Calendar::kBegin)
        << zone;
  }
}

TEST(CalendarTest, GoesOnAcrossAMidnightThatTwoIntervalsMeetAt) {
  const Calendar calendar = Open("UTC", "mon 22:00-24:00; tue 00:00-06:00; sun 20:00-24:00");
  EXPECT_EQ(calendar.NextOpen(Utc("2024-01-15 12:00")),
            (OpenInterval{Utc("2024-01-15 22:00"), Utc("2024-01-16 06:00")}));
  EXPECT_EQ(calendar.NextOpen(Utc("2024-01-21 23:00")),
            (OpenInterval{Utc("2024-01-21 23:00"), Utc("2024-01-22 00:00")}));
}

TEST(CalendarTest, CountsADayOf23HoursAndOneOf25) {
  const Calendar calendar = Open("Europe/Berlin", "sun 00:00-24:00");
  EXPECT_EQ(calendar.OpenBetween(Utc("2024-03-30 12:00"), Utc("2024-04-01 12:00")),
            Duration::Hours(23));
  EXPECT_EQ(calendar.OpenBetween(Utc("2024-10-26 12:00"), Utc("2024-10-28 12:00")),
            Duration::Hours(25));
}

TEST(CalendarTest, MovesAnIntervalThatLiesInTheGapForwardAsAWhole) {
  const Calendar calendar = Open("Europe/Berlin", "sun 02:10-02:40");
  EXPECT_EQ(calendar.NextOpen(Utc("2024-03-30 12:00")),
            (OpenInterval{Utc("2024-03-31 01:10"), Utc("2024-03-31 01:40")}));
}

TEST(CalendarTest, CountsOnceWhatTheGapLaysOverAnotherInterval) {
  const Calendar calendar = Open("Europe/Berlin", "sun 02:00-02:30 03:15-04:00");
  // 03:00-03:30 and 03:15-04:00 of summer time.
  EXPECT_EQ(calendar.NextOpen(Utc("2024-03-30 12:00")),
            (OpenInterval{Utc("2024-03-31 01:00"), Utc("2024-03-31 02:00")}));
  EXPECT_EQ(calendar.OpenBetween(Utc("2024-03-30 12:00"), Utc("2024-04-01 12:00")),
            Duration::Hours(1));
}

TEST(CalendarTest, TakesTheFirstOfTwoPassagesThroughARepeatedInterval) {
  const Calendar calendar = Open("Europe/Berlin", "sun 02:10-02:40");
  EXPECT_EQ(calendar.NextOpen(Utc("2024-10-26 12:00")),
            (OpenInterval{Utc("2024-10-27 00:10"), Utc("2024-10-27 00:40")}));
}

TEST(CalendarTest, TakesHalfAnHourForTheGapOfLordHowe) {
  const Calendar calendar = Open("Australia/Lord_Howe", "sun 02:00-02:20 02:40-03:00");
  // From +10:30 to +11:00 at 02:00: 02:30-02:50 and 02:40-03:00.
  EXPECT_EQ(calendar.NextOpen(At("2023-10-01T00:00:00+10:30")),
            (OpenInterval{At("2023-10-01T02:30:00+11:00"), At("2023-10-01T03:00:00+11:00")}));
}

TEST(CalendarTest, HasNoOpenTimeOnADateThatTheZoneSkips) {
  // In Apia Friday, 30 December 2011, never came.
  const Calendar calendar = Open("Pacific/Apia", "mon-fri 09:00-17:00");
  EXPECT_EQ(calendar.OpenBetween(At("2011-12-29T17:00:00-10:00"), At("2012-01-02T00:00:00+14:00")),
            Duration());
  EXPECT_EQ(calendar.AfterOpen(At("2011-12-29T16:00:00-10:00"), Duration::Hours(2)),
            At("2012-01-02T10:00:00+14:00"));
  EXPECT_EQ(calendar.AfterWorkingDays(At("2011-12-29T10:00:00-10:00"), 1),
            At("2012-01-02T10:00:00+14:00"));
}

TEST(CalendarTest, LetsABreakThatTheGapEmptiesDisappear) {
  const Calendar calendar =
      Open("America/Los_Angeles", "sun 00:00-06:00; 2006-04-02 break 02:30-03:15");
  EXPECT_EQ(calendar.OpenBetween(Utc("2006-04-02 00:00"), Utc("2006-04-03 00:00")),
            Duration::Hours(5));
}

TEST(CalendarTest, IsClosedBeforeItsRangeAndAfterIt) {
  const Calendar calendar = Open("UTC", "24x7");
  EXPECT_FALSE(calendar.IsOpen(Calendar::kBegin - kMs));
  EXPECT_TRUE(calendar.IsOpen(Calendar::kBegin));
  EXPECT_TRUE(calendar.IsOpen(Calendar::kEnd - kMs));
  EXPECT_FALSE(calendar.IsOpen(Calendar::kEnd));
  EXPECT_FALSE(calendar.IsOpen(EventTime::Min()));
  EXPECT_FALSE(calendar.IsOpen(EventTime::Max()));
  EXPECT_EQ(calendar.OpenBetween(EventTime::Min(), EventTime::Max()),
            Calendar::kEnd - Calendar::kBegin);
}

TEST(CalendarTest, IsOpenFromTheFirstInstantToTheLastInEveryPartOfTheWorld) {
  for (const char* zone : {"Pacific/Kiritimati", "Pacific/Pago_Pago"}) {
    const Calendar calendar = Open(zone, "daily 00:00-24:00");
    EXPECT_EQ(calendar.NextOpen(EventTime::Min()),
              (OpenInterval{Calendar::kBegin, Calendar::kEnd}))
        << zone;
  }
}

TEST(CalendarTest, CountsOfADateThatBeginsBeforeItsRangeOnlyWhatIsInIt) {
  const Calendar calendar = Open("Asia/Tokyo", "1970-01-01 shift 00:00-24:00");
  EXPECT_EQ(calendar.NextOpen(EventTime::Min()),
            (OpenInterval{Calendar::kBegin, Utc("1970-01-01 15:00")}));
  EXPECT_EQ(calendar.OpenBetween(EventTime::Min(), EventTime::Max()), Duration::Hours(15));
}

TEST(CalendarTest, NeverFallsDueWithLessOpenTimeThanIsLeft) {
  const Calendar calendar = Open("UTC", "2024-01-15 shift 09:00-10:00");
  EXPECT_EQ(calendar.AfterOpen(Utc("2024-01-01 00:00"), Duration::Hours(1)),
            Utc("2024-01-15 10:00"));
  EXPECT_EQ(calendar.AfterOpen(Utc("2024-01-01 00:00"), Duration::Hours(1) + kMs),
            EventTime::Max());
  EXPECT_EQ(calendar.AfterOpen(Utc("2024-01-15 10:00"), kMs), EventTime::Max());
  EXPECT_EQ(calendar.AfterOpen(EventTime::Max(), kMs), EventTime::Max());
  EXPECT_EQ(calendar.AfterOpen(EventTime::Min(), Duration::Millis(INT64_MAX)), EventTime::Max());
}

TEST(CalendarTest, HasNoNextOpenAfterItsLastClosing) {
  const Calendar calendar = Open("UTC", "2024-01-15 shift 09:00-10:00");
  EXPECT_TRUE(calendar.NextOpen(Utc("2024-01-15 10:00") - kMs));
  EXPECT_EQ(calendar.NextOpen(Utc("2024-01-15 10:00")), std::nullopt);
  EXPECT_EQ(calendar.NextOpen(EventTime::Max()), std::nullopt);
}

TEST(CalendarTest, KeepsTheLocalTimeSoManyOpenDatesLater) {
  const Calendar calendar = Open("UTC", "mon-fri 09:00-17:00; 2024-01-16 holiday");
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-15 11:30") + kMs, 1),
            Utc("2024-01-17 11:30") + kMs);
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-19 11:30"), 5), Utc("2024-01-26 11:30"));
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-20 11:30"), 1), Utc("2024-01-22 11:30"));
}

TEST(CalendarTest, KeepsTheLocalTimeOfWorkingDaysAcrossDaylightSaving) {
  const Calendar calendar = Open("Europe/Berlin", kNineToFive);
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-03-29 10:00"), 1), Utc("2024-04-01 09:00"));
}

TEST(CalendarTest, CountsAClosingAsOpenAfterWorkingDays) {
  const Calendar calendar = Open("UTC", kNineToFive);
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-15 17:00"), 2), Utc("2024-01-17 17:00"));
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-15 17:00") + kMs, 2), Utc("2024-01-18 09:00"));
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-15 09:00") - kMs, 2), Utc("2024-01-17 09:00"));
}

TEST(CalendarTest, WithNoWorkingDaysMovesOnlyWhatIsClosed) {
  const Calendar calendar = Open("UTC", kNineToFive);
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-15 12:00"), 0), Utc("2024-01-15 12:00"));
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-20 12:00"), 0), Utc("2024-01-22 09:00"));
}

TEST(CalendarTest, NeverComesToMoreWorkingDaysThanAreLeft) {
  const Calendar calendar = Open("UTC", "2024-01-15 shift 09:00-10:00");
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-01 09:30"), 1), Utc("2024-01-15 09:30"));
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-01 09:30"), 2), EventTime::Max());
  EXPECT_EQ(calendar.AfterWorkingDays(Utc("2024-01-15 10:00") + kMs, 0), EventTime::Max());
  EXPECT_EQ(calendar.AfterWorkingDays(EventTime::Max(), 1), EventTime::Max());
  EXPECT_EQ(calendar.AfterWorkingDays(EventTime::Min(), 1), Utc("2024-01-15 09:00"));
}

}  // namespace
}  // namespace touchline::domain
