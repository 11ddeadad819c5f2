#pragma once

#include <array>
#include <cstddef>

#include "base/result.h"

namespace touchline::pipeline {

// Takes n things in order, and says meanwhile which are to come: one is worked on in the time that
// memory takes to arrive. `expect(i)` asks from afar for what the i-th needs and returns a pointer
// to it; `expect_soon(i, found)` asks for more when it has come; `take(i, found)` returns a Status.
template <class Expect, class ExpectSoon, class Take>
Status TakeLookingAhead(size_t n, Expect expect, ExpectSoon expect_soon, Take take) {
  constexpr size_t kFar = 8;
  constexpr size_t kNear = 4;
  std::array<decltype(expect(size_t{})), kFar> found = {};
  for (size_t i = 0; i < kFar && i < n; ++i) found[i] = expect(i);
  for (size_t i = 0; i < n; ++i) {
    if (i + kNear < n) expect_soon(i + kNear, found[(i + kNear) % kFar]);
    const auto due = found[i % kFar];
    if (i + kFar < n) found[i % kFar] = expect(i + kFar);
    if (auto s = take(i, due); !s) return s;
  }
  return {};
}

}  // namespace touchline::pipeline
