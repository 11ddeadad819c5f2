// What the decoder takes from the heap; a program of its own, for it replaces operator new.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "tests/json/example_files.h"
#include "tests/support/allocation_counter.h"

namespace touchline::json {
namespace {

using pipeline::DecodeStatus;
using test::Allocations;

TEST(DecoderAllocationTest, WarmDecoderTakesNothingForGoodEvents) {
  std::vector<std::string> texts;
  for (const std::string& name : DocumentNames("examples/structured")) {
    texts.push_back(ReadDocument("examples/structured/" + name + ".json"));
  }
  const BinaryExample binary = ReadBinaryExample("call.queued");
  std::vector<pipeline::Header> headers;
  for (const auto& [name, value] : binary.headers) headers.push_back({name, value});

  CloudEventDecoder decoder;
  domain::Event event;
  pipeline::DecodeError error;
  size_t good = 0;
  const auto decode_all = [&] {
    for (const std::string& text : texts) {
      good += decoder.Decode({.payload = text}, &event, &error) == DecodeStatus::kEvent;
    }
    good += decoder.Decode({.key = binary.key, .payload = binary.value, .headers = headers}, &event,
                           &error) == DecodeStatus::kEvent;
  };
  decode_all();
  const size_t before = Allocations();
  decode_all();
  EXPECT_EQ(Allocations(), before);
  EXPECT_EQ(good, 2 * (texts.size() + 1));
}

}  // namespace
}  // namespace touchline::json
