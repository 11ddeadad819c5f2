#include "app/config_changes.h"

#include <utility>

namespace touchline::app {
namespace {

// Without what their partners are by the list of agents.
std::vector<TopicConfig> AsWritten(std::vector<TopicConfig> topics) {
  for (TopicConfig& topic : topics) {
    if (topic.is_partner_of_agents) topic.partner_by_agent.clear();
  }
  return topics;
}

}  // namespace

std::vector<std::string> ChangesThatNeedARestart(const Config& running, const Config& wanted) {
  // Names every member, so that a new one does not compile until it is thought of here.
  const auto& [kafka, topics, internal_topics, state, commit, workers, shard, http, metrics,
               partners, calendars, policies, rules] = running;
  std::vector<std::string> keys;
  const auto compare = [&keys](const char* key, bool is_same) {
    if (!is_same) keys.emplace_back(key);
  };
  compare("kafka", kafka == wanted.kafka);
  const bool is_same_text = AsWritten(topics) == AsWritten(wanted.topics);
  compare("topics", is_same_text);
  compare("agents (the partners of topics with 'partner_from: agents')",
          !is_same_text || topics == wanted.topics);
  compare("internal_topics", internal_topics == wanted.internal_topics);
  compare("state", state == wanted.state);
  compare("commit", commit == wanted.commit);
  compare("workers", workers == wanted.workers);
  compare("shard", shard == wanted.shard);
  compare("http", http == wanted.http);
  compare("metrics", metrics == wanted.metrics);
  compare("partners", partners == wanted.partners);
  // Calendars, policies and rules are what may change.
  return keys;
}

}  // namespace touchline::app
