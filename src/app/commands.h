#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config_reader.h"
#include "app/log.h"
#include "base/result.h"

namespace touchline::app {

// What a sub-command writes to; stdout is data, stderr is logs and mistakes.
struct Console {
  std::FILE* out = stdout;
  std::FILE* err = stderr;
};

// The options of all sub-commands that need the configuration.
struct ConfigOptions {
  std::string file;  // empty: DefaultConfigFile()
  std::vector<std::string> overrides;
};

// ./touchline.yaml if it is there, else /etc/touchline/touchline.yaml.
std::string DefaultConfigFile();

// Reads the configuration, or prints every mistake to console.err and returns nullopt; the exit
// code is then kConfiguration.
std::optional<Config> LoadOrExplain(const ConfigOptions& options, const Console& console);

ExitCode RunCheck(const ConfigOptions& options, const Console& console);
ExitCode RunVersion(const Console& console);

}  // namespace touchline::app
