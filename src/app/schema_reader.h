#pragma once

#include "adapters/yaml/yaml_tree.h"
#include "app/config_mistakes.h"
#include "app/config_schema.h"

namespace touchline::app {

// Walks a document and a schema side by side and fills `owner`, the struct behind the schema's root
// group. Adds every mistake and remembers the place of every key that is present.
void ReadBySchema(const Section& root, const yaml::Node& document, void* owner,
                  Mistakes* mistakes);

}  // namespace touchline::app
