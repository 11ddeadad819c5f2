#include "app/build_versions.h"

#include <cstdlib>
#include <fstream>
#include <string_view>

#include "adapters/rocksdb/build_kind.h"
#include "adapters/rocksdb/rocks_store.h"

namespace touchline::app {
namespace {

// "2025b". The database tells its version only in the first line of its source text.
std::string TimeZoneDatabaseVersion() {
  constexpr std::string_view kBefore = "# version ";
  const char* folder = std::getenv("TZDIR");
  std::ifstream in(std::string(folder == nullptr ? "/usr/share/zoneinfo" : folder) + "/tzdata.zi");
  std::string line;
  if (!std::getline(in, line) || !line.starts_with(kBefore)) return "unknown";
  return line.substr(kBefore.size());
}

}  // namespace

std::vector<std::pair<std::string, std::string>> BuildVersions() {
  return {
      {"touchline", TOUCHLINE_VERSION},
      {"state format", std::string(adapters::RocksStore::kFormatVersion)},
      {"compiler", TOUCHLINE_COMPILER},
      {"librdkafka", TOUCHLINE_RDKAFKA_VERSION},
      {"rocksdb", adapters::RocksVersion() + " (" + adapters::RocksBuildKind() + ")"},
      {"simdjson", TOUCHLINE_SIMDJSON_VERSION},
      {"prometheus-cpp", TOUCHLINE_PROMETHEUS_VERSION},
      {"yaml-cpp", TOUCHLINE_YAML_VERSION},
      {"libical", TOUCHLINE_ICAL_VERSION},
      {"tzdata", TimeZoneDatabaseVersion()},
  };
}

}  // namespace touchline::app
