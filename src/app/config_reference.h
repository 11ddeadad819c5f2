#pragma once

#include <string>

namespace touchline::app {

// Both come from the schema; tests hold the files in the tree to them.

// docs/configuration.md: every key with type, default, range and meaning.
std::string ConfigReference();

// config/touchline.yaml: every key with its default, commented.
std::string ConfigTemplate();

}  // namespace touchline::app
