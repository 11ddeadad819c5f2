#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/yaml/yaml_tree.h"

namespace touchline::app {

// Lays `PATH=VALUE` over a tree: names joined by dots (in double quotes where a name holds a dot),
// list items as [INDEX], one past the last to append. The value is YAML; all nodes that it makes
// carry `origin`. Returns what is wrong with the override, if anything; the tree is then unchanged
// or holds a part of the path. Whether the keys exist is the schema's to say.
std::optional<std::string> ApplyOverride(std::string_view text, int origin, yaml::Node* root);

}  // namespace touchline::app
