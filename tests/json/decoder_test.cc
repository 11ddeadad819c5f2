#include <gtest/gtest.h>

#include <span>
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

TEST(DecoderModeTest, AValueThatIsACloudEventWinsOverAllHeaders) {
  TextDecoder decoder;
  const Decoded decoded =
      decoder.Decode(kHeld, {{"ce_id", "other"}, {"ce_specversion", "1.0"},
                             {"content-type", "application/json"}});
  ASSERT_EQ(decoded, DecodeStatus::kEvent) << decoded.error.detail;
  EXPECT_EQ(decoded.event.id, "e-1");
}

TEST(DecoderModeTest, HeadersAreNotReadForAStructuredEvent) {
  class Unread final : public pipeline::RecordHeaders::Reader {
   public:
    std::span<const pipeline::Header> ReadHeaders(const void*) override {
      ++reads;
      return {};
    }
    int reads = 0;
  };
  Unread headers;
  CloudEventDecoder decoder;
  domain::Event event;
  pipeline::DecodeError error;
  EXPECT_EQ(decoder.Decode({.payload = kHeld, .headers = {&headers, nullptr}}, &event, &error),
            DecodeStatus::kEvent);
  EXPECT_EQ(headers.reads, 0);
  EXPECT_EQ(decoder.Decode({.payload = "{}", .headers = {&headers, nullptr}}, &event, &error),
            DecodeStatus::kRejected);
  EXPECT_EQ(headers.reads, 1);
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

// `levels` arrays within an extension attribute; the event's object is one more level.
std::string Nested(size_t levels, std::string_view inside) {
  return EventWithAttribute(
      "extra", std::string(levels, '[') + std::string(inside) + std::string(levels, ']'));
}

TEST(DecoderDepthTest, ThirtyTwoLevelsAreReadAndNoMore) {
  TextDecoder decoder;
  for (const std::string_view inside : {"1", ""}) {
    EXPECT_EQ(decoder.Decode(Nested(31, inside)), DecodeStatus::kEvent) << inside;
    const Decoded decoded = decoder.Decode(Nested(32, inside));
    ASSERT_EQ(decoded, DecodeStatus::kRejected) << inside;
    EXPECT_EQ(decoded.error.reason, RejectReason::kTooDeep) << inside;
  }
}

TEST(DecoderDepthTest, LevelsOfDataCountFromTheWholeValue) {
  TextDecoder decoder;
  const auto data = [](size_t levels) {
    return "{\"agent\":\"a\",\"x\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  EXPECT_EQ(decoder.Decode(EventWithData("call.answered", data(30))), DecodeStatus::kEvent);
  EXPECT_EQ(decoder.Decode(EventWithData("call.answered", data(31))).error.reason,
            RejectReason::kTooDeep);
  EXPECT_EQ(decoder.Decode(data(31), BinaryHeaders()), DecodeStatus::kEvent);
  EXPECT_EQ(decoder.Decode(data(32), BinaryHeaders()).error.reason, RejectReason::kTooDeep);
}

TEST(DecoderHostileTest, MegabyteOfBracketsIsTooDeep) {
  TextDecoder decoder;
  EXPECT_EQ(decoder.Decode(std::string(1 << 20, '[')).error.reason, RejectReason::kTooDeep);
  std::string objects;
  while (objects.size() < (1 << 20) - 5) objects += "{\"a\":";
  EXPECT_EQ(decoder.Decode(objects).error.reason, RejectReason::kTooDeep);
}

TEST(DecoderHostileTest, HundredThousandKeysAreReadInGoodTime) {
  TextDecoder decoder;
  std::string data = R"({"agent":"a")";
  for (int i = 0; i < 100'000; ++i) data += ",\"" + std::to_string(i) + "\":0";
  // Quadratic work would take minutes and trip the test's time limit.
  EXPECT_EQ(decoder.Decode(data + "}", BinaryHeaders()), DecodeStatus::kEvent);
  EXPECT_EQ(decoder.Decode(data + ",\"7\":0}", BinaryHeaders()).error.reason,
            RejectReason::kDuplicateKey);
}

TEST(DecoderHostileTest, BytesThatAreNoCharacterAreInvalidUtf8) {
  TextDecoder decoder;
  for (const std::string_view bytes :
       {"\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\\ud800",
        "\\udc00", "\\ud800\\ud800", "\\ud800x"}) {
    const Decoded decoded =
        decoder.Decode(EventWithAttribute("extra", "\"" + std::string(bytes) + "\""));
    ASSERT_EQ(decoded, DecodeStatus::kRejected) << testing::PrintToString(bytes);
    EXPECT_EQ(decoded.error.reason, RejectReason::kInvalidUtf8) << testing::PrintToString(bytes);
  }
}

TEST(DecoderHostileTest, WhatOtherParsersForgiveIsMalformed) {
  TextDecoder decoder;
  const std::string held(kHeld);
  for (const std::string& text :
       {held + "x", held + held, held + std::string(1, '\0'), "\xef\xbb\xbf" + held,
        "'" + held + "'", EventWithAttribute("extra", "01"), EventWithAttribute("extra", "+1"),
        EventWithAttribute("extra", ".5"), EventWithAttribute("extra", "1."),
        EventWithAttribute("extra", "NaN"), EventWithAttribute("extra", "nul"),
        EventWithAttribute("extra", "[1,]"), EventWithAttribute("extra", "{\"a\":1,}"),
        EventWithAttribute("extra", "{a:1}"), EventWithAttribute("extra", "'a'"),
        EventWithAttribute("extra", "\"\\x\""), EventWithAttribute("extra", "\"\t\""),
        EventWithAttribute("extra", "1 /* one */")}) {
    const Decoded decoded = decoder.Decode(text);
    ASSERT_EQ(decoded, DecodeStatus::kRejected) << text;
    EXPECT_EQ(decoded.error.reason, RejectReason::kMalformedJson) << text;
  }
}

TEST(DecoderHostileTest, EveryPrefixOfAnEventIsTruncated) {
  TextDecoder decoder;
  for (size_t size = 0; size < kHeld.size(); ++size) {
    const Decoded decoded = decoder.Decode(kHeld.substr(0, size));
    ASSERT_EQ(decoded, DecodeStatus::kRejected) << size;
    EXPECT_EQ(decoded.error.reason, RejectReason::kTruncated) << kHeld.substr(0, size);
  }
  EXPECT_EQ(decoder.Decode(" \n ").error.reason, RejectReason::kTruncated);
}

TEST(DecoderHostileTest, NulWithinATextIsPartOfIt) {
  TextDecoder decoder;
  const Decoded decoded = decoder.Decode(EventWithData("call.answered", R"({"agent":"a\u0000b"})"));
  ASSERT_EQ(decoded, DecodeStatus::kEvent) << decoded.error.detail;
  EXPECT_EQ(decoded.event.agent, std::string_view("a\0b", 3));
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
