#pragma once

#include <memory>
#include <string>

#include "adapters/rocksdb/rocks_store.h"
#include "base/result.h"

namespace touchline::app {

// Opens the state for a command that only looks. kFatal with kStateUnreadable: it is none (and none
// is made of it), it is damaged, or another process has it open.
Result<std::unique_ptr<adapters::RocksStore>> OpenStateFolder(const std::string& folder);

}  // namespace touchline::app
