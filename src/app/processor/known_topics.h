#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "adapters/kafka/client.h"
#include "adapters/rocksdb/rocks_store.h"
#include "app/config.h"
#include "app/log.h"
#include "app/processor/topology.h"
#include "base/result.h"
#include "pipeline/topic_admin.h"

namespace touchline::app {

struct KnownTopics {
  std::vector<KnownTopic> inputs;  // Config::topics in their order
  KnownTopic contacts;
};

// All must outlive the call; `creator` may be null.
struct TopicLookup {
  adapters::KafkaOptions kafka;
  pipeline::TopicAdmin* creator = nullptr;  // of the internal topics; null: Kafka's Admin API
  adapters::RocksStore* store = nullptr;
  Logger* log = nullptr;
  std::function<bool()> should_stop;
};

// Brings together what the broker and the state folder say of the topics: waits for those that are
// missing and names them in the log, creates the internal ones, and binds the cluster's id, each
// topic's number and its number of partitions to the folder.
// nullopt: should_stop said so meanwhile. kFatal: the folder belongs to another cluster, a topic
// has grown, or there are too many. Exit code kBrokerUnavailable: no broker answers.
Result<std::optional<KnownTopics>> LearnTopics(const Config& config, const TopicLookup& lookup);

// The topics that the state folder has ever known, internal ones too, by what it says itself.
// kFatal: it cannot be read, or says what it cannot have written.
Result<std::vector<KnownTopic>> TopicsIn(adapters::RocksStore* store);

}  // namespace touchline::app
