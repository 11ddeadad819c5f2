#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/event_output.h"

namespace touchline::app {

// Where `simulate` and `import` send to.
struct OutputOptions {
  std::string file;       // "-": stdout; empty: Kafka
  std::string config;     // its kafka section; empty: `bootstrap` alone
  std::string bootstrap;  // over the configuration's; empty: that, else 127.0.0.1:9092
  int32_t create_topics = 0;  // partitions of missing topics; 0: do not create any
};

// The output that the options ask for, and the file behind it.
struct OpenedOutput {
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Closer> file;  // null for stdout and Kafka
  std::unique_ptr<EventOutput> events;
};

// kFatal carries the exit code: 78 for the configuration (its mistakes are then on console.err), 69
// for the broker, 1 otherwise.
Result<OpenedOutput> OpenOutput(const OutputOptions& options, std::vector<std::string> topics,
                                const Console& console, Logger* log);

}  // namespace touchline::app
