#include "adapters/kafka/admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "adapters/kafka/rd.h"
#include "adapters/system_clock.h"

namespace touchline::adapters {
namespace {

using pipeline::TopicSpec;

constexpr Duration kAnswerTimeout = Duration::Seconds(10);
constexpr Duration kLookEvery = Duration::Millis(250);
constexpr int kLooksPerReminder = 40;
constexpr int kVisibilityLooks = 120;

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, RdDeleter<rd_kafka_NewTopic_destroy>>;
using ConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t, RdDeleter<rd_kafka_ConfigResource_destroy>>;
using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, RdDeleter<rd_kafka_AdminOptions_destroy>>;

Result<NewTopic> MakeNewTopic(const TopicSpec& spec) {
  std::array<char, 512> text = {};
  NewTopic topic(
      rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions, -1, text.data(), text.size()));
  if (topic == nullptr) {
    return Fatal(fmt::format("Topic {} cannot be created: {}.", spec.name, text.data()));
  }
  std::map<std::string, std::string> settings = spec.settings;
  if (spec.retention) settings["retention.ms"] = std::to_string(spec.retention->millis());
  if (spec.compacted) settings["cleanup.policy"] = "compact";
  for (const auto& [name, value] : settings) {
    rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
  }
  return topic;
}

Status JudgeCreation(const TopicSpec& spec, rd_kafka_resp_err_t error, const char* text) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:  // another process was quicker
      return {};
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
      return Transient(fmt::format("Topic {} could not be created yet: {}.", spec.name, text));
    default:
      return Fatal(fmt::format(
          "Topic {} cannot be created: {}. Create it by hand with {} partitions, or give this user "
          "the right to.",
          spec.name, text, spec.partitions));
  }
}

Status CheckPartitions(const TopicSpec& spec, int32_t found) {
  if (found == spec.partitions) return {};
  return Fatal(fmt::format(
      "Topic {} has {} partitions, but {} are needed: keys must keep their partition. Delete the "
      "topic if nothing else uses it.",
      spec.name, found, spec.partitions));
}

// nullopt: the broker does not say.
std::optional<std::string> SettingIn(const rd_kafka_ConfigResource_t& topic,
                                     std::string_view name) {
  size_t count = 0;
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(&topic, &count);
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    if (value != nullptr && rd_kafka_ConfigEntry_name(entries[i]) == name) return value;
  }
  return std::nullopt;
}

}  // namespace

class KafkaAdmin::Impl final : public RdEvents {
 public:
  explicit Impl(KafkaOptions options) : RdEvents(options.log), options_(std::move(options)) {}

  Status Connect() {
    RdBuilder builder(options_, this);
    Result<RdHandle> built = builder.Build(RD_KAFKA_PRODUCER);
    if (!built) return tl::unexpected(built.error());
    handle_ = std::move(*built);
    return {};
  }
  void OnError(rd_kafka_resp_err_t, const char* reason) override { last_trouble_ = reason; }

  Result<std::string> ClusterId(Duration timeout, const std::function<bool()>& should_stop);
  Result<std::map<std::string, int32_t>> Counts(Duration timeout);
  Status Create(const TopicSpec& spec);
  // Of a topic that is there. nullopt: this user may not know it.
  Result<std::optional<std::string>> CleanupPolicy(const std::string& topic);
  Status Check(const TopicSpec& spec, int32_t partitions);

 private:
  const KafkaOptions options_;
  RdHandle handle_;
  std::string last_trouble_;
};

Result<std::string> KafkaAdmin::Impl::ClusterId(Duration timeout,
                                                const std::function<bool()>& should_stop) {
  char* id = nullptr;
  for (Duration left = timeout; id == nullptr && left > Duration(); left = left - kLookEvery) {
    if (should_stop && should_stop()) break;
    id = rd_kafka_clusterid(handle_.get(), ToTimeoutMs(std::min(left, kLookEvery)));
    rd_kafka_poll(handle_.get(), 0);
  }
  if (id == nullptr) {
    return Fatal(
        fmt::format("No Kafka broker answered at {} within {} s{}{}.", options_.bootstrap,
                    timeout.millis() / 1000, last_trouble_.empty() ? "" : ": ", last_trouble_),
        ExitCode::kBrokerUnavailable);
  }
  std::string copy(id);
  rd_kafka_mem_free(handle_.get(), id);
  return copy;
}

// Of every topic: asking for one by name may create it.
Result<std::map<std::string, int32_t>> KafkaAdmin::Impl::Counts(Duration timeout) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(handle_.get(), /*all_topics=*/1, nullptr, &metadata, ToTimeoutMs(timeout));
  rd_kafka_poll(handle_.get(), 0);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Transient(fmt::format("Kafka at {} does not list its topics: {}.", options_.bootstrap,
                                 ErrorText(error)));
  }
  std::map<std::string, int32_t> counts;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
    if (topic.err == RD_KAFKA_RESP_ERR_NO_ERROR && topic.partition_cnt > 0) {
      counts[topic.topic] = topic.partition_cnt;
    }
  }
  rd_kafka_metadata_destroy(metadata);
  return counts;
}

