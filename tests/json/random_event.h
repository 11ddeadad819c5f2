#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <string_view>

#include "domain/event.h"

namespace touchline::json {

// Makes sound events of the contract from a seed: any type, any of its fields, texts with every
// kind of character up to their bounds. Keeps the texts that its events view.
class RandomEvents {
 public:
  explicit RandomEvents(uint64_t seed) : random_(seed) {}

  domain::Event Next(domain::EventType type);

 private:
  bool OneIn(int n) { return Below(static_cast<uint64_t>(n)) == 0; }
  uint64_t Below(uint64_t n) { return random_() % n; }
  // 1..max_bytes bytes. Without control characters it can be an attribute of the envelope.
  std::string_view Text(size_t max_bytes, bool controls);
  void FillEnvelope(domain::Event* event);
  void FillData(domain::Event* event);

  std::mt19937_64 random_;
  std::deque<std::string> texts_;
};

// The first field in which the two differ, by name; empty when they are the same.
std::string_view Difference(const domain::Event& a, const domain::Event& b);

}  // namespace touchline::json
