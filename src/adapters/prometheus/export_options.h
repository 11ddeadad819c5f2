#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/time_zone.h"

namespace touchline::adapters {

// How much a label may hold on the pages. What is whole in the state is bounded only here.
struct LabelLimits {
  size_t max_bytes = 128;    // of a value, cut between two characters; at least 4
  size_t max_values = 1000;  // of a label, unless named below
  std::map<std::string, size_t, std::less<>> max_values_of = {{"agent", 5000}};
};

// What "now" is for rolling windows.
enum class WindowClock : uint8_t {
  kWall,       // live sources: the time of the scrape
  kWatermark,  // recorded sources: the greatest watermark; no windows before there is one
};

// What the store and the consumer know and the ledger does not. Called once per scrape of the main
// page, from the scraping thread; either may be empty.
struct ExportSources {
  struct StateSize {
    int64_t entries = 0;
    int64_t bytes = 0;
  };
  struct InputLag {
    std::string source;
    int32_t partition = 0;
    int64_t records = 0;  // >= 0
  };
  std::function<StateSize()> state_size;
  std::function<std::vector<InputLag>()> input_lags;
};

struct ExportOptions {
  LabelLimits limits;
  WindowClock window_clock = WindowClock::kWall;
  // Where a partner's `today` begins; UTC for one that is not named.
  std::map<std::string, TimeZone, std::less<>> zones;
  // The label `source` of a topic; its own name for one that is not named.
  std::map<std::string, std::string, std::less<>> source_of_topic;
  // Labels of touchline_build_info, in this order: {"version", "0.1.0"}, {"rocksdb", "7.8.3"}...
  std::vector<std::pair<std::string, std::string>> build_info;
  ExportSources sources;
};

}  // namespace touchline::adapters
