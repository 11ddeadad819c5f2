#pragma once

#include "pipeline/ports.h"

namespace touchline::adapters {

// The machine's clocks. The only place of the program that reads them or sleeps.
class SystemClock final : public pipeline::Clock {
 public:
  // UTC, whole milliseconds; may jump when the machine's clock is set.
  WallTime Now() const override;
  // Steady, since an unspecified start.
  int64_t MonotonicNanos() const override;
  // Blocks the calling thread; returns at once for zero or less.
  static void Sleep(Duration duration);
};

}  // namespace touchline::adapters
