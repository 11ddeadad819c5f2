#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/config_reader.h"
#include "app/log.h"
#include "pipeline/ports.h"
#include "pipeline/process_stats.h"

namespace touchline::app {

// Reads the configuration anew while the program runs, and lets its rules take over from those in
// force. A configuration with mistakes, or with a change that needs a restart, is refused whole.
class Reloader {
 public:
  // All that is not owned outlives it.
  struct Parts {
    std::function<LoadedConfig()> load;
    // Hands new rules to whoever works by them.
    std::function<void(std::shared_ptr<const domain::RuleSet>)> apply;
    const pipeline::Clock* clock = nullptr;
    pipeline::ProcessStats* stats = nullptr;
    Logger* log = nullptr;
  };
  // `running`: what the program was started with; counts as loaded now.
  Reloader(const Config& running, Parts parts);

  // Why the configuration was refused, in complete lines; empty: its rules have been handed over.
  // Logs either. Any thread; one at a time gets through.
  std::vector<std::string> Reload();

 private:
  void Refuse(const std::vector<std::string>& reasons);

  const Config& running_;
  const Parts parts_;
  std::mutex mutex_;
};

}  // namespace touchline::app
