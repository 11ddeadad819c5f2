#pragma once

#include <string>

namespace touchline::adapters {

// How the RocksDB library in this process was built: "release", "assertions" (about half the speed,
// and a full disk aborts the process) or "unknown" (linked statically). Looks at the loaded
// library's imports, so it tells the truth about the machine it runs on. Cost: one scan of a
// string table; ask once.
std::string RocksBuildKind();

// The library's version, "7.8.3".
std::string RocksVersion();

}  // namespace touchline::adapters
