#include "adapters/prometheus/label_values.h"

#include <gtest/gtest.h>

#include <string>

#include "base/utf8.h"

namespace touchline::adapters {
namespace {

TEST(SanitizeLabelValueTest, KeepsWhatIsFit) {
  EXPECT_EQ(SanitizeLabelValue("Zürich ☎", 128), "Zürich ☎");
  EXPECT_EQ(SanitizeLabelValue("a \"b\"\n\\", 128), "a \"b\"\n\\");
}

TEST(SanitizeLabelValueTest, CallsAnEmptyValueNone) {
  EXPECT_EQ(SanitizeLabelValue("", 128), "none");
}

TEST(SanitizeLabelValueTest, ReplacesEachByteThatIsNoUtf8) {
  EXPECT_EQ(SanitizeLabelValue("a\xFF\xC3z", 128), "a\uFFFD\uFFFDz");
  EXPECT_EQ(SanitizeLabelValue("\xC0\x80", 128), "\uFFFD\uFFFD") << "overlong";
  EXPECT_EQ(SanitizeLabelValue("\xED\xA0\x80", 128), "\uFFFD\uFFFD\uFFFD") << "surrogate";
  EXPECT_EQ(SanitizeLabelValue("\xF5\x80\x80\x80", 128), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(SanitizeLabelValue("\xE2\x82", 128), "\uFFFD\uFFFD") << "ends too early";
}

TEST(SanitizeLabelValueTest, CutsBetweenTwoCharactersAtTheBound) {
  EXPECT_EQ(SanitizeLabelValue(std::string(128, 'a'), 128), std::string(128, 'a'));
  EXPECT_EQ(SanitizeLabelValue(std::string(129, 'a'), 128), std::string(128, 'a'));
  EXPECT_EQ(SanitizeLabelValue("aaé", 3), "aa");
  EXPECT_EQ(SanitizeLabelValue("aaé", 4), "aaé");
  EXPECT_EQ(SanitizeLabelValue("a☎☎☎", 9), "a☎☎");
}

TEST(SanitizeLabelValueTest, StaysValidWhereverAHugeValueIsCut) {
  std::string huge;
  while (huge.size() < 10'000) huge += "é☎😀\xFF" "x";
  for (size_t bound = 4; bound < 40; ++bound) {
    const std::string value = SanitizeLabelValue(huge, bound);
    EXPECT_TRUE(IsValidUtf8(value)) << bound;
    EXPECT_LE(value.size(), bound);
    EXPECT_GT(value.size() + 4, bound) << "no more is cut than one character";
    EXPECT_EQ(ToValidUtf8(huge).compare(0, value.size(), value), 0) << bound;
  }
}

TEST(AppendEscapedTest, EscapesWhatTheTextFormatEscapes) {
  std::string out = ">";
  AppendEscaped("a\\b\"c\nd\te", &out);
  EXPECT_EQ(out, ">a\\\\b\\\"c\\nd\te");
}

LabelLimits Limits(size_t values) {
  return {.max_bytes = 16, .max_values = values, .max_values_of = {{"agent", 1}}};
}

TEST(LabelBoundsTest, SendsWhatComesTooLateToOther) {
  LabelBounds bounds(Limits(2));
  EXPECT_EQ(bounds.Bound(OpenLabel::kQueue, "a").value, "a");
  EXPECT_EQ(bounds.Bound(OpenLabel::kQueue, "b").value, "b");
  const auto third = bounds.Bound(OpenLabel::kQueue, "c");
  EXPECT_EQ(third.value, "other");
  EXPECT_TRUE(third.is_dropped);
}

TEST(LabelBoundsTest, KeepsWhatWasAdmitted) {
  LabelBounds bounds(Limits(1));
  bounds.Bound(OpenLabel::kQueue, "a");
  bounds.Bound(OpenLabel::kQueue, "b");
  EXPECT_EQ(bounds.Bound(OpenLabel::kQueue, "a").value, "a");
  EXPECT_FALSE(bounds.Bound(OpenLabel::kQueue, "a").is_dropped);
}

TEST(LabelBoundsTest, BoundsEachLabelByItself) {
  LabelBounds bounds(Limits(2));
  bounds.Bound(OpenLabel::kAgent, "a");
  EXPECT_EQ(bounds.Bound(OpenLabel::kAgent, "b").value, "other") << "the agents' own bound is 1";
  EXPECT_EQ(bounds.Bound(OpenLabel::kQueue, "b").value, "b");
}

TEST(LabelBoundsTest, GivesNoneAndOtherWithoutTakingRoom) {
  LabelBounds bounds(Limits(1));
  EXPECT_EQ(bounds.Bound(OpenLabel::kQueue, "").value, "none");
  EXPECT_EQ(bounds.Bound(OpenLabel::kQueue, "other").value, "other");
  EXPECT_FALSE(bounds.Bound(OpenLabel::kQueue, "other").is_dropped);
  EXPECT_EQ(bounds.Bound(OpenLabel::kQueue, "a").value, "a");
}

TEST(LabelBoundsTest, CountsValuesThatAreCutAlikeAsOne) {
  LabelBounds bounds(Limits(1));
  EXPECT_EQ(bounds.Bound(OpenLabel::kQueue, "0123456789abcdefX").value, "0123456789abcdef");
  EXPECT_EQ(bounds.Bound(OpenLabel::kQueue, "0123456789abcdefY").value, "0123456789abcdef");
}

TEST(LabelBoundsTest, AdmitsTheSameAfterARestart) {
  LabelBounds before(Limits(1));
  before.Bound(OpenLabel::kQueue, "z");
  const uint64_t version = before.version();
  before.Bound(OpenLabel::kQueue, "a");
  EXPECT_EQ(before.version(), version) << "a refusal is nothing to keep";

  LabelBounds after(Limits(1));
  after.Restore(before.admitted());
  EXPECT_EQ(after.Bound(OpenLabel::kQueue, "a").value, "other");
  EXPECT_EQ(after.Bound(OpenLabel::kQueue, "z").value, "z");
}

}  // namespace
}  // namespace touchline::adapters
