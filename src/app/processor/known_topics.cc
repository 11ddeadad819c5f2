#include "app/processor/known_topics.h"

#include <string>
#include <utility>

#include "adapters/kafka/admin.h"
#include "adapters/kafka/producer.h"
#include "adapters/system_clock.h"
#include "app/config_text.h"

namespace touchline::app {
namespace {

constexpr Duration kBrokerTimeout = Duration::Seconds(30);
constexpr int kCreateAttempts = 10;
constexpr Duration kCreateWait = Duration::Seconds(1);
constexpr uint16_t kMaxTopics = 63;
constexpr int32_t kMaxPartitions = 1024;

std::vector<pipeline::TopicSpec> InternalTopics(const Config& config) {
  std::vector<pipeline::TopicSpec> specs;
  for (const std::string& name :
       {ContactsTopic(config), AlertsTopic(config), DeadLettersTopic(config)}) {
    pipeline::TopicSpec& spec = specs.emplace_back();
    spec.name = name;
    spec.partitions = config.internal_topics.partitions;
    spec.retention = config.internal_topics.retention;
    // A dead letter is a little larger than the event it holds, which may be as large as its
    // topic allows: refused by the broker, it would stop us at each start.
    spec.settings["max.message.bytes"] = std::to_string(adapters::KafkaProducer::kMaxRecordBytes);
  }
  specs.push_back({.name = ControlTopic(config),
                   .partitions = 1,
                   .retention = std::nullopt,
                   .compacted = true,
                   .settings = {}});
  return specs;
}

Status EnsureInternalTopics(const Config& config, const TopicLookup& lookup,
                            pipeline::TopicAdmin* creator) {
  for (const pipeline::TopicSpec& spec : InternalTopics(config)) {
    Status status;
    for (int attempt = 0; attempt < kCreateAttempts && !lookup.should_stop(); ++attempt) {
      status = creator->EnsureTopic(spec);
      if (status || status.error().kind != ErrorClass::kTransient) break;
      lookup.log->Warning(status.error().message);
      adapters::SystemClock::Sleep(kCreateWait);
    }
    if (!status) return status;
  }
  return {};
}

// Where the folder keeps these facts.
std::string TopicSlot(uint16_t number) { return "topic/" + std::to_string(number); }
std::string PartitionsSlot(const std::string& name) { return "partitions/" + name; }

// Partition count and number of a topic, both fixed in this state folder.
Result<KnownTopic> Know(const std::string& name, adapters::KafkaAdmin* admin,
                        adapters::RocksStore* store) {
  const auto partitions = admin->PartitionCount(name, kBrokerTimeout);
  if (!partitions) return tl::unexpected(partitions.error());
  if (!*partitions) return Fatal("topic " + name + " is not there");
  if (**partitions > kMaxPartitions) {
    return Fatal("topic " + name + " has " + std::to_string(**partitions) +
                 " partitions; at most " + std::to_string(kMaxPartitions) + " are supported");
  }
  if (auto s = store->BindMeta(PartitionsSlot(name), std::to_string(**partitions),
                               "the number of partitions of topic " + name);
      !s) {
    return tl::unexpected(s.error());
  }
  for (uint16_t number = 0; number < kMaxTopics; ++number) {
    const std::string slot = TopicSlot(number);
    const auto known = store->ReadMeta(slot);
    if (!known) return tl::unexpected(known.error());
    if (*known && **known != name) continue;
    if (auto s = store->BindMeta(slot, name, "a topic"); !s) return tl::unexpected(s.error());
    return KnownTopic{.name = name, .partitions = **partitions, .number = number};
  }
  return Fatal("this state folder has known more than " + std::to_string(kMaxTopics) + " topics");
}

Status BindCluster(const TopicLookup& lookup, adapters::KafkaAdmin* admin) {
  const auto cluster = admin->ClusterId(kBrokerTimeout, lookup.should_stop);
  if (!cluster) return tl::unexpected(cluster.error());
  return lookup.store->BindMeta("cluster", *cluster, "the Kafka cluster");
}

}  // namespace

Result<std::optional<KnownTopics>> LearnTopics(const Config& config, const TopicLookup& lookup) {
  auto admin = adapters::KafkaAdmin::Connect(lookup.kafka);
  if (!admin) return tl::unexpected(admin.error());
  const Status bound = BindCluster(lookup, admin->get());
  if (lookup.should_stop()) return std::nullopt;
  if (!bound) return tl::unexpected(bound.error());

  std::vector<std::string> names;
  for (const TopicConfig& topic : config.topics) names.push_back(topic.name);
  const auto say = [&lookup](std::string_view line) { lookup.log->Warning(line); };
  if (!(*admin)->WaitForTopics(names, say, lookup.should_stop)) return std::nullopt;

  pipeline::TopicAdmin* creator = lookup.creator != nullptr ? lookup.creator : admin->get();
  const Status ensured = EnsureInternalTopics(config, lookup, creator);
  if (lookup.should_stop()) return std::nullopt;
  if (!ensured) return tl::unexpected(ensured.error());

  KnownTopics topics;
  for (const std::string& name : names) {
    auto topic = Know(name, admin->get(), lookup.store);
    if (!topic) return tl::unexpected(topic.error());
    topics.inputs.push_back(std::move(*topic));
  }
  auto contacts = Know(ContactsTopic(config), admin->get(), lookup.store);
  if (!contacts) return tl::unexpected(contacts.error());
  topics.contacts = std::move(*contacts);
  return topics;
}

Result<std::vector<KnownTopic>> TopicsIn(adapters::RocksStore* store) {
  std::vector<KnownTopic> topics;
  for (uint16_t number = 0; number < kMaxTopics; ++number) {
    const auto name = store->ReadMeta(TopicSlot(number));
    if (!name) return tl::unexpected(name.error());
    if (!*name) break;
    const auto partitions = store->ReadMeta(PartitionsSlot(**name));
    if (!partitions) return tl::unexpected(partitions.error());
    const auto count = ParseInteger(partitions->value_or(""));
    if (!count || *count < 1 || *count > kMaxPartitions) {
      return Fatal("The state does not say how many partitions topic " + **name + " has.",
                   ExitCode::kStateUnreadable);
    }
    topics.push_back({.name = **name,
                      .partitions = static_cast<int32_t>(*count),
                      .number = number});
  }
  return topics;
}

}  // namespace touchline::app
