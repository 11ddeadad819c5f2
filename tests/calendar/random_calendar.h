#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "domain/calendar/calendar_spec.h"

namespace touchline::test {

// Random numbers that are the same on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  // 0 to n - 1.
  int64_t Below(int64_t n) { return static_cast<int64_t>(engine_() % static_cast<uint64_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

// A zone whose offsets are whole minutes since 1970, and which does something odd.
std::string RandomZone(Dice* dice);

// A calendar of that zone, with shifts, breaks and holidays within `days` days from `first` on. It
// may be one that can never open.
domain::CalendarSpec RandomSpec(const std::string& zone, CivilDate first, int32_t days, Dice* dice);

// As Spec() reads it, in essence: for a person who looks into a failure.
std::string Describe(const domain::CalendarSpec& spec);

}  // namespace touchline::test
