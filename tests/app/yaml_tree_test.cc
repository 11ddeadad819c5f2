#include "adapters/yaml/yaml_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace touchline::yaml {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Problem OnlyProblemOf(const std::string& text) {
  const Document document = Parse(text);
  EXPECT_THAT(document.problems, SizeIs(1));
  return document.problems.empty() ? Problem{} : document.problems[0];
}

TEST(YamlTreeTest, KeepsScalarsAsTextsWithTheirPlaces) {
  const Document document = Parse("a: 010\nb:\n  - no\n  - 'x'\n");
  ASSERT_THAT(document.problems, IsEmpty());
  const Node* a = document.root.Find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->text, "010");
  EXPECT_EQ(a->at, (Position{.line = 1, .column = 4}));
  const Node* b = document.root.Find("b");
  ASSERT_NE(b, nullptr);
  ASSERT_THAT(b->items, SizeIs(2));
  EXPECT_FALSE(b->items[0].quoted);
  EXPECT_TRUE(b->items[1].quoted);
  EXPECT_EQ(b->items[1].at, (Position{.line = 4, .column = 5}));
}

TEST(YamlTreeTest, OfAnEmptyTextIsNull) {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n"}) {
    const Document document = Parse(text);
    EXPECT_THAT(document.problems, IsEmpty()) << text;
    EXPECT_EQ(document.root.kind, Node::Kind::kNull) << text;
  }
}

TEST(YamlTreeTest, RefusesADuplicateKeyAndKeepsTheFirst) {
  const Document document = Parse("a: 1\nb: {c: 1, c: 2}\n");
  ASSERT_THAT(document.problems, SizeIs(1));
  EXPECT_EQ(document.problems[0].at, (Position{.line = 2, .column = 11}));
  EXPECT_EQ(document.root.Find("b")->Find("c")->text, "1");
}

TEST(YamlTreeTest, RefusesWhatHidesAValue) {
  EXPECT_THAT(OnlyProblemOf("a: &x 1\n").message, HasSubstr("anchors (&x)"));
  EXPECT_THAT(OnlyProblemOf("a: {<<: 1}\n").message, HasSubstr("merge keys"));
  EXPECT_THAT(OnlyProblemOf("a: !!int 1\n").message, HasSubstr("tags"));
  EXPECT_THAT(OnlyProblemOf("? [a]\n: 1\n").message, HasSubstr("a key must be"));
  EXPECT_THAT(OnlyProblemOf("a: 1\n---\nb: 2\n").message, HasSubstr("second document"));
  EXPECT_THAT(Parse("a: &x 1\nb: *x\n").problems, SizeIs(2));
}

TEST(YamlTreeTest, RefusesBytesThatAreNotUtf8WithTheirPlace) {
  const Problem problem = OnlyProblemOf("a: \xC3\xA9\nb: \xFFz\n");
  EXPECT_EQ(problem.at, (Position{.line = 2, .column = 4}));
  EXPECT_EQ(problem.message, "not UTF-8");
  EXPECT_EQ(OnlyProblemOf(std::string("a: \0b", 5)).message, "a NUL byte");
  EXPECT_EQ(OnlyProblemOf("\xED\xA0\x80").message, "not UTF-8");
}

TEST(YamlTreeTest, PointsAtASyntaxErrorAndHoldsNothing) {
  const Document document = Parse("a: 1\n b: 2\n");
  ASSERT_THAT(document.problems, SizeIs(1));
  EXPECT_EQ(document.problems[0].at.line, 2);
  EXPECT_FALSE(document.complete);
  EXPECT_EQ(document.root.kind, Node::Kind::kNull);
}

TEST(YamlTreeTest, RefusesNestingDeeperThan32) {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']');
  };
  EXPECT_THAT(Parse(nested(32)).problems, IsEmpty());
  EXPECT_THAT(OnlyProblemOf(nested(33)).message, HasSubstr("nested deeper"));
  EXPECT_THAT(OnlyProblemOf(nested(100'000)).message, HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace touchline::yaml
