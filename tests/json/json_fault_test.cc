#include "adapters/json/json_fault.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/json/event_text.h"

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

}  // namespace
}  // namespace touchline::json
