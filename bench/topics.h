#pragma once

#include <cstdint>
#include <string>

#include "adapters/kafka/client.h"
#include "simulator/bench_feed.h"

namespace touchline::bench {

// A topic full of the feed's events (lz4, structured mode), and bare consumption of it: what a
// consumer of the same library costs that looks at nothing.

struct TopicFigures {
  uint64_t events = 0;
  uint64_t bytes = 0;  // of the events' JSON
};
struct ConsumeFigures {
  double wall = 0;  // seconds
  double cpu = 0;
};

struct BenchTopic {
  adapters::KafkaOptions kafka;
  std::string name;
  int32_t partitions = 8;
};

// Writes the events [begin, end) of the feed, or as many of them as there are.
TopicFigures Preload(const BenchTopic& topic, const simulator::BenchFeedOptions& feed,
                     uint64_t begin = 0, uint64_t end = UINT64_MAX);
// The same settings and partitions as the program's, one thread.
ConsumeFigures ConsumeBare(const BenchTopic& topic, uint64_t events);

}  // namespace touchline::bench
