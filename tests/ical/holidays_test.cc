#include "adapters/ical/holidays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace touchline::ical {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A calendar whose line 1 is BEGIN:VCALENDAR.
std::string Calendar(const std::string& components) {
  return "BEGIN:VCALENDAR\r\n" + components + "END:VCALENDAR\r\n";
}

// An event; as the first of a calendar its BEGIN is line 2, and its properties begin in line 3.
std::string Event(const std::vector<std::string>& properties) {
  std::string text = "BEGIN:VEVENT\r\n";
  for (const std::string& property : properties) text += property + "\r\n";
  return text + "END:VEVENT\r\n";
}

std::vector<std::string> Texts(const std::set<CivilDate>& dates) {
  std::vector<std::string> texts;
  for (const CivilDate date : dates) texts.push_back(date.ToString());
  return texts;
}

std::vector<std::string> DatesOf(const std::string& components) {
  const Holidays found = ReadHolidays(Calendar(components));
  for (const Problem& problem : found.problems) {
    ADD_FAILURE() << problem.line << ": " << problem.message;
  }
  return Texts(found.dates);
}

std::vector<std::string> ProblemsOfText(const std::string& text) {
  std::vector<std::string> lines;
  for (const Problem& problem : ReadHolidays(text).problems) {
    lines.push_back(std::to_string(problem.line) + ": " + problem.message);
  }
  return lines;
}

std::vector<std::string> ProblemsOf(const std::string& components) {
  return ProblemsOfText(Calendar(components));
}

TEST(HolidaysTest, OfAnEventWithoutAnEndIsOneDay) {
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:20241225"})), ElementsAre("2024-12-25"));
}

TEST(HolidaysTest, EndTheDayBeforeDtend) {
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:20241225", "DTEND;VALUE=DATE:20241226"})),
              ElementsAre("2024-12-25"));
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:20241230", "DTEND;VALUE=DATE:20250102"})),
              ElementsAre("2024-12-30", "2024-12-31", "2025-01-01"));
}

TEST(HolidaysTest, LastForADurationOfDaysOrWeeks) {
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:20240228", "DURATION:P2D"})),
              ElementsAre("2024-02-28", "2024-02-29"));
  EXPECT_EQ(DatesOf(Event({"DTSTART;VALUE=DATE:20240228", "DURATION:P1W"})).size(), 7U);
}

TEST(HolidaysTest, RepeatYearlyToTheEndOf2199) {
  const auto dates = DatesOf(Event({"DTSTART;VALUE=DATE:20241225", "RRULE:FREQ=YEARLY"}));
  EXPECT_EQ(dates.size(), 176U);
  EXPECT_EQ(dates.front(), "2024-12-25");
  EXPECT_EQ(dates.back(), "2199-12-25");
}

TEST(HolidaysTest, OfARuleFromBefore1970BeginThen) {
  const auto dates = DatesOf(Event({"DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=YEARLY"}));
  EXPECT_EQ(dates.size(), 230U);
  EXPECT_EQ(dates.front(), "1970-01-01");
}

TEST(HolidaysTest, EndTheirRepetitionByCountOrWithUntilWhichIsInclusive) {
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:20241225", "RRULE:FREQ=YEARLY;COUNT=2"})),
              ElementsAre("2024-12-25", "2025-12-25"));
  EXPECT_THAT(
      DatesOf(Event({"DTSTART;VALUE=DATE:20241225", "RRULE:FREQ=YEARLY;UNTIL=20261225"})),
      ElementsAre("2024-12-25", "2025-12-25", "2026-12-25"));
}

TEST(HolidaysTest, RepeatOnTheFourthThursdayOfNovember) {
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:20231123",
                             "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3"})),
              ElementsAre("2023-11-23", "2024-11-28", "2025-11-27"));
}

TEST(HolidaysTest, OfALeapDayRepeatOnlyInLeapYears) {
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY;COUNT=2"})),
              ElementsAre("2024-02-29", "2028-02-29"));
}

TEST(HolidaysTest, RepeatAllDaysOfAnEventOfSeveral) {
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:20241231", "DTEND;VALUE=DATE:20250102",
                             "RRULE:FREQ=YEARLY;COUNT=2"})),
              ElementsAre("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"));
}

