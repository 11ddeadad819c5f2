#include "app/processor/topology.h"

#include <algorithm>
#include <utility>

namespace touchline::app {
namespace {

// Task numbers: a topic's number, then the partition. Both are bounded where they are given out.
constexpr uint16_t kPartitionsPerTopic = 1024;

pipeline::PartnerPolicy PolicyOf(const TopicConfig& topic) {
  pipeline::PartnerPolicy policy;
  policy.fixed = topic.partner;
  policy.allowed.insert(topic.partners.begin(), topic.partners.end());
  const bool by_agent = topic.partner_source == PartnerSource::kAgent;
  const auto& names = by_agent ? topic.partner_by_agent : topic.partner_by_queue;
  policy.by_name.insert(names.begin(), names.end());
  switch (topic.partner_source) {
    case PartnerSource::kFixed:
      policy.from = pipeline::PartnerPolicy::From::kFixed;
      break;
    case PartnerSource::kField:
      policy.from = pipeline::PartnerPolicy::From::kField;
      break;
    case PartnerSource::kQueue:
      policy.from = pipeline::PartnerPolicy::From::kQueue;
      break;
    case PartnerSource::kAgent:
      policy.from = pipeline::PartnerPolicy::From::kAgent;
      break;
  }
  return policy;
}

pipeline::TaskOptions TaskOf(const Config& config, pipeline::StageId stage,
                             const KnownTopic& topic, int32_t partition) {
  pipeline::TaskOptions task;
  task.key = {.stage = stage,
              .number = TaskNumber(topic, partition)};
  task.topic = topic.name;
  task.partition = partition;
  task.dead_letter_topic = DeadLettersTopic(config);
  task.rules = config.rules;
  return task;
}

bool IsOurs(const Config& config, int32_t partition) {
  return partition % config.shard.of == config.shard.index;
}

}  // namespace

uint16_t TaskNumber(const KnownTopic& topic, int32_t partition) {
  return static_cast<uint16_t>(topic.number * kPartitionsPerTopic + partition);
}

std::string ContactsTopic(const Config& config) {
  return config.internal_topics.prefix + "contacts";
}

std::string AlertsTopic(const Config& config) {
  return config.internal_topics.prefix + "alerts";
}

std::string DeadLettersTopic(const Config& config) {
  return config.internal_topics.prefix + "dead-letters";
}

std::string ControlTopic(const Config& config) {
  return config.internal_topics.prefix + "control";
}

Plan MakePlan(const Config& config, const std::vector<KnownTopic>& inputs,
              const KnownTopic& contacts, size_t workers) {
  Plan plan;
  plan.workers = std::max(workers, size_t{1});
  for (size_t t = 0; t < inputs.size(); ++t) {
    const TopicConfig& topic = config.topics[t];
    for (int32_t p = 0; p < inputs[t].partitions; ++p) {
      plan.upstream.push_back(topic.name + "/" + std::to_string(p));
      if (!IsOurs(config, p)) continue;
      PlannedTask& task = plan.tasks.emplace_back();
      task.options = TaskOf(config, pipeline::StageId::kInteractions, inputs[t], p);
      task.options.source_alias = topic.alias.empty() ? topic.name : topic.alias;
      task.options.time.mode = topic.mode == TopicMode::kLive ? pipeline::TimeMode::kLive
                                                              : pipeline::TimeMode::kRecorded;
      task.options.time.skew = topic.allowed_skew;
      task.options.time.recorded_until = topic.recorded_until;
      task.options.time.heartbeat_silence = topic.heartbeat_silence;
      task.interactions = {.name_space = topic.name_space,
                           .partner = PolicyOf(topic),
                           .contacts_topic = contacts.name,
                           .contacts_partitions = contacts.partitions,
                           .alerts_topic = AlertsTopic(config),
                           .control_topic = ControlTopic(config)};
      task.topic = t;
    }
  }
  for (int32_t p = 0; p < contacts.partitions; ++p) {
    if (!IsOurs(config, p)) continue;
    PlannedTask& task = plan.tasks.emplace_back();
    task.options = TaskOf(config, pipeline::StageId::kJourneys, contacts, p);
    task.options.source_alias = "contacts";
    task.options.time.mode = pipeline::TimeMode::kInternal;
  }
  for (size_t i = 0; i < plan.tasks.size(); ++i) plan.tasks[i].worker = i % plan.workers;
  return plan;
}

}  // namespace touchline::app
