#include "adapters/json/json_fault.h"

#include <gtest/gtest.h>

#include <string>

namespace touchline::json {
namespace {

using domain::RejectReason;

TEST(JsonFaultTest, EveryPrefixOfASoundTextIsTruncated) {
  const std::string text =
      R"({"a":[1,-2.5e+3,true,false,null,{"é🙂":"\u00e9\ud83d\ude42\n"}],"b":{}})";
  EXPECT_FALSE(FindJsonFault(text));
  for (size_t size = 0; size < text.size(); ++size) {
    const auto fault = FindJsonFault(text.substr(0, size));
    ASSERT_TRUE(fault) << size;
    EXPECT_EQ(fault->reason, RejectReason::kTruncated) << text.substr(0, size);
    EXPECT_EQ(fault->offset, size);
  }
}

TEST(JsonFaultTest, FirstFaultInTheOrderOfBytesDecides) {
  EXPECT_EQ(FindJsonFault("{\"a\":tru\xff")->reason, RejectReason::kMalformedJson);
  EXPECT_EQ(FindJsonFault("{\"\xff\":tru!")->reason, RejectReason::kInvalidUtf8);
  EXPECT_EQ(FindJsonFault("[1,2,}")->offset, 5u);
}

TEST(JsonFaultTest, CharacterCutInTheMiddleIsTruncated) {
  EXPECT_EQ(FindJsonFault("[\"\xf0\x9f\x99")->reason, RejectReason::kTruncated);
  EXPECT_EQ(FindJsonFault("[\"\\ud83d\\u")->reason, RejectReason::kTruncated);
  EXPECT_EQ(FindJsonFault("[\"\xf0\x9f\"")->reason, RejectReason::kInvalidUtf8);
}

TEST(JsonFaultTest, DepthIsThatOfTheInnermostContainer) {
  const std::string deepest = std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']');
  EXPECT_FALSE(FindJsonFault(deepest));
  const auto fault = FindJsonFault("[" + deepest + "]");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->reason, RejectReason::kTooDeep);
  EXPECT_EQ(fault->offset, kMaxDepth);
}

}  // namespace
}  // namespace touchline::json
