#pragma once

#include <cstdint>
#include <string>

#include "simulator/bench_feed.h"
#include "tests/integration/installation.h"

namespace touchline::test {

// One topic, "events", that takes what BenchFeed tells.
Installation::Options FeedTopic(const std::string& name, int32_t partitions);

// Sends the whole feed to one topic of the shared broker, and returns how many events that were,
// once the broker has them all.
uint64_t Preload(const std::string& topic, const simulator::BenchFeedOptions& feed);

// An instant so long ago.
EventTime Ago(Duration past);

}  // namespace touchline::test
