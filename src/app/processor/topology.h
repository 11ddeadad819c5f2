#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config.h"
#include "pipeline/interactions_task.h"
#include "pipeline/task.h"

namespace touchline::app {

// A topic with the facts that only the broker and the state know.
struct KnownTopic {
  std::string name;
  int32_t partitions = 0;
  uint16_t number = 0;  // within the state folder, for good
};

// Of the task of one partition, as the state numbers it. REQUIRES: both within their bounds
// (LearnTopics).
uint16_t TaskNumber(const KnownTopic& topic, int32_t partition);

// One task that this process runs. Its place in the plan is its InputIndex.
struct PlannedTask {
  pipeline::TaskOptions options;
  pipeline::InteractionsOptions interactions;  // of that stage
  size_t topic = 0;                            // into Config::topics; of that stage
  size_t worker = 0;
};

struct Plan {
  std::vector<PlannedTask> tasks;
  std::vector<std::string> upstream;  // every task, of any shard, that feeds the journeys
  size_t workers = 1;
};

std::string ContactsTopic(const Config& config);
std::string AlertsTopic(const Config& config);
std::string DeadLettersTopic(const Config& config);
std::string ControlTopic(const Config& config);

// All tasks of this shard, dealt out to the workers. `inputs` are Config::topics in their order.
Plan MakePlan(const Config& config, const std::vector<KnownTopic>& inputs,
              const KnownTopic& contacts, size_t workers);

}  // namespace touchline::app
