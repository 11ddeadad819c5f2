#include "tests/support/allocation_counter.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <string>
#include <thread>

namespace touchline::test {
namespace {

// The functions themselves: what an expression takes and gives back, a compiler may leave out.
TEST(AllocationCounterTest, CountsEachForm) {
  constexpr size_t kSize = 300;
  constexpr std::align_val_t kWide{128};
  const size_t before = Allocations();
  void* const plain = ::operator new(kSize);
  void* const array = ::operator new[](kSize);
  void* const nothrow = ::operator new(kSize, std::nothrow);
  void* const nothrow_array = ::operator new[](kSize, std::nothrow);
  void* const wide = ::operator new(kSize, kWide);
  void* const wide_array = ::operator new[](kSize, kWide);
  void* const nothrow_wide = ::operator new(kSize, kWide, std::nothrow);
  void* const nothrow_wide_array = ::operator new[](kSize, kWide, std::nothrow);
  EXPECT_EQ(Allocations() - before, 8u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(wide) % 128, 0u);
  ::operator delete(plain);
  ::operator delete[](array);
  ::operator delete(nothrow);
  ::operator delete[](nothrow_array);
  ::operator delete(wide, kWide);
  ::operator delete[](wide_array, kWide);
  ::operator delete(nothrow_wide, kWide);
  ::operator delete[](nothrow_wide_array, kWide);
}

TEST(AllocationCounterTest, CountsThoseOfOtherThreads) {
  void* memory = nullptr;
  size_t taken = 0;
  std::thread([&] {
    const size_t before = Allocations();
    memory = ::operator new(1000);
    taken = Allocations() - before;
  }).join();
  EXPECT_EQ(taken, 1u);
  ::operator delete(memory);
}

TEST(AllocationCounterTest, CountsWhatTheStandardLibraryTakes) {
  std::string text = "short";
  const size_t before = Allocations();
  text.append("er than its own place");
  EXPECT_EQ(Allocations() - before, 1u) << text;
}

TEST(AllocationCounterTest, CountsNothingWhereNothingIsTaken) {
  std::string text = "short";
  const size_t before = Allocations();
  text.append("er");
  EXPECT_EQ(Allocations() - before, 0u) << text;
}

}  // namespace
}  // namespace touchline::test
