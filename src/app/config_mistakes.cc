#include "app/config_mistakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace touchline::app {
namespace {

// Optimal string alignment: insert, delete, replace, swap neighbours.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

void CheckPartners(const Config& config, const TopicConfig& topic, const std::string& path,
                   Mistakes* mistakes) {
  const auto check = [&](const std::string& key, const std::string& partner) {
    CheckPartner(config, path + key, partner, mistakes);
  };
  if (!topic.partner.empty()) check(".partner", topic.partner);
  for (const std::string& partner : topic.partners) check(".partners", partner);
  for (const auto& [queue, partner] : topic.partner_by_queue) check(".partner_by_queue", partner);
  for (const auto& [agent, partner] : topic.partner_by_agent) check(".partner_by_agent", partner);
}

void CheckPartnerSource(const TopicConfig& topic, const std::string& path, Mistakes* mistakes) {
  const bool from = mistakes->IsPresent(path + ".partner_from");
  const bool by_field = from && !topic.is_partner_of_agents;
  const bool by_queue = mistakes->IsPresent(path + ".partner_by_queue");
  const bool by_agent = mistakes->IsPresent(path + ".partner_by_agent");
  const bool fixed = mistakes->IsPresent(path + ".partner");
  if (from && by_queue) {
    mistakes->AddAt(path + ".partner_by_queue", "excludes 'partner_from'; keep one of the two");
  } else if (from && by_agent) {
    mistakes->AddAt(path + ".partner_by_agent", "excludes 'partner_from'; keep one of the two");
  } else if (by_queue && by_agent) {
    mistakes->AddAt(path + ".partner_by_agent", "excludes 'partner_by_queue'; keep one of the two");
  } else if (by_field && fixed) {
    mistakes->AddAt(path + ".partner", "excludes 'partner_from'; keep one of the two");
  } else if (!from && !by_queue && !by_agent && !fixed) {
    mistakes->AddAt(path, "needs 'partner', or 'partner_from: field' with 'partners', or "
                          "'partner_from: agents', or 'partner_by_queue', or 'partner_by_agent'");
  }
  if (by_field && topic.partners.empty()) {
    mistakes->AddAt(path + ".partner_from", "needs 'partners', the list of those allowed");
  }
  if (!by_field && mistakes->IsPresent(path + ".partners")) {
    mistakes->AddAt(path + ".partners", "is of use only with 'partner_from: field'");
  }
}

void CheckTopics(const Config& config, Mistakes* mistakes) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < config.topics.size(); ++i) {
    const TopicConfig& topic = config.topics[i];
    const std::string path = fmt::format("topics[{}]", i);
    if (!topic.name.empty() && !names.insert(topic.name).second) {
      mistakes->AddAt(path + ".name", fmt::format("'{}' is listed twice", topic.name));
    }
    if (!topic.name.empty() && topic.name.starts_with(config.internal_topics.prefix)) {
      mistakes->AddAt(path + ".name",
                      fmt::format("'{}' begins with 'internal_topics.prefix' ({}): those topics "
                                  "are Touchline's own",
                                  topic.name, config.internal_topics.prefix));
    }
    if (topic.mode != config.topics[0].mode) {
      mistakes->AddAt(path + ".mode", "differs from the first topic's: one process and one state "
                                      "folder hold either live or recorded topics");
    }
    if (topic.mode == TopicMode::kLive && topic.recorded_until) {
      mistakes->AddAt(path + ".recorded_until", "is of use only with 'mode: recorded'");
    }
    CheckPartnerSource(topic, path, mistakes);
    CheckPartners(config, topic, path, mistakes);
  }
}

}  // namespace

std::string_view Nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const size_t distance = EditDistance(word, candidate);
    if (distance < best_distance) std::tie(best, best_distance) = std::tuple(candidate, distance);
  }
  return best;
}

std::string NotOneOf(std::string_view word, const std::vector<std::string_view>& allowed) {
  const std::string_view nearest = Nearest(word, allowed);
  return fmt::format("is '{}', which is not one of: {}{}", word, fmt::join(allowed, ", "),
                     nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
}

void CheckPartner(const Config& config, const std::string& key, const std::string& partner,
                  Mistakes* mistakes) {
  std::vector<std::string_view> known;
  for (const PartnerConfig& listed : config.partners) known.push_back(listed.name);
  if (known.empty() || std::find(known.begin(), known.end(), partner) != known.end()) return;
  const std::string_view nearest = Nearest(partner, known);
  mistakes->AddAt(key, fmt::format("'{}' is not in the list 'partners'{}", partner,
                                   nearest.empty() ? ""
                                                   : fmt::format("; did you mean '{}'?", nearest)));
}

void CheckTogether(const Config& config, Mistakes* mistakes) {
  CheckTopics(config, mistakes);
  if (config.shard.index >= config.shard.of) {
    mistakes->AddAt("shard.index", fmt::format("is {}, but must be below 'shard.of' ({})",
                                               config.shard.index, config.shard.of));
  }
  if (config.commit.max_interval < config.commit.interval) {
    mistakes->AddAt("commit.max_interval", "is shorter than 'commit.interval'");
  }
  for (const auto& [agent, entry] : config.rules.agents) {
    if (!entry.partner.empty()) {
      CheckPartner(config, "agents." + agent + ".partner", entry.partner, mistakes);
    }
  }
  std::set<std::string_view> names;
  for (size_t i = 0; i < config.partners.size(); ++i) {
    const std::string& name = config.partners[i].name;
    if (name.empty() || names.insert(name).second) continue;
    mistakes->AddAt(fmt::format("partners[{}].name", i),
                    fmt::format("'{}' is listed twice", name));
  }
}

void Mistakes::Add(yaml::Position at, std::string_view key, std::string_view message) {
  mistakes_.push_back({at, std::string(key), std::string(message)});
}

void Mistakes::AddAt(const std::string& key, std::string_view message) {
  std::string place = key;
  auto found = places_.find(place);
  while (found == places_.end() && !place.empty()) {
    const size_t cut = place.find_last_of(".[");
    place.resize(cut == std::string::npos ? 0 : cut);
    found = places_.find(place);
  }
  Add(found == places_.end() ? yaml::Position{} : found->second, key, message);
}

bool Mistakes::HasAny(const std::string& key) const {
  return std::any_of(mistakes_.begin(), mistakes_.end(), [&](const Mistake& m) {
    return m.key.starts_with(key) && (m.key.size() == key.size() || m.key[key.size()] == '.' ||
                                      m.key[key.size()] == '[');
  });
}

std::vector<std::string> Mistakes::Lines(const std::vector<std::string>& origins) const {
  std::vector<Mistake> sorted = mistakes_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.at.origin, a.at.line, a.at.column) <
           std::tie(b.at.origin, b.at.line, b.at.column);
  });
  std::vector<std::string> lines;
  for (const Mistake& m : sorted) {
    const std::string& origin = origins[static_cast<size_t>(m.at.origin)];
    const std::string text = m.key.empty() ? m.message : fmt::format("{}: {}", m.key, m.message);
    lines.push_back(m.at.origin == 0
                        ? fmt::format("{}:{}:{}: {}", origin, m.at.line, m.at.column, text)
                        : fmt::format("{}: {}", origin, text));
  }
  return lines;
}

}  // namespace touchline::app
