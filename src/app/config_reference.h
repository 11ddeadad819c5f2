#pragma once

#include <string>

#include "app/config_schema.h"

namespace touchline::app {

// Both come from the schema; tests hold the files in the tree to them.

// docs/configuration.md's part on the configuration: every key with type, default, range, meaning.
std::string ConfigReference();
// The same tables for any schema.
void AppendReference(const Section& root, std::string* out);

// config/touchline.yaml: every key with its default, commented.
std::string ConfigTemplate();

}  // namespace touchline::app
