#include "adapters/ical/content_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace touchline::ical {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::vector<std::pair<int, std::string>> Lines(std::string_view text) {
  std::vector<std::pair<int, std::string>> all;
  ContentLines lines(text);
  for (ContentLine line; lines.Next(&line);) all.emplace_back(line.number, line.text);
  return all;
}

TEST(ContentLinesTest, EndsLinesWithCrlfOrLfAndTheLastWithNothing) {
  EXPECT_THAT(Lines("A:1\r\nB:2\nC:3"),
              ElementsAre(Pair(1, "A:1"), Pair(2, "B:2"), Pair(3, "C:3")));
}

TEST(ContentLinesTest, UnfoldsWithoutTheSpaceOrTabAndKeepsTheFirstLinesNumber) {
  EXPECT_THAT(Lines("A:1\r\n 2\r\n\t3\r\nB:4\r\n  5\r\n"),
              ElementsAre(Pair(1, "A:123"), Pair(4, "B:4 5")));
}

TEST(ContentLinesTest, PassesOverEmptyLinesButCountsThem) {
  EXPECT_THAT(Lines("\r\n\nA:1\n\n\nB:2\n\n"), ElementsAre(Pair(3, "A:1"), Pair(6, "B:2")));
  EXPECT_THAT(Lines(""), IsEmpty());
  EXPECT_THAT(Lines("\n\r\n"), IsEmpty());
}

TEST(ContentLineTest, NamesItselfInUpperCaseUpToAParameterOrTheValue) {
  EXPECT_EQ((ContentLine{1, "dtstart;VALUE=DATE:20240101"}.Name()), "DTSTART");
  EXPECT_EQ((ContentLine{1, "Begin:VEVENT"}.Name()), "BEGIN");
  EXPECT_EQ((ContentLine{1, "Begin:a:b"}.Value()), "a:b");
  EXPECT_EQ((ContentLine{1, "Begin"}.Value()), "");
}

}  // namespace
}  // namespace touchline::ical
