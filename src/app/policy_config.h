#pragma once

#include <string>

#include "app/config.h"
#include "app/config_mistakes.h"

namespace touchline::app {

// Fills the policies of `config->rules` from the texts of their keys, and adds what is wrong with
// them, each at the entry that says it; of those without a mistake, also what can never come
// about. `config->rules` has its calendars; `24x7`, where it is named, is added to them.
void ReadPolicies(Config* config, Mistakes* mistakes);

// "policies[1]", or "policies[1].versions[0]" of one that has several.
std::string PathOfVersion(const Config& config, size_t policy, size_t version);

}  // namespace touchline::app