TEST(HolidaysTest, LeaveOutWhatExdateNamesOneOrSeveral) {
  const std::string start = "DTSTART;VALUE=DATE:20201225", rule = "RRULE:FREQ=YEARLY;COUNT=5";
  EXPECT_THAT(DatesOf(Event({start, rule, "EXDATE;VALUE=DATE:20201225"})),
              ElementsAre("2021-12-25", "2022-12-25", "2023-12-25", "2024-12-25"));
  EXPECT_THAT(DatesOf(Event({start, rule, "EXDATE;VALUE=DATE:20211225,20221225",
                             "EXDATE;VALUE=DATE:20241225"})),
              ElementsAre("2020-12-25", "2023-12-25"));
}

TEST(HolidaysTest, TakeInWhatRdateNames) {
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:20240401", "RDATE;VALUE=DATE:20250421,20260406",
                             "DTEND;VALUE=DATE:20240403"})),
              ElementsAre("2024-04-01", "2024-04-02", "2025-04-21", "2025-04-22", "2026-04-06",
                          "2026-04-07"));
}

TEST(HolidaysTest, MoveARepetitionThatAnotherEventReplaces) {
  const std::string master = Event(
      {"UID:a", "DTSTART;VALUE=DATE:20240610", "RRULE:FREQ=YEARLY;COUNT=3"});
  const std::string moved = Event(
      {"UID:a", "RECURRENCE-ID;VALUE=DATE:20250610", "DTSTART;VALUE=DATE:20250613"});
  EXPECT_THAT(DatesOf(master + moved), ElementsAre("2024-06-10", "2025-06-13", "2026-06-10"));
  const std::string stranger = Event(
      {"UID:b", "RECURRENCE-ID;VALUE=DATE:20260610", "DTSTART;VALUE=DATE:20260613"});
  EXPECT_THAT(DatesOf(master + stranger),
              ElementsAre("2024-06-10", "2025-06-10", "2026-06-10", "2026-06-13"));
}

TEST(HolidaysTest, LeaveOutWhatIsCancelledAnEventOrOneRepetition) {
  const std::string kept = Event(
      {"UID:a", "DTSTART;VALUE=DATE:20240610", "RRULE:FREQ=YEARLY;COUNT=2", "STATUS:CONFIRMED"});
  const std::string one = Event({"UID:a", "RECURRENCE-ID;VALUE=DATE:20250610",
                                 "DTSTART;VALUE=DATE:20250610", "STATUS:CANCELLED"});
  const std::string whole = Event({"UID:b", "DTSTART;VALUE=DATE:20240101", "STATUS:CANCELLED"});
  EXPECT_THAT(DatesOf(kept + one + whole), ElementsAre("2024-06-10"));
}

TEST(HolidaysTest, HaveNoEffectBefore1970AndAfter2199) {
  EXPECT_THAT(DatesOf(Event({"DTSTART;VALUE=DATE:19691231", "DTEND;VALUE=DATE:19700102"}) +
                      Event({"DTSTART;VALUE=DATE:21991231", "DTEND;VALUE=DATE:22000103"})),
              ElementsAre("1970-01-01", "2199-12-31"));
}

TEST(HolidaysTest, PassOverOtherComponentsAndProperties) {
  EXPECT_THAT(
      DatesOf("PRODID:-//x//y\r\nBEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
              "END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VTODO\r\nDTSTART;VALUE=DATE:20240101\r\n"
              "END:VTODO\r\n" +
              Event({"SUMMARY;LANGUAGE=de:Erster Weih", " nachtstag", "DTSTAMP:20240101T000000Z",
                     "DTSTART;VALUE=DATE:2024", " 1225", "BEGIN:VALARM",
                     "DTSTART;VALUE=DATE:20240505", "END:VALARM", "TRANSP:TRANSPARENT"})),
      ElementsAre("2024-12-25"));
}

TEST(HolidaysTest, ReadACalendarAfterACalendar) {
  EXPECT_THAT(Texts(ReadHolidays(Calendar(Event({"DTSTART;VALUE=DATE:20241225"})) +
                                 Calendar(Event({"DTSTART;VALUE=DATE:20241226"})))
                        .dates),
              ElementsAre("2024-12-25", "2024-12-26"));
}