Status KafkaAdmin::Impl::Create(const TopicSpec& spec) {
  Result<NewTopic> topic = MakeNewTopic(spec);
  if (!topic) return tl::unexpected(topic.error());
  const AdminOptions options(
      rd_kafka_AdminOptions_new(handle_.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), ToTimeoutMs(kAnswerTimeout), nullptr, 0);
  const RdQueue queue(rd_kafka_queue_new(handle_.get()));
  rd_kafka_NewTopic_t* list[] = {topic->get()};
  rd_kafka_CreateTopics(handle_.get(), list, 1, options.get(), queue.get());
  const RdEvent event(rd_kafka_queue_poll(queue.get(), ToTimeoutMs(kAnswerTimeout * 2)));
  if (event == nullptr) {
    return Transient(fmt::format("Topic {} could not be created yet: no answer.", spec.name));
  }
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return JudgeCreation(spec, rd_kafka_event_error(event.get()),
                         rd_kafka_event_error_string(event.get()));
  }
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
    const char* text = rd_kafka_topic_result_error_string(results[i]);
    if (Status judged =
            JudgeCreation(spec, error, text != nullptr ? text : rd_kafka_err2str(error));
        !judged) {
      return judged;
    }
  }
  return {};
}

Result<std::optional<std::string>> KafkaAdmin::Impl::CleanupPolicy(const std::string& topic) {
  const ConfigResource resource(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  const AdminOptions options(
      rd_kafka_AdminOptions_new(handle_.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), ToTimeoutMs(kAnswerTimeout), nullptr, 0);
  const RdQueue queue(rd_kafka_queue_new(handle_.get()));
  rd_kafka_ConfigResource_t* list[] = {resource.get()};
  rd_kafka_DescribeConfigs(handle_.get(), list, 1, options.get(), queue.get());
  const RdEvent event(rd_kafka_queue_poll(queue.get(), ToTimeoutMs(kAnswerTimeout * 2)));
  if (event == nullptr || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Transient(fmt::format(
        "The settings of topic {} cannot be read yet: {}.", topic,
        event == nullptr ? "no answer" : rd_kafka_event_error_string(event.get())));
  }
  size_t count = 0;
  const rd_kafka_ConfigResource_t** found = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  return count == 1 ? SettingIn(*found[0], "cleanup.policy") : std::nullopt;
}

Status KafkaAdmin::Impl::Check(const TopicSpec& spec, int32_t partitions) {
  if (auto s = CheckPartitions(spec, partitions); !s) return s;
  if (!spec.compacted) return {};
  const auto policy = CleanupPolicy(spec.name);
  if (!policy) return tl::unexpected(policy.error());
  if (!*policy || **policy == "compact") return {};
  return Fatal(fmt::format(
      "Topic {} has cleanup.policy={}, by which the broker deletes records that are still needed. "
      "Set it to compact.",
      spec.name, **policy));
}

KafkaAdmin::KafkaAdmin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaAdmin::~KafkaAdmin() = default;

Result<std::unique_ptr<KafkaAdmin>> KafkaAdmin::Connect(KafkaOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  if (Status connected = impl->Connect(); !connected) return tl::unexpected(connected.error());
  return std::unique_ptr<KafkaAdmin>(new KafkaAdmin(std::move(impl)));
}

Result<std::string> KafkaAdmin::ClusterId(Duration timeout,
                                          const std::function<bool()>& should_stop) {
  return impl_->ClusterId(timeout, should_stop);
}

Result<std::optional<int32_t>> KafkaAdmin::PartitionCount(const std::string& topic,
                                                          Duration timeout) {
  const auto counts = impl_->Counts(timeout);
  if (!counts) return tl::unexpected(counts.error());
  const auto found = counts->find(topic);
  if (found == counts->end()) return std::nullopt;
  return std::optional<int32_t>(found->second);
}

Result<std::vector<std::string>> KafkaAdmin::MissingTopics(const std::vector<std::string>& topics,
                                                           Duration timeout) {
  const auto counts = impl_->Counts(timeout);
  if (!counts) return tl::unexpected(counts.error());
  std::vector<std::string> missing;
  for (const std::string& topic : topics) {
    if (!counts->contains(topic)) missing.push_back(topic);
  }
  return missing;
}

bool KafkaAdmin::WaitForTopics(const std::vector<std::string>& topics,
                               const std::function<void(std::string_view line)>& say,
                               const std::function<bool()>& should_stop) {
  std::string said;
  for (int looks = 0;; ++looks) {
    const auto missing = MissingTopics(topics, Duration::Seconds(2));
    if (missing && missing->empty()) return true;
    std::string line = missing
                           ? fmt::format("Waiting for {} of {} topics to be created: {}",
                                         missing->size(), topics.size(), fmt::join(*missing, ", "))
                           : missing.error().message;
    if (line != said || looks % kLooksPerReminder == 0) {
      say(line);
      said = std::move(line);
    }
    if (should_stop()) return false;
    SystemClock::Sleep(kLookEvery);
  }
}

Status KafkaAdmin::EnsureTopic(const TopicSpec& spec) {
  auto count = PartitionCount(spec.name, kAnswerTimeout);
  if (!count) return tl::unexpected(count.error());
  if (count->has_value()) return impl_->Check(spec, **count);
  if (Status created = impl_->Create(spec); !created) return created;
  for (int look = 0; look < kVisibilityLooks; ++look) {
    count = PartitionCount(spec.name, kAnswerTimeout);
    if (count && count->has_value()) return impl_->Check(spec, **count);
    SystemClock::Sleep(kLookEvery);
  }
  return Transient(fmt::format("Topic {} was created but is not visible yet.", spec.name));
}

}  // namespace touchline::adapters
