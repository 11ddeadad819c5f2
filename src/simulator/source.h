#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/event.h"
#include "simulator/options.h"

namespace touchline::simulator {

// How a system writes its events.
enum class Platform : uint8_t {
  kFine,     // nanoseconds, no sequence
  kMillis,   // milliseconds, with a sequence per contact
  kSeconds,  // whole seconds: many equal instants, told apart by a sequence per contact
};

// One system that tells events: a partner's telephone, chat or ticket system. The CloudEvents
// `source`. A contact is told by one system from first to last, even when another partner takes it.
struct Source {
  std::string name;
  std::string partner;
  domain::Kind kind = domain::Kind::kCall;
  Platform platform = Platform::kFine;
};

// By partner, then kind: the index is partner * 3 + kind.
std::vector<Source> MakeSources(const SimulatorOptions& options);

// "alba", "brevis"...; a partner's name by its index.
std::string PartnerName(size_t index);

}  // namespace touchline::simulator
