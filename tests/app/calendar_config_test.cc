#include "app/calendar_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "app/config_reader.h"
#include "tests/support/temporary_folder.h"

namespace touchline::app {
namespace {

using domain::DayInterval;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The calendars begin in line 2.
LoadedConfig Load(const std::string& calendars) {
  return ReadConfig("t.yaml", "topics: [{name: a, partner: p}]\ncalendars:\n" + calendars);
}

std::vector<std::string> MistakesOf(const std::string& calendars) {
  return Load(calendars).mistakes;
}

domain::CalendarSpec Good(const std::string& calendar) {
  const LoadedConfig loaded = Load("  c:\n" + calendar);
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  return loaded.config.calendars.at("c").spec;
}

// Of hours in a calendar that is fine but for them.
std::vector<std::string> MistakesOfHours(const std::string& hours) {
  return MistakesOf("  c: {time_zone: UTC, hours: {" + hours + "}}\n");
}

CivilDate Date(const char* text) { return *CivilDate::Parse(text); }

TEST(CalendarConfigTest, ReadsEveryKey) {
  const domain::CalendarSpec spec = Good(R"(
    time_zone: Europe/Berlin
    hours:
      mon-fri: 08:00-12:00, 13:00-18:00
      sat: 00:00-24:00
    shifts:
      2026-12-24: 08:00-12:00
      2026-12-31: closed
    breaks:
      2026-06-12: 15:00-16:30
    holidays: [2026-12-25, 2026-12-26]
)");
  const DayInterval morning{480, 720}, afternoon{780, 1080};
  EXPECT_EQ(spec.time_zone, "Europe/Berlin");
  EXPECT_FALSE(spec.always_open);
  EXPECT_THAT(spec.week[0], ElementsAre(morning, afternoon));
  EXPECT_THAT(spec.week[4], ElementsAre(morning, afternoon));
  EXPECT_THAT(spec.week[5], ElementsAre(DayInterval{0, 1440}));
  EXPECT_THAT(spec.week[6], IsEmpty());
  EXPECT_THAT(spec.shifts.at(Date("2026-12-24")), ElementsAre(morning));
  EXPECT_THAT(spec.shifts.at(Date("2026-12-31")), IsEmpty());
  EXPECT_THAT(spec.breaks.at(Date("2026-06-12")), ElementsAre(DayInterval{900, 990}));
  EXPECT_THAT(spec.holidays, ElementsAre(Date("2026-12-25"), Date("2026-12-26")));
}

TEST(CalendarConfigTest, LetsARangeOfWeekdaysPassTheEndOfTheWeek) {
  const domain::CalendarSpec spec =
      Good("    {time_zone: Asia/Riyadh, hours: {sun-thu: 08:00-16:00}}\n");
  EXPECT_EQ(spec.week[6].size(), 1U);
  EXPECT_EQ(spec.week[3].size(), 1U);
  EXPECT_THAT(spec.week[4], IsEmpty());
  EXPECT_THAT(spec.week[5], IsEmpty());
}

TEST(CalendarConfigTest, TakesDailyForAllWeekdaysAndClosedForNone) {
  for (const auto& day : Good("    {time_zone: UTC, hours: {daily: 08:00-16:00}}\n").week) {
    EXPECT_EQ(day.size(), 1U);
  }
  EXPECT_THAT(
      Good("    {time_zone: UTC, hours: {mon-sat: 08:00-16:00, sun: closed}}\n").week[6],
      IsEmpty());
}

TEST(CalendarConfigTest, Takes24x7WithoutAZoneOrWithOne) {
  EXPECT_TRUE(Good("    open_24x7: true\n").always_open);
  EXPECT_EQ(Good("    {open_24x7: true, time_zone: Asia/Tokyo}\n").time_zone, "Asia/Tokyo");
}

TEST(CalendarConfigTest, NamesTheLineOfACalendarThatCanNeverOpen) {
  EXPECT_THAT(MistakesOf("  ok: {open_24x7: true}\n"
                         "  dead:\n    time_zone: UTC\n    hours: {mon: closed}\n"),
              ElementsAre("t.yaml:4:3: calendars.dead: can never open"));
  EXPECT_THAT(MistakesOf("  gap: {time_zone: America/Los_Angeles, "
                         "shifts: {2006-04-02: 02:30-03:15}}\n"),
              ElementsAre("t.yaml:3:3: calendars.gap: can never open"));
}

TEST(CalendarConfigTest, SaysNothingOfOpeningWhereSomethingElseIsWrong) {
  EXPECT_THAT(MistakesOf("  c: {time_zone: UTC, hours: [mon]}\n"),
              ElementsAre(HasSubstr("calendars.c.hours: must be a mapping")));
}

TEST(CalendarConfigTest, KeepsCalendarsApartWhoseNamesBeginAlike) {
  EXPECT_THAT(MistakesOf("  a: {time_zone: UTC}\n  ab: {time_zone: UTC, hours: {mon: x}}\n"),
              ElementsAre("t.yaml:3:3: calendars.a: can never open", HasSubstr("calendars.ab")));
}

TEST(CalendarConfigTest, RequiresAZone) {
  EXPECT_THAT(MistakesOf("  c: {hours: {mon: 09:00-17:00}}\n"),
              ElementsAre(HasSubstr("t.yaml:3:3: calendars.c.time_zone: is required")));
  EXPECT_THAT(MistakesOf("  c: {time_zone: Berlin, hours: {mon: 09:00-17:00}}\n"),
              ElementsAre(HasSubstr("t.yaml:3:18: calendars.c.time_zone: is 'Berlin', which is "
                                    "not in this machine's time zone database")));
}

TEST(CalendarConfigTest, RefusesOtherKeysBeside24x7) {
  EXPECT_THAT(MistakesOf("  c: {open_24x7: true, holidays: [2026-12-25]}\n"),
              ElementsAre(HasSubstr("t.yaml:3:24: calendars.c.holidays: is not allowed beside "
                                    "'open_24x7'")));
}

TEST(CalendarConfigTest, RefusesWhatIsNoWeekdayAndGuesses) {
  EXPECT_THAT(MistakesOfHours("mno: 09:00-17:00"),
              ElementsAre(HasSubstr("t.yaml:3:31: calendars.c.hours.mno: is not a weekday or "
                                    "several: mon, mon-fri, sun-thu, daily; did you mean "
                                    "'mon'?")));
  for (const char* bad : {"monday-friday", "mon-", "-fri", "Mon", "mon-fri-sun", "mon,tue"}) {
    EXPECT_THAT(MistakesOfHours("\"" + std::string(bad) + "\": 09:00-17:00"),
                ElementsAre(HasSubstr("is not a weekday")))
        << bad;
  }
}

TEST(CalendarConfigTest, RefusesAWeekdayThatIsNamedTwice) {
  EXPECT_THAT(MistakesOfHours("mon-fri: 09:00-17:00, wed: 10:00-12:00"),
              ElementsAre(HasSubstr("calendars.c.hours.wed: names wed a second time, after "
                                    "'mon-fri'")));
}

TEST(CalendarConfigTest, RefusesWhatIsNoInterval) {
  for (const char* bad : {"9:00-17:00", "09:00", "09:00-", "-17:00", "09:60-17:00", "09:00-24:01",
                          "0900-1700", "09:00-17:0x", "25:00-26:00", "09:00-12:00,",
                          "09:00-12:00 13:00-14:00", "09:00 to 17:00", "open"}) {
    EXPECT_THAT(MistakesOfHours("mon: \"" + std::string(bad) + "\""),
                ElementsAre(HasSubstr("which is not an interval such as 08:30-12:00")))
        << bad;
  }
}

TEST(CalendarConfigTest, RefusesAnIntervalThatPassesMidnightAndSaysHowToWriteIt) {
  for (const char* bad : {"22:00-06:00", "09:00-09:00"}) {
    EXPECT_THAT(MistakesOfHours("mon: " + std::string(bad)),
                ElementsAre(HasSubstr("hours past midnight are two: 22:00-24:00, and 00:00-06:00")))
        << bad;
  }
}

TEST(CalendarConfigTest, RefusesIntervalsThatOverlap) {
  EXPECT_THAT(MistakesOfHours("mon: \"09:00-12:00, 11:59-13:00\""),
              ElementsAre(HasSubstr("has '11:59-13:00', which overlaps one before it")));
  EXPECT_THAT(MistakesOfHours("mon: \"09:00-12:00, 12:00-13:00\""), IsEmpty());
}

TEST(CalendarConfigTest, RefusesWhatIsNoDateWhereItStands) {
  EXPECT_THAT(MistakesOf("  c:\n    time_zone: UTC\n    hours: {mon: 09:00-17:00}\n"
                         "    shifts:\n      2026-02-29: 09:00-12:00\n"
                         "    breaks:\n      24.12.2026: 09:00-12:00\n"
                         "    holidays:\n      - 2026-12-25\n      - 2026-13-01\n"),
              ElementsAre(HasSubstr("t.yaml:7:7: calendars.c.shifts.2026-02-29: is '2026-02-29', "
                                    "which is not a date"),
                          HasSubstr("t.yaml:9:7: calendars.c.breaks.24.12.2026: is '24.12.2026'"),
                          HasSubstr("t.yaml:12:9: calendars.c.holidays[1]: is '2026-13-01'")));
}

TEST(CalendarConfigTest, RefusesABreakThatIsClosed) {
  EXPECT_THAT(MistakesOf("  c: {time_zone: UTC, hours: {mon: 09:00-17:00}, "
                         "breaks: {2026-01-05: closed}}\n"),
              ElementsAre(HasSubstr("calendars.c.breaks.2026-01-05: has 'closed'")));
}

TEST(CalendarConfigTest, RefusesMoreDatesThanItsBound) {
  std::string dates;
  for (int32_t i = 0; i <= 10'000; ++i) dates += CivilDate::FromDays(i).ToString() + ",";
  dates.pop_back();
  const std::string calendar = "  c: {time_zone: UTC, hours: {mon: 09:00-17:00}, holidays: [";
  EXPECT_THAT(MistakesOf(calendar + dates + "]}\n"),
              ElementsAre(HasSubstr("calendars.c.holidays: names more than 10000 dates")));
  EXPECT_THAT(MistakesOf(calendar + dates.substr(11) + "]}\n"), IsEmpty());
}

class HolidayFilesTest : public ::testing::Test {
 protected:
  LoadedConfig LoadWith(const std::string& keys) {
    return ReadConfig(folder_.path() + "/t.yaml",
                      "topics: [{name: a, partner: p}]\n"
                      "calendars: {c: {time_zone: UTC, hours: {daily: 09:00-17:00}, " +
                          keys + "}}\n");
  }
  void Write(const std::string& name, const std::string& event) {
    std::ofstream(folder_.path() + "/" + name)
        << "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" << event << "\nEND:VEVENT\nEND:VCALENDAR\n";
  }
  const test::TemporaryFolder folder_;
};

TEST_F(HolidayFilesTest, AddTheirDatesToThoseOfTheKeyRelativeToTheConfiguration) {
  Write("a.ics", "DTSTART;VALUE=DATE:20260101");
  Write("b.ics", "DTSTART;VALUE=DATE:20260406");
  const LoadedConfig loaded = LoadWith("holidays: [2026-12-25], holiday_files: [a.ics, \"" +
                                       folder_.path() + "/b.ics\"]");
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  EXPECT_THAT(loaded.config.calendars.at("c").spec.holidays,
              ElementsAre(Date("2026-01-01"), Date("2026-04-06"), Date("2026-12-25")));
}

TEST_F(HolidayFilesTest, NameTheirLineAtTheEntryThatNamesThem) {
  Write("a.ics", "DTSTART;VALUE=DATE:20260230\nRRULE:FREQ=EVER");
  const std::string file = folder_.path() + "/a.ics";
  const std::string place = folder_.path() + "/t.yaml:2:78: calendars.c.holiday_files[0]: ";
  EXPECT_THAT(LoadWith("holiday_files: [a.ics]").mistakes,
              ElementsAre(place + file + ":3: DTSTART is no day: 20260230",
                          place + file + ":4: RRULE cannot be read"));
}

TEST_F(HolidayFilesTest, AreRefusedWhenTheyAreMissingAFolderOrTooLarge) {
  const auto mistakes = [&](const std::string& name) {
    return LoadWith("holiday_files: [" + name + "]").mistakes;
  };
  EXPECT_THAT(mistakes("none.ics"), ElementsAre(HasSubstr("/none.ics cannot be read")));
  EXPECT_THAT(mistakes("."), ElementsAre(HasSubstr("/. cannot be read")));
  Write("large.ics", "DTSTART;VALUE=DATE:20260101\nX:" + std::string(1 << 20, 'x'));
  EXPECT_THAT(mistakes("large.ics"), ElementsAre(HasSubstr("large.ics:1: is larger than")));
}

TEST_F(HolidayFilesTest, AreNotAllowedBeside24x7) {
  Write("a.ics", "DTSTART;VALUE=DATE:20260101");
  EXPECT_THAT(ReadConfig(folder_.path() + "/t.yaml",
                         "topics: [{name: a, partner: p}]\n"
                         "calendars: {c: {open_24x7: true, holiday_files: [a.ics]}}\n")
                  .mistakes,
              ElementsAre(HasSubstr("calendars.c.holiday_files: is not allowed")));
}

TEST(BusinessCalendarTest, AQueuesIsItsOwnElseThatOfAllElseNone) {
  const auto rules = [](const std::string& of_all) {
    const LoadedConfig loaded =
        Load("  support: {time_zone: UTC, hours: {mon-fri: 08:00-18:00}}\n"
             "rules:\n"
             "  queues:\n"
             "    night: {business_calendar: 24x7}\n"
             "    sales: {short_abandon: 7s}\n" +
             of_all);
    EXPECT_THAT(loaded.mistakes, IsEmpty());
    return loaded.config.rules;
  };
  const domain::RuleSet with = rules("  business_calendar: support\n");
  EXPECT_EQ(with.ForQueue("night").business_calendar, "24x7");
  EXPECT_EQ(with.ForQueue("sales").business_calendar, "support");
  EXPECT_EQ(with.ForQueue("").business_calendar, "support");
  EXPECT_TRUE(with.calendars.at("24x7").always_open);
  const domain::RuleSet without = rules("");
  EXPECT_EQ(without.ForQueue("night").business_calendar, "24x7");
  EXPECT_EQ(without.ForQueue("sales").business_calendar, "");
  EXPECT_EQ(without.ForQueue("").business_calendar, "");
}

TEST(BusinessCalendarTest, IsRefusedOnceWhereItIsNamedButNotKnown) {
  const std::string calendar = "  support: {time_zone: UTC, hours: {mon-fri: 08:00-18:00}}\n";
  EXPECT_THAT(MistakesOf(calendar + "rules:\n"
                                    "  business_calendar: suport\n"
                                    "  queues:\n"
                                    "    sales: {business_calendar: night}\n"
                                    "    billing: {short_abandon: 7s}\n"),
              ElementsAre("t.yaml:5:3: rules.business_calendar: is 'suport', which is not one of: "
                          "24x7, support; did you mean 'support'?",
                          "t.yaml:7:13: rules.queues.sales.business_calendar: is 'night', which is "
                          "not one of: 24x7, support"));
}

TEST(CalendarConfigTest, SuggestsTheNearestKey) {
  EXPECT_THAT(MistakesOf("  c: {open_24x7: true, timezone: UTC}\n"),
              ElementsAre(HasSubstr("calendars.c.timezone: is not a known key; did you mean "
                                    "'time_zone'?")));
}

}  // namespace
}  // namespace touchline::app
