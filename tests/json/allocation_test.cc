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

// Not inlined: seen side by side with new, the compiler takes free() for a mistake.
[[gnu::noinline]] void* Take(size_t size) noexcept {
  ++allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void Release(void* memory) noexcept { std::free(memory); }

void* TakeOrThrow(size_t size) {
  void* const memory = Take(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// All forms that the decoder's libraries use: a sanitizer would have its own for those left out.
void* operator new(size_t size) { return TakeOrThrow(size); }
void* operator new[](size_t size) { return TakeOrThrow(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return Take(size); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return Take(size); }
void operator delete(void* memory) noexcept { Release(memory); }
void operator delete[](void* memory) noexcept { Release(memory); }
void operator delete(void* memory, size_t) noexcept { Release(memory); }
void operator delete[](void* memory, size_t) noexcept { Release(memory); }

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
