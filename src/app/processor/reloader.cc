#include "app/processor/reloader.h"

#include <utility>

#include "app/config_changes.h"

namespace touchline::app {

Reloader::Reloader(const Config& running, Parts parts)
    : running_(running), parts_(std::move(parts)) {
  parts_.stats->config_loaded_at_ms.store(parts_.clock->Now().millis());
}

std::vector<std::string> Reloader::Reload() {
  const std::lock_guard lock(mutex_);
  LoadedConfig loaded = parts_.load();
  std::vector<std::string> reasons = std::move(loaded.mistakes);
  if (reasons.empty()) {
    for (const std::string& key : ChangesThatNeedARestart(running_, loaded.config)) {
      reasons.push_back(key + ": differs from what runs; such a change needs a restart");
    }
  }
  parts_.stats->config_reload_ok.store(reasons.empty());
  if (!reasons.empty()) {
    Refuse(reasons);
    return reasons;
  }
  const size_t policies = loaded.config.rules.policies.size();
  parts_.apply(std::make_shared<const domain::RuleSet>(std::move(loaded.config.rules)));
  parts_.stats->config_loaded_at_ms.store(parts_.clock->Now().millis());
  parts_.log->Info("the configuration has been read anew",
                   {{"policies", std::to_string(policies)}});
  return reasons;
}

void Reloader::Refuse(const std::vector<std::string>& reasons) {
  for (const std::string& reason : reasons) parts_.log->Error(reason);
  parts_.log->Error("the configuration was not taken; the one before it stays in force",
                    {{"mistakes", std::to_string(reasons.size())}});
}

}  // namespace touchline::app