TEST(HolidayProblemsTest, NameTheLineOfADateThatIsNone) {
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20230229"})),
              ElementsAre("3: DTSTART is no day: 20230229"));
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20241301"})),
              ElementsAre("3: DTSTART is no day: 20241301"));
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:soon"})),
              ElementsAre("3: DTSTART cannot be read"));
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:"})), ElementsAre("3: DTSTART cannot be read"));
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20240101", "RRULE:FREQ=YEARLY",
                                "EXDATE;VALUE=DATE:20250101,", " 2026x"})),
              ElementsAre("5: EXDATE cannot be read"));
}

TEST(HolidayProblemsTest, RefuseATimeOfDay) {
  for (const char* timed : {"DTSTART:20241225T100000Z", "DTSTART:20241225T000000",
                            "DTSTART;TZID=Europe/Berlin:20241225T100000"}) {
    EXPECT_THAT(ProblemsOf(Event({timed})), ElementsAre(HasSubstr("3: DTSTART is no date")));
  }
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20241225", "DTEND:20241225T120000"})),
              ElementsAre(HasSubstr("4: DTEND is no date")));
}

TEST(HolidayProblemsTest, RefuseAnEventWithoutDtstart) {
  EXPECT_THAT(ProblemsOf(Event({"SUMMARY:x"})),
              ElementsAre("2: this event has no DTSTART"));
}

TEST(HolidayProblemsTest, RefuseAnEventThatDoesNotEndAfterItBegins) {
  for (const char* end : {"DTEND;VALUE=DATE:20241225", "DTEND;VALUE=DATE:20241224"}) {
    EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20241225", end})),
                ElementsAre(HasSubstr("2: this event does not end after it begins")));
  }
}

TEST(HolidayProblemsTest, RefuseDtendWithDuration) {
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20241225", "DTEND;VALUE=DATE:20241226",
                                "DURATION:P1D"})),
              ElementsAre(HasSubstr("2: this event has both")));
}

TEST(HolidayProblemsTest, RefuseADurationThatIsNotWholeDays) {
  for (const char* duration : {"PT24H", "P1DT1H", "P0D", "-P1D", "P10001D"}) {
    EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20241225",
                                  "DURATION:" + std::string(duration)})),
                ElementsAre("4: DURATION is not a number of whole days, 1 to 10000"))
        << duration;
  }
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20241225", "DURATION:long"})),
              ElementsAre("4: DURATION cannot be read"));
}

TEST(HolidayProblemsTest, RefuseARuleThatCannotBeReadOrNeverComesTrue) {
  const std::string start = "DTSTART;VALUE=DATE:20241225";
  for (const char* rule : {"", "FREQ=SOMETIMES", "COUNT=2", "FREQ=YEARLY;COUNT=x",
                           "FREQ=YEARLY;INTERVAL=0", "FREQ=YEARLY;COUNT=2;UNTIL=20300101"}) {
    EXPECT_THAT(ProblemsOf(Event({start, "RRULE:" + std::string(rule)})),
                ElementsAre("4: RRULE cannot be read"))
        << rule;
  }
  for (const char* rule : {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;UNTIL=20241224",
                           "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}) {
    EXPECT_THAT(ProblemsOf(Event({start, "RRULE:" + std::string(rule)})),
                ElementsAre("4: RRULE never comes true"))
        << rule;
  }
  EXPECT_THAT(ProblemsOf(Event({start, "RRULE:FREQ=HOURLY"})),
              ElementsAre(HasSubstr("4: RRULE repeats within a day")));
  EXPECT_THAT(ProblemsOf(Event({start, "EXRULE:FREQ=YEARLY"})),
              ElementsAre(HasSubstr("4: EXRULE is not supported")));
}

TEST(HolidayProblemsTest, RefuseWhatStandsTwice) {
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20241225", "DTSTART;VALUE=DATE:20241226"})),
              ElementsAre("4: DTSTART stands in this event a second time"));
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20241225,20241226"})),
              ElementsAre("3: DTSTART cannot be read"));
}

TEST(HolidayProblemsTest, RefuseARange) {
  EXPECT_THAT(ProblemsOf(Event({"RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20250610",
                                "DTSTART;VALUE=DATE:20250613"})),
              ElementsAre("3: RECURRENCE-ID has a RANGE, which is not supported"));
}

