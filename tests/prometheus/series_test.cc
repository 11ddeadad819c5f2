#include "adapters/prometheus/series.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "adapters/prometheus/text_writer.h"
#include "tests/prometheus/exposition.h"

namespace touchline::adapters {
namespace {

std::string Text(Decimal value) {
  std::string text;
  AppendDecimal(value, &text);
  return text;
}

std::string BoundText(Decimal value) {
  std::string text;
  AppendBound(value, &text);
  return text;
}

TEST(DecimalTest, IsWrittenExactly) {
  EXPECT_EQ(Text({.units = 0, .scale = 3}), "0");
  EXPECT_EQ(Text({.units = 1234, .scale = 3}), "1.234");
  EXPECT_EQ(Text({.units = 1200, .scale = 3}), "1.2");
  EXPECT_EQ(Text({.units = 20'000, .scale = 3}), "20");
  EXPECT_EQ(Text({.units = 5, .scale = 3}), "0.005");
  EXPECT_EQ(Text({.units = -50, .scale = 3}), "-0.05");
  EXPECT_EQ(Text({.units = 1, .scale = 6}), "0.000001");
  EXPECT_EQ(Text({.units = 42, .scale = 0}), "42");
}

TEST(DecimalTest, HasNoExponentAtItsEnds) {
  EXPECT_EQ(Text({.units = std::numeric_limits<int64_t>::max(), .scale = 3}),
            "9223372036854775.807");
  EXPECT_EQ(Text({.units = std::numeric_limits<int64_t>::min(), .scale = 3}),
            "-9223372036854775.808");
}

TEST(DecimalTest, IsABoundOnlyWithDecimals) {
  EXPECT_EQ(BoundText({.units = 20'000, .scale = 3}), "20.0");
  EXPECT_EQ(BoundText({.units = 500, .scale = 3}), "0.5");
  EXPECT_EQ(BoundText({.units = 7, .scale = 0}), "7.0");
  EXPECT_EQ(BoundText({.units = 2'592'000'000, .scale = 3}), "2592000.0");
}

TEST(LabelSetTest, EscapesItsTextAndKeepsItsValues) {
  LabelSet set;
  set.Add("queue", "a\"b");
  set.Add("kind", "call");
  EXPECT_EQ(set.text(), "queue=\"a\\\"b\",kind=\"call\"");
  EXPECT_EQ(set.labels()[0].second, "a\"b");
}

TEST(TextWriterTest, WritesHelpTypeAndSeries) {
  TextWriter writer;
  LabelSet scope, own, none;
  scope.Add("queue", "sales");
  own.Add("entry", "first");
  writer.Family("x_total", domain::MetricType::kCounter, "Back\\slash\nand line.");
  writer.Value({.scope = scope, .own = own}, {.units = 3});
  writer.Family("y", domain::MetricType::kGauge, "Bare.");
  writer.Value({.scope = none, .own = none}, {.units = 1500, .scale = 3});
  EXPECT_EQ(writer.Take(),
            "# HELP x_total Back\\\\slash\\nand line.\n"
            "# TYPE x_total counter\n"
            "x_total{queue=\"sales\",entry=\"first\"} 3\n"
            "# HELP y Bare.\n"
            "# TYPE y gauge\n"
            "y 1.5\n");
}

TEST(TextWriterTest, WritesHistogramsCumulatively) {
  TextWriter writer;
  LabelSet scope, none;
  scope.Add("queue", "q");
  const std::vector<int64_t> bounds = {500, 20'000};
  const std::vector<int64_t> counts = {2, 0, 1};
  writer.Family("w_seconds", domain::MetricType::kHistogram, "Wait.");
  writer.Histogram({.scope = scope, .own = none},
                   {.bounds = bounds, .counts = counts, .sum = 61'100, .scale = 3});
  EXPECT_EQ(writer.Take(),
            "# HELP w_seconds Wait.\n"
            "# TYPE w_seconds histogram\n"
            "w_seconds_bucket{queue=\"q\",le=\"0.5\"} 2\n"
            "w_seconds_bucket{queue=\"q\",le=\"20.0\"} 2\n"
            "w_seconds_bucket{queue=\"q\",le=\"+Inf\"} 3\n"
            "w_seconds_sum{queue=\"q\"} 61.1\n"
            "w_seconds_count{queue=\"q\"} 3\n");
}

TEST(ExpositionTest, FindsWhatBreaksTheFormat) {
  using test::ParseExposition;
  EXPECT_TRUE(ParseExposition("# TYPE a gauge\na{x=\"\\\\\\n\\\"\"} 1\n").problems.empty());
  for (const char* text :
       {"a 1\n", "# TYPE a gauge\na 1\na 1\n", "# TYPE a gauge\na{x=\"\\t\"} 1\n",
        "# TYPE a gauge\na{x=\"\xFF\"} 1\n", "# TYPE a gauge\na{x=\"} 1\n",
        "# TYPE a gauge\na one\n", "# TYPE a gauge\na 1",
        "# TYPE a histogram\na_bucket{le=\"1.0\"} 1\n",
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1\na_count 1\n"}) {
    EXPECT_FALSE(ParseExposition(text).problems.empty()) << text;
  }
}

}  // namespace
}  // namespace touchline::adapters
