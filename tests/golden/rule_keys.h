#pragma once

#include <string>
#include <string_view>

#include "domain/rules.h"

namespace touchline::golden {

// Sets one key of a story's `config` line: a field of domain::RuleSet by its name, "effort.DRIVER",
// "queues.NAME.FIELD" or "default_queue.FIELD". A queue begins as a copy of the default queue as it
// is then. False for an unknown key or an unreadable value.
bool SetRule(std::string_view key, std::string_view value, domain::RuleSet* rules);

}  // namespace touchline::golden
