#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "adapters/json/cloud_event_encoder.h"
#include "tests/json/random_event.h"

namespace touchline::json {
namespace {

using domain::Event;
using domain::EventType;
using pipeline::DecodeStatus;

constexpr int kEventsPerType = 300;

uint64_t Seed() {
  const char* const given = std::getenv("TOUCHLINE_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20261122;
}

class RoundTripTest : public testing::TestWithParam<int> {
 protected:
  EventType type() const { return static_cast<EventType>(GetParam()); }
  // One decoder for all, as in production: what one event left behind must not reach the next.
  CloudEventDecoder decoder_;
  RandomEvents events_{Seed() + static_cast<uint64_t>(GetParam())};
};

TEST_P(RoundTripTest, StructuredModeKeepsEveryField) {
  for (int i = 0; i < kEventsPerType; ++i) {
    const Event sent = events_.Next(type());
    std::string text;
    AppendStructured(sent, &text);
    Event got;
    pipeline::DecodeError error;
    ASSERT_EQ(decoder_.Decode({.key = sent.subject, .payload = text}, &got, &error),
              DecodeStatus::kEvent)
        << error.detail << " in " << text;
    ASSERT_EQ(Difference(sent, got), "") << text;
  }
}

TEST_P(RoundTripTest, BinaryModeKeepsEveryField) {
  for (int i = 0; i < kEventsPerType; ++i) {
    const Event sent = events_.Next(type());
    const BinaryRecord record = EncodeBinary(sent);
    std::vector<pipeline::Header> headers;
    for (const auto& [name, value] : record.headers) headers.push_back({name, value});
    Event got;
    pipeline::DecodeError error;
    ASSERT_EQ(decoder_.Decode({.key = sent.subject, .payload = record.payload, .headers = headers},
                              &got, &error),
              DecodeStatus::kEvent)
        << error.detail << " in " << record.payload;
    ASSERT_EQ(Difference(sent, got), "") << record.payload;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryType, RoundTripTest,
                         testing::Range(0, static_cast<int>(domain::kEventTypeCount)),
                         [](const auto& param) {
                           std::string name(domain::Name(static_cast<EventType>(param.param)));
                           name[name.find('.')] = '_';
                           return name;
                         });

}  // namespace
}  // namespace touchline::json
