#pragma once

#include "app/config.h"
#include "app/config_mistakes.h"

namespace touchline::app {

// Adds what the policies of `config.rules` ask for and can never come about, each where it is asked
// for. Of a policy that has a mistake already only the name is looked at: the rest is not what was
// meant.
void ReportPolicyFaults(const Config& config, Mistakes* mistakes);

}  // namespace touchline::app
