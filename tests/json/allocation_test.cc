// Counts what the decoder takes from the heap; a program of its own, for it replaces operator new.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "tests/json/example_files.h"

namespace {
size_t allocations = 0;
}  // namespace

// Not inlined: seen side by side, the compiler takes free() for a mistake.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace touchline::json {
namespace {

using pipeline::DecodeStatus;

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
  const size_t before = allocations;
  decode_all();
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(good, 2 * (texts.size() + 1));
}

TEST(DecoderAllocationTest, CounterSeesAnAllocation) {
  const size_t before = allocations;
  const std::string long_text(1000, 'x');
  EXPECT_GT(allocations, before) << long_text.size();
}

}  // namespace
}  // namespace touchline::json
