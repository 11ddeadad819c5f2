#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"

namespace touchline::app {

// A configuration that was read, or everything that is wrong with it.
struct LoadedConfig {
  Config config;  // meaningful only when ok()
  // Complete lines for a person, in the order of the text, overrides last:
  // "FILE:LINE:COLUMN: KEY: what is wrong, what is allowed". Overrides stand as "--set TEXT".
  std::vector<std::string> mistakes;

  bool ok() const { return mistakes.empty(); }
};

// Reads YAML text and lays overrides ("kafka.client_id=x", "topics[0].mode=recorded",
// "rules.queues.\"a.b\".short_abandon=3s") over it. The value of an override is YAML, too. An empty
// text is all defaults, of which the required keys are still missing. Files that the text names are
// read, relative to the folder of `file_name`.
LoadedConfig ReadConfig(std::string_view file_name, std::string_view text,
                        const std::vector<std::string>& overrides = {});

// As ReadConfig, of a file. A file that cannot be read is a mistake.
LoadedConfig LoadConfigFile(const std::string& path,
                            const std::vector<std::string>& overrides = {});

}  // namespace touchline::app
