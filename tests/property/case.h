#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/naive/model.h"

namespace touchline::property {

// What a run is fed: a few partitions of records and the rules. Inputs that share a name_space
// share journeys. Records of one input are consumed in their order; among inputs, in the order of
// consumed_at.
struct Case {
  std::string name;  // "wild" or "simulated"
  uint64_t seed = 0;
  std::string knobs;  // what the seed chose, for people
  naive::Rules rules;
  std::vector<naive::InputLog> inputs;
  // Live: when everything has been read, the broker proves it at this instant. Absent: never.
  std::optional<WallTime> proved_at;
};

// What came out of a run.
struct Published {
  naive::NetValues values;
  naive::LongestWaiting waiting;
  std::vector<EventTime> watermarks;  // by input
  EventTime journeys_watermark = EventTime::Min();
  std::string unexplained;  // what does not add up of what contacts' explanations say
};
using Runner = std::function<Published(const Case&)>;

// A case whose contacts do what no contact centre would: any event of their kind at any time.
// Small texts, many ties, tight rules, so that every rule is met within some hundred events.
Case WildCase(uint64_t seed);

// A few hours of the simulator with all knobs on, over one partition per topic.
Case SimulatedCase(uint64_t seed);

// The same records in the order of their events' times, without duplicates.
Case Straightened(Case c);
// Records trade places within `within` of their instants of consumption.
Case Shuffled(Case c, uint64_t seed, Duration within);
// Every event once more, right after itself or some time later.
Case Duplicated(Case c, uint64_t seed);

// A small deterministic generator: the same stream on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 0x7F4A7C15u) {}
  uint64_t Next() {  // splitmix64
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // In [0, n). REQUIRES: n > 0.
  int64_t Below(int64_t n) { return static_cast<int64_t>(Next() % static_cast<uint64_t>(n)); }
  bool Percent(int64_t share) { return Below(100) < share; }
  template <class T>
  const T& OneOf(const std::vector<T>& values) {
    return values[static_cast<size_t>(Below(static_cast<int64_t>(values.size())))];
  }

 private:
  uint64_t state_;
};

}  // namespace touchline::property
