#pragma once

#include <cstdint>
#include <string>

#include "domain/event.h"
#include "simulator/random.h"

namespace touchline::simulator {

// Writes what a strict reader must refuse, and what it must skip. Works in the neighbourhood of a
// real event: same subject, source and time, so that it lands in that event's partition.
class PoisonMaker {
 public:
  explicit PoisonMaker(uint64_t seed) : random_(seed) {}

  // Appends an unreadable record to *out, each kind of damage with equal probability; returns why
  // it must be refused.
  domain::RejectReason Poison(const domain::Event& near, std::string* out);
  // Appends a sound CloudEvent of a type outside the contract.
  void UnknownType(const domain::Event& near, std::string* out);

 private:
  Random random_;
  uint64_t next_id_ = 1;
};

}  // namespace touchline::simulator
