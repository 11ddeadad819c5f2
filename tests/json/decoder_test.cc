#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "tests/json/event_text.h"

namespace touchline::json {
namespace {

using domain::EventType;
using domain::RejectReason;
using pipeline::DecodeStatus;
using pipeline::Header;

constexpr std::string_view kHeld =
    R"({"specversion":"1.0","id":"e-1","source":"//pbx/1","type":"call.held",)"
    R"("time":"2026-11-22T02:12:50.123Z","subject":"call-1","data":{}})";

std::vector<Header> BinaryHeaders() {
  return {{"ce_specversion", "1.0"},
          {"ce_id", "e-1"},
          {"ce_source", "//pbx/1"},
          {"ce_type", "call.answered"},
          {"ce_time", "2026-11-22T02:12:50.123Z"},
          {"ce_subject", "call-1"}};
}

TEST(DecoderModeTest, ValueWithoutHeadersIsStructured) {
  TextDecoder decoder;
  const Decoded decoded = decoder.Decode(kHeld);
  ASSERT_EQ(decoded, DecodeStatus::kEvent) << decoded.error.detail;
  EXPECT_EQ(decoded.event.type, EventType::kCallHeld);
  EXPECT_EQ(decoded.event.subject, "call-1");
  EXPECT_EQ(decoded.event.source, "//pbx/1");
  EXPECT_EQ(decoded.event.id, "e-1");
  EXPECT_EQ(decoded.event.id_hash, HashEventId("//pbx/1", "e-1"));
  EXPECT_EQ(decoded.event.time(), EventTime::FromMillis(1795313570123));
}

TEST(DecoderModeTest, StructuredContentTypeWinsOverCeHeaders) {
  TextDecoder decoder;
  const Decoded decoded = decoder.Decode(
      kHeld, {{"ce_id", "other"}, {"Content-Type", "application/CloudEvents+JSON; charset=utf-8"}});
  ASSERT_EQ(decoded, DecodeStatus::kEvent) << decoded.error.detail;
  EXPECT_EQ(decoded.event.id, "e-1");
}

TEST(DecoderModeTest, CeHeadersMakeTheValueData) {
  TextDecoder decoder;
  const Decoded decoded = decoder.Decode(R"({"agent":"anna","team":"blue"})", BinaryHeaders());
  ASSERT_EQ(decoded, DecodeStatus::kEvent) << decoded.error.detail;
  EXPECT_EQ(decoded.event.type, EventType::kCallAnswered);
  EXPECT_EQ(decoded.event.agent, "anna");
  EXPECT_EQ(decoded.event.team, "blue");
}

TEST(DecoderModeTest, BatchOfCloudEventsIsNotOne) {
  TextDecoder decoder;
  const Decoded decoded =
      decoder.Decode("[]", {{"content-type", "application/cloudevents-batch+json"}});
  ASSERT_EQ(decoded, DecodeStatus::kRejected);
  EXPECT_EQ(decoded.error.reason, RejectReason::kNotCloudEvent);
}

TEST(DecoderModeTest, JsonWithoutSpecversionOrHeadersIsNoCloudEvent) {
  TextDecoder decoder;
  for (const std::string_view value : {"{}", "[]", "7", "\"x\"", "null", R"({"agent":"anna"})"}) {
    const Decoded decoded = decoder.Decode(value);
    ASSERT_EQ(decoded, DecodeStatus::kRejected) << value;
    EXPECT_EQ(decoded.error.reason, RejectReason::kNotCloudEvent) << value;
  }
}

TEST(DecoderSizeTest, BoundIsTheLargestThatIsRead) {
  TextDecoder decoder({.max_bytes = kHeld.size()});
  EXPECT_EQ(decoder.Decode(kHeld), DecodeStatus::kEvent);
  const Decoded decoded = decoder.Decode(std::string(kHeld) + " ");
  ASSERT_EQ(decoded, DecodeStatus::kRejected);
  EXPECT_EQ(decoded.error.reason, RejectReason::kTooLarge);
}

TEST(DecoderSizeTest, DefaultBoundIsOneMebibyte) {
  TextDecoder decoder;
  std::string value(kHeld);
  value.resize(size_t{1} << 20, ' ');
  EXPECT_EQ(decoder.Decode(value), DecodeStatus::kEvent);
  EXPECT_EQ(decoder.Decode(value + " ").error.reason, RejectReason::kTooLarge);
}

TEST(DecoderUnknownTypeTest, IsSkippedWhateverItsData) {
  TextDecoder decoder;
  EXPECT_EQ(decoder.Decode(EventWithData("order.shipped", "[1,2]")), DecodeStatus::kUnknownType);
  std::vector<Header> headers = BinaryHeaders();
  headers[3].value = "order.shipped";
  EXPECT_EQ(decoder.Decode("not json", headers), DecodeStatus::kUnknownType);
}

TEST(DecoderStateTest, NothingOfOneEventReachesTheNext) {
  TextDecoder decoder;
  ASSERT_EQ(decoder.Decode(EventWithData("call.queued", R"({"queue":"q","customer":"c"})")),
            DecodeStatus::kEvent);
  EXPECT_EQ(decoder.Decode("{").error.reason, RejectReason::kTruncated);
  const Decoded decoded = decoder.Decode(kHeld);
  ASSERT_EQ(decoded, DecodeStatus::kEvent);
  EXPECT_EQ(decoded.event.queue, "");
  EXPECT_EQ(decoded.event.customer, "");
}

}  // namespace
}  // namespace touchline::json
