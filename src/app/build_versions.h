#pragma once

#include <string>
#include <utility>
#include <vector>

namespace touchline::app {

// Name and version of the program, of what it was built with and from, and of its state format;
// what `version` prints and `build_info` exports. RocksDB's is that of the loaded library, with
// the kind of its build, and tzdata that of the machine's time zone database, or "unknown"; the
// others are those found at configuration time.
std::vector<std::pair<std::string, std::string>> BuildVersions();

}  // namespace touchline::app
