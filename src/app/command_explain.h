#pragma once

#include <string>

#include "app/commands.h"

namespace touchline::app {

struct ExplainOptions {
  ConfigOptions config;
  std::string what;  // "interaction", or a metric's name
  std::string id;    // of an interaction
  std::string kind, name_space, topic, partner;  // empty: any
  bool json = false;
  std::string url;    // of the instance to ask; empty: the configuration's http.listen
  std::string state;  // a state folder to read instead
};

// `explain METRIC` prints the metric's contract. `explain interaction ID` prints an interaction's
// log and intervals: as a running instance answers (docs/api.md), or as the same code answers on a
// state folder that no process has open.
// kUsage: an unknown metric, or what cannot be asked; kRuntime: nobody answers, or there is nothing
// to tell; kStateUnreadable: the folder cannot be read.
ExitCode RunExplain(const ExplainOptions& options, const Console& console);

}  // namespace touchline::app
