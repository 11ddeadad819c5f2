#pragma once

#include <string>
#include <vector>

#include "app/config_reader.h"

namespace touchline::app {

// The policies begin in line 6.
inline LoadedConfig Load(const std::string& policies) {
  return ReadConfig("t.yaml", "topics: [{name: a, partner: house}]\n"
                              "partners: [{name: house}, {name: north-bpo}]\n"
                              "calendars:\n"
                              "  support: {time_zone: UTC, hours: {mon-fri: 08:00-18:00}}\n"
                              "policies:\n" +
                                  policies);
}

inline std::vector<std::string> MistakesOf(const std::string& policies) {
  return Load(policies).mistakes;
}

// Of a policy that is fine but for the keys of its target resolution.
inline std::vector<std::string> MistakesOfResolution(const std::string& keys) {
  return MistakesOf("- {name: p, calendar: support, targets: {resolution: {" + keys + "}}}\n");
}

}  // namespace touchline::app
