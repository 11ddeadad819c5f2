#pragma once

#include "app/commands.h"
#include "app/log.h"
#include "base/result.h"

namespace touchline::app {

struct DemoOptions {
  std::string listen = "127.0.0.1:9464";
  uint64_t seed = 1;
  double contacts_per_hour = 3600;
  Duration run_for;  // zero: until a signal comes
};

// `run`: processes the configured topics until SIGTERM or SIGINT; SIGHUP reads the configuration
// anew.
ExitCode RunRun(const ConfigOptions& options, const Console& console,
                const pipeline::Clock& clock, Logger* log);

// `demo`: an embedded broker, a simulated contact centre and the processor in one process, on a
// temporary state folder. Prints the address, then a line of numbers a second, to console.out.
ExitCode RunDemo(const DemoOptions& options, const Console& console,
                 const pipeline::Clock& clock, Logger* log);

}  // namespace touchline::app
