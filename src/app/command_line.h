#pragma once

#include <string>
#include <vector>

#include "app/commands.h"

namespace touchline::app {

// The whole program behind main(): reads the arguments (without the program's name), runs one
// sub-command, returns its exit code. A usage mistake goes to console.err and is kUsage; --help
// goes to console.out and is kOk.
ExitCode RunCommandLine(std::vector<std::string> arguments, const Console& console);

}  // namespace touchline::app
