#pragma once

#include <string>

#include "app/commands.h"

namespace touchline::app {

struct StateOptions {
  ConfigOptions config;
  std::string folder;  // empty: the configuration's
  bool verify = false;
};

// Prints what the folder is bound to, each task's position and watermark, and rows and bytes by
// table. Reads every row. Exit code 74: not a state folder, open elsewhere, or damaged.
ExitCode RunState(const StateOptions& options, const Console& console);

}  // namespace touchline::app
