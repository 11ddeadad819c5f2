#include "app/config_text.h"

#include <gtest/gtest.h>

namespace touchline::app {
namespace {

TEST(ConfigTextTest, ReadsDurationsWithTheirUnits) {
  EXPECT_EQ(ParseDuration("200ms"), Duration::Millis(200));
  EXPECT_EQ(ParseDuration("0s"), Duration());
  EXPECT_EQ(ParseDuration("5m"), Duration::Minutes(5));
  EXPECT_EQ(ParseDuration("28d"), Duration::Days(28));
  EXPECT_EQ(ParseDuration("-5m"), Duration::Minutes(-5));
}

TEST(ConfigTextTest, ReadsDurationsOfSeveralUnitsFromTheLargestDown) {
  EXPECT_EQ(ParseDuration("1h30m"), Duration::Minutes(90));
  EXPECT_EQ(ParseDuration("1d2h3m4s5ms"), Duration::Millis(93'784'005));
  for (const char* text : {"30m1h", "1h1h", "1h30", "1h30x", "1h 30m", "1h-30m", "-1h30m",
                           "106751991167d24h9000000000000000000ms"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(ConfigTextTest, RefusesDurationsThatAreNotNumbersWithUnits) {
  for (const char* text : {"", "5", "s", "1.5h", "5 m", "5min", "010s", "+1s",
                           "9223372036854775807d", "99999999999999999999s"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(ConfigTextTest, ReadsSizesInPowersOfTwo) {
  EXPECT_EQ(ParseSize("512B"), 512);
  EXPECT_EQ(ParseSize("64MiB"), 64 << 20);
  EXPECT_FALSE(ParseSize("64MB"));
  EXPECT_FALSE(ParseSize("64"));
}

TEST(ConfigTextTest, ReadsThousandthsExactly) {
  EXPECT_EQ(ParseThousandths("1"), 1000);
  EXPECT_EQ(ParseThousandths("0.5"), 500);
  EXPECT_EQ(ParseThousandths("-0.125"), -125);
  EXPECT_FALSE(ParseThousandths("1.0005"));
  EXPECT_FALSE(ParseThousandths("1."));
  EXPECT_FALSE(ParseThousandths(".5"));
  EXPECT_FALSE(ParseThousandths("1e3"));
}

TEST(ConfigTextTest, ReadsIntegersInBaseTenOnly) {
  EXPECT_EQ(ParseInteger("0"), 0);
  EXPECT_EQ(ParseInteger("-7"), -7);
  EXPECT_EQ(ParseInteger("9223372036854775807"), INT64_MAX);
  for (const char* text : {"", "-", "010", "-01", "0x10", "1_000", "9223372036854775808"}) {
    EXPECT_FALSE(ParseInteger(text)) << text;
  }
}

TEST(ConfigTextTest, FormatsWhatItReadsBack) {
  for (const char* text : {"0s", "1500ms", "90s", "36h", "28d"}) {
    EXPECT_EQ(FormatDuration(*ParseDuration(text)), text);
  }
  for (const char* text : {"0B", "1023B", "64MiB", "3TiB"}) {
    EXPECT_EQ(FormatSize(*ParseSize(text)), text);
  }
  for (const char* text : {"0", "1", "0.5", "2.125", "-0.125"}) {
    EXPECT_EQ(FormatThousandths(*ParseThousandths(text)), text);
  }
}

}  // namespace
}  // namespace touchline::app
