#pragma once

#include "base/time.h"
#include "pipeline/ports.h"

namespace touchline::test {

// A clock that moves when told. Both readings move together.
class FakeClock final : public pipeline::Clock {
 public:
  explicit FakeClock(WallTime start = WallTime::FromMillis(1'700'000'000'000)) : now_(start) {}

  WallTime Now() const override { return now_; }
  int64_t MonotonicNanos() const override { return elapsed_.millis() * 1'000'000; }

  // REQUIRES: by >= 0.
  void Advance(Duration by) {
    now_ = now_ + by;
    elapsed_ = elapsed_ + by;
  }

 private:
  WallTime now_;
  Duration elapsed_;
};

}  // namespace touchline::test