TEST(HolidayProblemsTest, RefuseATextThatIsNoCalendarOrHasNoEvent) {
  EXPECT_THAT(ProblemsOfText("<html>\n<body>"),
              ElementsAre("1: stands outside of BEGIN:VCALENDAR and END:VCALENDAR"));
  EXPECT_THAT(ProblemsOfText(Event({"DTSTART;VALUE=DATE:20241225"})),
              ElementsAre("1: stands outside of BEGIN:VCALENDAR and END:VCALENDAR"));
  EXPECT_THAT(ProblemsOf(""), ElementsAre("1: has no event (BEGIN:VEVENT)"));
  EXPECT_THAT(ProblemsOfText(""), ElementsAre("1: has no event (BEGIN:VEVENT)"));
}

TEST(HolidayProblemsTest, RefuseATextThatIsCutOff) {
  EXPECT_THAT(ProblemsOfText("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20241225\n"),
              ElementsAre("2: the text ends before END:VEVENT"));
  EXPECT_THAT(ProblemsOfText("BEGIN:VCALENDAR\n" + Event({"DTSTART;VALUE=DATE:20241225"})),
              ElementsAre("1: the text ends before END:VCALENDAR"));
}

TEST(HolidayProblemsTest, RefuseWhatEndsAnotherComponentThanBeganLast) {
  EXPECT_THAT(ProblemsOfText("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20241225\n"
                             "END:VCALENDAR\n"),
              ElementsAre("4: ends VCALENDAR, but VEVENT began last, in line 2"));
}

TEST(HolidayProblemsTest, RefuseALineThatIsNoPropertyAndANulByte) {
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20241225", "garbage"})),
              ElementsAre("4: is no property (NAME:VALUE)"));
  EXPECT_THAT(ProblemsOf(Event({std::string("DTSTART;VALUE=DATE:20241225\0x", 29)})),
              ElementsAre("3: DTSTART cannot be read"));
}

TEST(HolidayProblemsTest, ComeAllAtOnceUpToABound) {
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:x"}) + Event({"DTSTART;VALUE=DATE:y"})),
              ElementsAre("3: DTSTART cannot be read", "6: DTSTART cannot be read"));
  std::string many;
  for (int i = 0; i < 100; ++i) many += Event({"DTSTART;VALUE=DATE:x"});
  EXPECT_EQ(ProblemsOf(many).size(), kMaxProblems);
}

TEST(HolidayBoundsTest, RefuseALargerText) {
  const std::string text = Calendar(Event({"DTSTART;VALUE=DATE:20241225"}));
  EXPECT_THAT(ProblemsOfText(text + std::string(kMaxTextBytes - text.size(), '\n')), IsEmpty());
  EXPECT_THAT(ProblemsOfText(text + std::string(kMaxTextBytes - text.size() + 1, '\n')),
              ElementsAre("1: is larger than 1048576 bytes"));
}

TEST(HolidayBoundsTest, RefuseMoreDates) {
  const std::string most = Event({"DTSTART;VALUE=DATE:20000101", "DURATION:P10000D"});
  EXPECT_EQ(DatesOf(most).size(), kMaxDates);
  EXPECT_THAT(ProblemsOf(most + Event({"DTSTART;VALUE=DATE:19991231"})),
              ElementsAre(AllOf(HasSubstr("6: "), HasSubstr("more than 10000 dates"))));
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20000101", "DTEND;VALUE=DATE:20991231"})),
              ElementsAre("2: this event lasts longer than 10000 days"));
}

TEST(HolidayBoundsTest, RefuseARuleThatRepeatsTooOften) {
  EXPECT_THAT(ProblemsOf(Event({"DTSTART;VALUE=DATE:20240101", "RRULE:FREQ=DAILY"})),
              ElementsAre(HasSubstr("4: RRULE repeats too often")));
  std::string many;
  for (int i = 0; i < 25; ++i) {
    many += Event({"DTSTART;VALUE=DATE:20240101", "RRULE:FREQ=DAILY;COUNT=9000"});
  }
  EXPECT_THAT(ProblemsOf(many), ElementsAre(HasSubstr("RRULE repeats too often")));
}

}  // namespace
}  // namespace touchline::ical
