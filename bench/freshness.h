#pragma once

#include <cstdint>

#include "bench/processing.h"

namespace touchline::bench {

struct FreshnessFigures {
  uint64_t events = 0;
  uint64_t scrapes = 0;
  uint64_t series = 0;  // on /metrics at the end
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
};

// From handing an event to the producer until an answer of /metrics counts it: the program runs in
// a process of its own, this one sends at a steady rate and scrapes without a pause. A mark is made
// every 2 ms: so many have been sent by now. It is visible when the page counts as many.
FreshnessFigures MeasureFreshness(const ProcessOptions& options, uint64_t events_per_second,
                                  int64_t seconds);

}  // namespace touchline::bench
