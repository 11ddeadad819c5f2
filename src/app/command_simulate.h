#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/commands.h"
#include "app/log.h"
#include "app/open_output.h"
#include "base/result.h"
#include "pipeline/ports.h"
#include "simulator/options.h"

namespace touchline::app {

struct SimulateOptions {
  OutputOptions output;
  simulator::SimulatorOptions simulator;
  bool start_given = false;      // else a story to Kafka begins now
  std::optional<double> rate;    // records per second of wall time
  bool full_speed = false;       // do not wait for anything
  std::optional<uint64_t> limit;  // records
  std::string topic_prefix = "support.";
};

// Tells a simulated contact centre's day. To Kafka, each record is sent when its own time has come
// on the wall, unless a rate or full speed is asked for; to a file, at full speed.
ExitCode RunSimulate(SimulateOptions options, const Console& console,
                     const pipeline::Clock& clock, Logger* log);

}  // namespace touchline::app
