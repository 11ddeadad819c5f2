#include "app/import/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace touchline::app {
namespace {

using ::testing::ElementsAre;

TEST(CsvTest, ReadsQuotedCellsWithDelimitersQuotesAndLineBreaks) {
  CsvReader reader("\xEF\xBB\xBF" "a,\"b,\"\"x\"\"\n2\",c\r\nd,,\n");
  const auto first = reader.Next();
  ASSERT_TRUE(first);
  EXPECT_THAT(first->cells, ElementsAre("a", "b,\"x\"\n2", "c"));
  EXPECT_EQ(first->line, 1);
  const auto second = reader.Next();
  ASSERT_TRUE(second);
  EXPECT_THAT(second->cells, ElementsAre("d", "", ""));
  EXPECT_EQ(second->line, 3);
  EXPECT_FALSE(reader.Next());
}

TEST(CsvTest, SkipsEmptyLinesAndNeedsNoLastLineBreak) {
  CsvReader reader("\n\na;b\n\r\nc;d", ';');
  EXPECT_EQ(reader.Next()->line, 3);
  const auto last = reader.Next();
  EXPECT_THAT(last->cells, ElementsAre("c", "d"));
  EXPECT_EQ(last->line, 5);
  EXPECT_FALSE(reader.Next());
}

TEST(CsvTest, KeepsAQuoteInsideAnUnquotedCell) {
  CsvReader reader("a\"b,c\n");
  EXPECT_THAT(reader.Next()->cells, ElementsAre("a\"b", "c"));
}

TEST(CsvTest, ReadsOnAtTheNextLineAfterAFault) {
  CsvReader reader("\"a\"b,c\nd\n\"never\ne\n");
  EXPECT_EQ(reader.Next()->fault, "a closing quote is followed by other text");
  EXPECT_THAT(reader.Next()->cells, ElementsAre("d"));
  const auto open = reader.Next();
  EXPECT_EQ(open->fault, "a quote is never closed");
  EXPECT_EQ(open->line, 3);
  const auto after = reader.Next();
  EXPECT_THAT(after->cells, ElementsAre("e"));
  EXPECT_EQ(after->line, 4);
}

}  // namespace
}  // namespace touchline::app
