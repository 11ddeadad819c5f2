#include "adapters/system_clock.h"

#include <chrono>
#include <thread>

namespace touchline::adapters {

WallTime SystemClock::Now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return WallTime::FromMillis(
      std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
}

int64_t SystemClock::MonotonicNanos() const {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_start).count();
}

void SystemClock::Sleep(Duration duration) {
  if (duration.millis() <= 0) return;
  std::this_thread::sleep_for(std::chrono::milliseconds(duration.millis()));
}

}  // namespace touchline::adapters
