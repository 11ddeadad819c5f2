#pragma once

#include <string>
#include <vector>

#include "app/commands.h"
#include "app/open_output.h"

namespace touchline::app {

struct ImportOptions {
  OutputOptions output;
  std::string mapping;
  std::vector<std::string> files;
  bool strict = false;    // a bad row: nothing is sent, exit code 1
  bool no_final = false;  // more of this source will come: do not end it
};

// Sends the events of exported rows as one recorded source, in the order of their times, and ends
// it with a final heartbeat to every partition. Bad rows are named on console.err, the first 20 of
// them, and counted.
ExitCode RunImport(const ImportOptions& options, const Console& console, Logger* log);

}  // namespace touchline::app
