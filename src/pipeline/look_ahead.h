#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace touchline::pipeline {

// What is known of an entity that will be asked for: the hash of its key, and what seems to be it,
// a KeyedState's own; nullptr: nothing in memory. Only for speed. Valid until the next Durable.
struct Hint {
  uint64_t hash = 0;
  void* entity = nullptr;
};

// Takes n things in order, and says meanwhile which are to come: one is worked on in the time that
// memory takes to arrive. From afar, foresee(i, &hint) calls for the place where its entity will be
// looked up; then expect(i, &hint) looks it up and calls for it; then expect_soon(i, hint) calls
// for what it points to; and take(i, hint) returns a Status.
template <class Foresee, class Expect, class ExpectSoon, class Take>
Status TakeLookingAhead(size_t n, Foresee foresee, Expect expect, ExpectSoon expect_soon,
                        Take take) {
  constexpr size_t kFarthest = 16;
  constexpr size_t kFar = 8;
  constexpr size_t kNear = 4;
  std::array<Hint, kFarthest> hints = {};
  const auto hint_of = [&hints](size_t i) { return &hints[i % kFarthest]; };
  for (size_t i = 0; i < kFarthest && i < n; ++i) foresee(i, hint_of(i));
  for (size_t i = 0; i < kFar && i < n; ++i) expect(i, hint_of(i));
  for (size_t i = 0; i < n; ++i) {
    if (i + kNear < n) expect_soon(i + kNear, *hint_of(i + kNear));
    if (i + kFar < n) expect(i + kFar, hint_of(i + kFar));
    const Hint due = *hint_of(i);
    if (i + kFarthest < n) foresee(i + kFarthest, hint_of(i + kFarthest));
    if (auto s = take(i, due); !s) return s;
  }
  return {};
}

}  // namespace touchline::pipeline
