#pragma once

#include "app/command_simulate.h"

namespace CLI {
class App;
}

namespace touchline::app {

// Declares the options of `simulate` that shape the story and its delivery. Values go to *options,
// which must outlive the command; ranges are checked by the simulator itself.
void AddSimulateFlags(CLI::App* command, SimulateOptions* options);

}  // namespace touchline::app
