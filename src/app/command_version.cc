#include <fmt/format.h>

#include "app/build_versions.h"
#include "app/commands.h"

namespace touchline::app {

ExitCode RunVersion(const Console& console) {
  for (const auto& [name, version] : BuildVersions()) {
    fmt::print(console.out, "{:<16}{}\n", name, version);
  }
  return ExitCode::kOk;
}

}  // namespace touchline::app
