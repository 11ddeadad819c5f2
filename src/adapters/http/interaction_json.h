#pragma once

#include <string>

#include "domain/explain/explanation.h"
#include "pipeline/interaction_source.h"

namespace touchline::adapters {

// An interaction that is told whole. All outlive it.
struct ToldInteraction {
  const std::string& id;
  const pipeline::FoundInteraction& found;
  const domain::Explanation& explanation;
};

// One object; its members, rows and intervals on lines of their own. docs/api.md names the members.
std::string InteractionAsJson(const ToldInteraction& told);

}  // namespace touchline::adapters
