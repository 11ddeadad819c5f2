#include "app/state_folder.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace touchline::app {

Result<std::unique_ptr<adapters::RocksStore>> OpenStateFolder(const std::string& folder) {
  // Opening would create what is not there.
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::path(folder) / "CURRENT", ignored)) {
    return Fatal(fmt::format("{} is not a state folder.", folder), ExitCode::kStateUnreadable);
  }
  return adapters::RocksStore::Open({.folder = folder, .own_thread = false});
}

}  // namespace touchline::app
