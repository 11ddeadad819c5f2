#include "simulator/source.h"

#include <array>

namespace touchline::simulator {

std::string PartnerName(size_t index) {
  constexpr std::array<const char*, 8> kNames = {"alba",  "brevis", "corvus", "delphin",
                                                 "elara", "ferox",  "gemma",  "halcyon"};
  const std::string base = kNames[index % kNames.size()];
  return index < kNames.size() ? base : base + "-" + std::to_string(index / kNames.size() + 1);
}

std::vector<Source> MakeSources(const SimulatorOptions& options) {
  constexpr std::array<const char*, 3> kSystems = {"/calls", "/chats", "/tickets"};
  std::vector<Source> sources;
  for (size_t p = 0; p < options.partners; ++p) {
    for (size_t k = 0; k < kSystems.size(); ++k) {
      sources.push_back({.name = "/simulated/" + PartnerName(p) + kSystems[k],
                         .partner = PartnerName(p),
                         .kind = static_cast<domain::Kind>(k),
                         .platform = static_cast<Platform>((p + k) % 3)});
    }
  }
  return sources;
}

}  // namespace touchline::simulator
