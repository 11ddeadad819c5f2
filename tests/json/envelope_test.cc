#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/json/event_text.h"

namespace touchline::json {
namespace {

using domain::RejectReason;
using pipeline::DecodeStatus;
using pipeline::Header;

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// "" for a decoded event, else the name of the reason.
std::string Why(const Decoded& decoded) {
  if (decoded.status != DecodeStatus::kRejected) return "";
  return std::string(domain::Name(decoded.error.reason));
}

struct AttributeCase {
  std::string name;
  std::string value;  // JSON; empty to leave the attribute out
  std::string why;    // empty: accepted
};

void Check(const std::vector<AttributeCase>& cases) {
  TextDecoder decoder;
  for (const auto& [name, value, why] : cases) {
    const Decoded decoded = decoder.Decode(EventWithAttribute(name, value));
    EXPECT_EQ(Why(decoded), why) << name << " = " << value.substr(0, 80);
    // The detail names the attribute, so that a partner can mend his event.
    if (decoded == DecodeStatus::kRejected && name != "data") {
      EXPECT_NE(decoded.error.detail.find(name), std::string::npos) << decoded.error.detail;
    }
  }
}

TEST(EnvelopeTest, EachRequiredAttributeIsMissed) {
  Check({{"id", "", "missing_field"},
         {"source", "", "missing_field"},
         {"type", "", "missing_field"},
         {"time", "", "missing_field"},
         {"subject", "", "missing_field"},
         {"specversion", "", "not_cloud_event"}});
}

TEST(EnvelopeTest, NullIsAsAbsent) {
  Check({{"id", "null", "missing_field"},
         {"subject", "null", "missing_field"},
         {"partner", "null", ""},
         {"sequence", "null", ""},
         {"datacontenttype", "null", ""},
         {"data", "null", ""}});
}

TEST(EnvelopeTest, AttributesAreTexts) {
  for (const char* name : {"id", "source", "type", "time", "subject", "partner", "specversion"}) {
    Check({{name, "1", "wrong_type"}, {name, "true", "wrong_type"}, {name, "{}", "wrong_type"}});
  }
}

TEST(EnvelopeTest, OnlySpecVersionOneIsKnown) {
  Check({{"specversion", R"("1.0")", ""},
         {"specversion", R"("0.3")", "unknown_spec_version"},
         {"specversion", R"("1.0.1")", "unknown_spec_version"},
         {"specversion", R"("1")", "unknown_spec_version"},
         {"specversion", R"("")", "unknown_spec_version"}});
}

TEST(EnvelopeTest, TextsReachTheirBoundAndNoFurther) {
  Check({{"id", Quoted(std::string(256, 'x')), ""},
         {"id", Quoted(std::string(257, 'x')), "bad_value"},
         {"id", R"("")", "bad_value"},
         {"source", Quoted(std::string(1024, 'x')), ""},
         {"source", Quoted(std::string(1025, 'x')), "bad_value"},
         {"source", R"("")", "bad_value"},
         {"subject", Quoted(std::string(256, 'x')), ""},
         {"subject", Quoted(std::string(257, 'x')), "bad_value"},
         {"subject", R"("")", "bad_value"},
         {"partner", Quoted(std::string(128, 'x')), ""},
         {"partner", Quoted(std::string(129, 'x')), "bad_value"},
         {"partner", R"("")", "bad_value"},
         {"type", Quoted(std::string(257, 'x')), "bad_value"},
         {"type", R"("")", "bad_value"}});
}

TEST(EnvelopeTest, ControlCharactersAreRefusedWhereverTheyStand) {
  for (const char* name : {"id", "source", "type", "subject", "partner"}) {
    for (size_t size = 1; size <= 20; ++size) {
      for (size_t at = 0; at < size; ++at) {
        const std::string before(at, 'x');
        const std::string after(size - at - 1, 'x');
        Check({{name, Quoted(before + "\\u001f" + after), "bad_value"},
               {name, Quoted(before + "\x7f" + after), "bad_value"}});
      }
    }
  }
}

TEST(EnvelopeTest, EveryOtherCharacterIsLetThrough) {
  TextDecoder decoder;
  for (int c = 0x20; c < 0x7F; ++c) {
    std::string text(9, static_cast<char>(c));
    std::string escaped;
    for (const char x : text)
      escaped += x == '"' || x == '\\' ? std::string("\\") + x : std::string(1, x);
    const std::string event = EventWithAttribute("id", Quoted(escaped));
    const Decoded decoded = decoder.Decode(event);
    ASSERT_EQ(Why(decoded), "") << c;
    EXPECT_EQ(decoded.event.id, text);
  }
  EXPECT_EQ(Why(decoder.Decode(EventWithAttribute("id", R"("éß漢🙂 ")"))), "");
}

TEST(EnvelopeTest, TimesThatCannotBeAreRefused) {
  Check({{"time", R"("2024-02-29T23:59:59Z")", ""},
         {"time", R"("2023-02-29T23:59:59Z")", "bad_time"},
         {"time", R"("2026-13-01T00:00:00Z")", "bad_time"},
         {"time", R"("2026-11-31T00:00:00Z")", "bad_time"},
         {"time", R"("2026-11-22T24:00:00Z")", "bad_time"},
         {"time", R"("2026-11-22T02:12:50")", "bad_time"},
         {"time", R"("2026-11-22 02:12:50Z")", "bad_time"},
         {"time", R"("2026-11-22T02:12:50.Z")", "bad_time"},
         {"time", R"("1763777570")", "bad_time"},
         {"time", R"("")", "bad_time"},
         {"time", "1763777570", "wrong_type"}});
}

TEST(EnvelopeTest, TimesReachFrom1970To2199InUtc) {
  Check({{"time", R"("1970-01-01T00:00:00Z")", ""},
         {"time", R"("1969-12-31T23:59:59.999Z")", "bad_time"},
         {"time", R"("1970-01-01T00:59:59+01:00")", "bad_time"},
         {"time", R"("1970-01-01T01:00:00+01:00")", ""},
         {"time", R"("2199-12-31T23:59:59.999999999Z")", ""},
         {"time", R"("2200-01-01T00:00:00Z")", "bad_time"},
         {"time", R"("2199-12-31T23:59:59-00:01")", "bad_time"}});
}

TEST(EnvelopeTest, NanosecondsOfTheTimeAreKept) {
  TextDecoder decoder;
  const std::string text = EventWithAttribute("time", R"("2026-11-22T03:12:50.123456789+01:00")");
  EXPECT_EQ(decoder.Decode(text).event.time_ns, 1795313570123456789);
}

TEST(EnvelopeTest, SequenceIsDigitsWithin64Bits) {
  Check({{"sequence", R"("0")", ""},
         {"sequence", R"("18446744073709551615")", ""},
         {"sequence", R"("18446744073709551616")", "bad_number"},
         {"sequence", R"("28446744073709551615")", "bad_number"},
         {"sequence", R"("99999999999999999999")", "bad_number"},
         {"sequence", R"("00000000000000000007")", ""},
         {"sequence", R"("000000000000000000007")", "bad_number"},
         {"sequence", R"("")", "bad_number"},
         {"sequence", R"("-1")", "bad_number"},
         {"sequence", R"("1.5")", "bad_number"},
         {"sequence", R"("0x1f")", "bad_number"},
         {"sequence", R"("1844674407370955161a")", "bad_number"},
         {"sequence", R"(" 1")", "bad_number"},
         {"sequence", "7", ""},
         {"sequence", "18446744073709551615", ""},
         {"sequence", "-1", "bad_number"},
         {"sequence", "1.5", "bad_number"},
         {"sequence", "true", "wrong_type"}});
  TextDecoder decoder;
  EXPECT_EQ(decoder.Decode(EventWithAttribute("sequence", R"("0017")")).event.sequence, 17u);
  EXPECT_EQ(decoder.Decode(EventWithAttribute("sequence", "17")).event.sequence, 17u);
  EXPECT_EQ(
      decoder.Decode(EventWithAttribute("sequence", R"("18446744073709551615")")).event.sequence,
      UINT64_MAX);
  EXPECT_EQ(decoder.Decode(EventWithAttribute("sequence", "")).event.sequence, std::nullopt);
}

TEST(EnvelopeTest, NumberBeyond64BitsIsBadAnywhere) {
  TextDecoder decoder;
  EXPECT_EQ(Why(decoder.Decode(EventWithAttribute("sequence", "18446744073709551616"))),
            "bad_number");
  EXPECT_EQ(Why(decoder.Decode(EventWithAttribute("extra", "1e999"))), "bad_number");
}

TEST(EnvelopeTest, DataMustBeJson) {
  Check({{"datacontenttype", R"("application/json")", ""},
         {"datacontenttype", R"("Application/JSON; charset=utf-8")", ""},
         {"datacontenttype", R"("application/vnd.partner+json")", ""},
         {"datacontenttype", R"("application/avro")", "bad_value"},
         {"datacontenttype", R"("text/json")", "bad_value"}});
  TextDecoder decoder;
  const std::string sound = EventWithAttribute("data", "");
  EXPECT_EQ(Why(decoder.Decode(sound)), "");
  EXPECT_EQ(Why(decoder.Decode(sound.substr(0, sound.size() - 1) + R"(,"data_base64":"e30="})")),
            "wrong_type");
}

TEST(EnvelopeTest, AttributeTwiceIsRefusedEvenWhenBothSayTheSame) {
  TextDecoder decoder;
  for (const std::string_view twice :
       {R"("id":"e-1")", R"("\u0069d":"e-1")", R"("data":{})", R"("specversion":"1.0")"}) {
    std::string text = EventWithAttribute("extra", "1");
    text.insert(text.size() - 1, "," + std::string(twice));
    EXPECT_EQ(Why(decoder.Decode(text)), "duplicate_key") << text;
  }
}

TEST(EnvelopeTest, ExtensionTwiceIsRefused) {
  Check({{"extra", R"(1,"extra":1)", "duplicate_key"},
         {"x", R"(1,"x":null)", "duplicate_key"},
         {"d", R"({"a":{"b":1,"c":[{"d":1,"d":2}]}})", "duplicate_key"},
         {"extra", R"({"a":1,"b":{"a":1}})", ""}});
}

TEST(EnvelopeTest, UnknownTypeIsStillACloudEvent) {
  TextDecoder decoder;
  const auto with_type = [](std::string text) {
    return text.replace(text.find("call.held"), 9, "order.shipped");
  };
  EXPECT_EQ(decoder.Decode(with_type(EventWithAttribute("subject", ""))),
            DecodeStatus::kUnknownType);
  EXPECT_EQ(decoder.Decode(with_type(EventWithAttribute("time", ""))), DecodeStatus::kUnknownType);
  EXPECT_EQ(decoder.Decode(with_type(EventWithAttribute("data", "7")), "other-key"),
            DecodeStatus::kUnknownType);
  EXPECT_EQ(Why(decoder.Decode(with_type(EventWithAttribute("id", "")))), "missing_field");
  EXPECT_EQ(Why(decoder.Decode(with_type(EventWithAttribute("time", R"("soon")")))), "bad_time");
  EXPECT_EQ(Why(decoder.Decode(with_type(EventWithAttribute("data", R"({"a":1,"a":2})")))),
            "duplicate_key");
}

TEST(EnvelopeTest, TypeIsKnownByItsWholeName) {
  TextDecoder decoder;
  for (const std::string_view type :
       {"call.hel", "call.heldx", "Call.held", "call.held ", "x", "customer.touchpoinx",
        "customer.tXuchpoint", "selfservice_started"}) {
    EXPECT_EQ(decoder.Decode(EventWithData(type, "{}")), DecodeStatus::kUnknownType) << type;
  }
}

TEST(EnvelopeTest, KeyIsTheSubjectOrAbsent) {
  TextDecoder decoder;
  const std::string text = EventWithAttribute("subject", R"("call-1")");
  EXPECT_EQ(Why(decoder.Decode(text, "call-1")), "");
  EXPECT_EQ(Why(decoder.Decode(text, "")), "");
  EXPECT_EQ(Why(decoder.Decode(text, "call-2")), "key_mismatch");
  EXPECT_EQ(Why(decoder.Decode(text, "call-1 ")), "key_mismatch");
}

TEST(EnvelopeTest, HeartbeatNeedsNoSubjectAndThenAnyKeyDoes) {
  TextDecoder decoder;
  const std::string text =
      R"({"specversion":"1.0","id":"h","source":"s","type":"source.heartbeat",)"
      R"("time":"2026-11-22T02:12:50Z",)"
      R"("data":{"complete_until":"2026-11-22T02:12:00Z"}})";
  const Decoded decoded = decoder.Decode(text, "partition-3");
  ASSERT_EQ(Why(decoded), "") << decoded.error.detail;
  EXPECT_EQ(decoded.event.complete_until_ns, 1795313520000000000);
}

class BinaryEnvelopeTest : public testing::Test {
 protected:
  BinaryEnvelopeTest()
      : headers_({{"ce_specversion", "1.0"},
                  {"ce_id", "e-1"},
                  {"ce_source", "//pbx/1"},
                  {"ce_type", "call.held"},
                  {"ce_time", "2026-11-22T02:12:50.123Z"},
                  {"ce_subject", "call-1"}}) {}
  std::string Result(std::string_view value = "{}") {
    last_ = decoder_.Decode(value, headers_, "call-1");
    return Why(last_);
  }
  TextDecoder decoder_;
  std::vector<Header> headers_;
  Decoded last_;
};

TEST_F(BinaryEnvelopeTest, EachRequiredHeaderIsMissed) {
  const std::vector<Header> all = headers_;
  ASSERT_EQ(Result(), "");
  for (size_t i = 0; i < all.size(); ++i) {
    headers_ = all;
    headers_.erase(headers_.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(Result(), "missing_field") << all[i].name;
    EXPECT_EQ(last_.error.detail, std::string(all[i].name) + ": missing");
  }
}

TEST_F(BinaryEnvelopeTest, HeaderTwiceIsRefused) {
  headers_.push_back({"ce_id", "e-1"});
  EXPECT_EQ(Result(), "duplicate_key");
  headers_.back() = {"ce_extra", "1"};
  EXPECT_EQ(Result(), "");
  headers_.push_back({"ce_extra", "2"});
  EXPECT_EQ(Result(), "duplicate_key");
}

TEST_F(BinaryEnvelopeTest, CeHeadersAreUtf8AndOthersNeedNotBe) {
  headers_.push_back({"trace", "\xff"});
  EXPECT_EQ(Result(), "");
  headers_.back() = {"ce_extra", "\xff"};
  EXPECT_EQ(Result(), "invalid_utf8");
  headers_.back() = {"ce_\xff", "x"};
  EXPECT_EQ(Result(), "invalid_utf8");
  headers_.pop_back();
  headers_[1].value = "e\xc3";
  EXPECT_EQ(Result(), "invalid_utf8");
}

TEST_F(BinaryEnvelopeTest, ContentTypeMustBeJsonWhenGiven) {
  headers_.push_back({"content-type", "application/json; charset=utf-8"});
  EXPECT_EQ(Result(), "");
  headers_.back().value = "application/avro";
  EXPECT_EQ(Result(), "bad_value");
}

TEST_F(BinaryEnvelopeTest, PartnerAndSequenceAreHeaders) {
  headers_.push_back({"ce_partner", "northwind"});
  headers_.push_back({"ce_sequence", "18446744073709551615"});
  ASSERT_EQ(Result(), "");
  EXPECT_EQ(last_.event.partner, "northwind");
  EXPECT_EQ(last_.event.sequence, UINT64_MAX);
  headers_.back().value = "7a";
  EXPECT_EQ(Result(), "bad_number");
}

TEST_F(BinaryEnvelopeTest, ValueIsAnObject) {
  EXPECT_EQ(Result(""), "truncated");
  EXPECT_EQ(Result("[]"), "wrong_type");
  EXPECT_EQ(Result("null"), "wrong_type");
  EXPECT_EQ(Result("{"), "truncated");
  EXPECT_EQ(Result("{]"), "malformed_json");
}

TEST_F(BinaryEnvelopeTest, UnknownTypeIsSkippedWithoutReadingItsValue) {
  headers_[3].value = "order.shipped";
  for (const std::string_view value : {"", "\xff", "{"}) {
    EXPECT_EQ(decoder_.Decode(value, headers_), DecodeStatus::kUnknownType);
  }
}

TEST_F(BinaryEnvelopeTest, KeyIsTheSubject) {
  headers_[5].value = "call-2";
  EXPECT_EQ(Result(), "key_mismatch");
}

}  // namespace
}  // namespace touchline::json
