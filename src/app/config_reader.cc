#include "app/config_reader.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "adapters/yaml/yaml_tree.h"
#include "app/calendar_config.h"
#include "app/config_mistakes.h"
#include "app/config_overrides.h"
#include "app/config_schema.h"
#include "app/policy_config.h"
#include "app/schema_reader.h"

namespace touchline::app {

LoadedConfig ReadConfig(std::string_view file_name, std::string_view text,
                        const std::vector<std::string>& overrides) {
  Mistakes mistakes;
  std::vector<std::string> origins = {std::string(file_name)};
  yaml::Document document = yaml::Parse(text);
  for (const yaml::Problem& problem : document.problems) {
    mistakes.Add(problem.at, {}, problem.message);
  }
  for (const std::string& override_text : overrides) {
    const int origin = static_cast<int>(origins.size());
    origins.push_back("--set " + override_text);
    if (auto problem = ApplyOverride(override_text, origin, &document.root)) {
      mistakes.Add({.origin = origin}, {}, *problem);
    }
  }
  LoadedConfig loaded;
  if (!document.complete) {
    loaded.mistakes = mistakes.Lines(origins);
    return loaded;
  }
  ReadBySchema(ConfigSchema(), document.root, &loaded.config, &mistakes);
  for (TopicConfig& topic : loaded.config.topics) {
    if (topic.alias.empty()) topic.alias = topic.name;
  }
  const std::string folder = std::filesystem::path(file_name).parent_path().string();
  for (auto& [name, calendar] : loaded.config.calendars) {
    ReadCalendar("calendars." + name, folder, &calendar, &mistakes);
  }
  ReadBusinessCalendars(&loaded.config, &mistakes);
  ReadPolicies(&loaded.config, &mistakes);
  CheckTogether(loaded.config, &mistakes);
  for (TopicConfig& topic : loaded.config.topics) {
    if (!topic.is_partner_of_agents) continue;
    for (const auto& [agent, entry] : loaded.config.rules.agents) {
      if (!entry.partner.empty()) topic.partner_by_agent.emplace(agent, entry.partner);
    }
  }
  loaded.mistakes = mistakes.Lines(origins);
  return loaded;
}

LoadedConfig LoadConfigFile(const std::string& path, const std::vector<std::string>& overrides) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) {
    return {.config = {}, .mistakes = {fmt::format("{}: cannot be read", path)}};
  }
  return ReadConfig(path, text, overrides);
}

}  // namespace touchline::app
