// What base/ gained for the pages: local days, instants as text and UTF-8.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/rfc3339.h"
#include "base/time_zone.h"
#include "base/utf8.h"

namespace touchline {
namespace {

std::string StartOfDay(const char* zone, const char* time) {
  const EventTime t = EventTime::FromMillis(*ParseRfc3339Nanos(time) / 1'000'000);
  return FormatRfc3339(TimeZone::Load(zone)->StartOfDay(t));
}

TEST(TimeZoneTest, BeginsTheDayAtLocalMidnight) {
  EXPECT_EQ(StartOfDay("UTC", "2026-03-01T23:59:59.999Z"), "2026-03-01T00:00:00.000Z");
  EXPECT_EQ(StartOfDay("Asia/Kolkata", "2026-03-01T18:29:59.999Z"), "2026-02-28T18:30:00.000Z");
  EXPECT_EQ(StartOfDay("Asia/Kolkata", "2026-03-01T18:30:00Z"), "2026-03-01T18:30:00.000Z");
  EXPECT_EQ(StartOfDay("America/New_York", "2026-03-01T03:00:00Z"), "2026-02-28T05:00:00.000Z");
}

TEST(TimeZoneTest, KeepsMidnightOnDaysOf23And25Hours) {
  EXPECT_EQ(StartOfDay("Europe/Berlin", "2026-03-29T20:00:00Z"), "2026-03-28T23:00:00.000Z");
  EXPECT_EQ(StartOfDay("Europe/Berlin", "2026-10-25T22:59:59Z"), "2026-10-24T22:00:00.000Z");
}

TEST(TimeZoneTest, BeginsTheDayAtTheSkipWhereMidnightIsSkipped) {
  // São Paulo's clocks went from 24:00 on 2015-10-17 to 01:00 on the 18th.
  EXPECT_EQ(StartOfDay("America/Sao_Paulo", "2015-10-18T12:00:00Z"), "2015-10-18T03:00:00.000Z");
}

TEST(TimeZoneTest, BeginsTheDayAtTheEarlierOfTwoMidnights) {
  // Havana's clocks went from 01:00 on 2015-11-01 back to 00:00.
  EXPECT_EQ(StartOfDay("America/Havana", "2015-11-01T12:00:00Z"), "2015-11-01T04:00:00.000Z");
  EXPECT_EQ(StartOfDay("America/Havana", "2015-11-01T05:30:00Z"), "2015-11-01T04:00:00.000Z");
}

TEST(TimeZoneTest, RefusesAnUnknownName) {
  EXPECT_FALSE(TimeZone::Load("Europe/Atlantis"));
  EXPECT_FALSE(TimeZone::Load(""));
}

TEST(FormatRfc3339Test, NamesTheBoundsThatAreNoDates) {
  EXPECT_EQ(FormatRfc3339(EventTime::Min()), "-infinity");
  EXPECT_EQ(FormatRfc3339(EventTime::Max()), "infinity");
  EXPECT_EQ(FormatRfc3339(EventTime::FromMillis(-1)), "1969-12-31T23:59:59.999Z");
}

// Of every number of digits, also those that do not count any more.
TEST(ParseRfc3339Test, ReadsFractionsToTheNanosecond) {
  const std::string digits = "120345678998";
  const int64_t whole = *ParseRfc3339Nanos("2026-11-26T10:00:00Z");
  for (size_t n = 1; n <= digits.size(); ++n) {
    const std::string fraction = digits.substr(0, n);
    std::string nanos = fraction.substr(0, 9);
    nanos.resize(9, '0');
    const std::string time = "2026-11-26T10:00:00." + fraction;
    for (const std::string zone : {"Z", "z", "+00:00", "-00:00"}) {
      EXPECT_EQ(ParseRfc3339Nanos(time + zone), whole + std::stoll(nanos)) << time << zone;
    }
    EXPECT_EQ(ParseRfc3339Nanos(time), std::nullopt);
    EXPECT_EQ(ParseRfc3339Nanos(time + ".Z"), std::nullopt);
    for (size_t at = 0; at < n; ++at) {
      std::string wrong = time;
      wrong[wrong.size() - n + at] = ':';
      EXPECT_EQ(ParseRfc3339Nanos(wrong + "Z"), std::nullopt) << wrong;
    }
  }
  EXPECT_EQ(ParseRfc3339Nanos("2026-11-26T10:00:00.Z"), std::nullopt);
}

// One reader reads all of them, in each order: what it keeps of one must not show in another.
TEST(Rfc3339ReaderTest, ReadsEachTextAsIfItWereTheFirst) {
  const std::vector<std::string> texts = {
      "2026-11-26T10:00:00Z",      "2026-11-26T10:00:59.999Z",   "2026-11-26T10:00:07.5Z",
      "2026-11-26T10:00:60Z",      "2026-11-26T10:00:61Z",       "2026-11-26T10:00:07+02:00",
      "2026-11-26T10:00:07z",      "2026-11-26T10:00:07.123",    "2026-11-26T10:00:07.Z",
      "2026-11-26T10:00:07.12:Z",  "2026-11-26T10:00:07:12Z",    "2026-11-26T10:00:0:Z",
      "2026-11-26T10:00:07.1ZZ",   "2026-11-26T10:00:07.1234567891Z", "2026-11-26T10:01:07Z",
      "2026-11-26t10:00:07Z",      "2026-02-30T10:00:07Z",       "2026-11-26T10:00:07",
      "1970-01-01T00:00:59.001Z",  "2199-12-31T23:59:59Z",       "2026-11-26T10:00:",
      "2026-11-26T24:00:07Z",      "1969-12-31T23:59:59Z",       ""};
  for (const std::string& before : texts) {
    for (const std::string& text : texts) {
      Rfc3339Reader reader;
      EXPECT_EQ(reader.Nanos(before), ParseRfc3339Nanos(before));
      EXPECT_EQ(reader.Nanos(text), ParseRfc3339Nanos(text)) << text << " after " << before;
    }
  }
}

TEST(Utf8Test, KnowsTheEdgesOfEachLength) {
  for (const char* good : {"\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
                           "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(Utf8SequenceLength(good), std::string(good).size()) << good;
  }
  for (const char* bad : {"", "\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF",
                          "\xED\xA0\x80",
                          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(Utf8SequenceLength(bad), 0U) << bad;
  }
}

TEST(Utf8Test, TruncatesBetweenCharacters) {
  EXPECT_EQ(TruncateUtf8("é☎", 5), "é☎");
  EXPECT_EQ(TruncateUtf8("é☎", 4), "é");
  EXPECT_EQ(TruncateUtf8("é☎", 1), "");
}

}  // namespace
}  // namespace touchline
