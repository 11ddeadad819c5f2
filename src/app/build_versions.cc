#include "app/build_versions.h"

#include "adapters/rocksdb/build_kind.h"
#include "adapters/rocksdb/rocks_store.h"

namespace touchline::app {

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
  };
}

}  // namespace touchline::app
