#include "adapters/kafka/rd.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <future>
#include <limits>
#include <thread>
#include <utility>

namespace touchline::adapters {
namespace {

// Set by Touchline, because exactness, order or the memory bound rests on them; aliases included.
constexpr auto kOwned = std::to_array<std::string_view>({"acks",
                                                         "allow.auto.create.topics",
                                                         "auto.commit.enable",
                                                         "auto.offset.reset",
                                                         "bootstrap.servers",
                                                         "check.crcs",
                                                         "client.id",
                                                         "delivery.timeout.ms",
                                                         "enable.auto.commit",
                                                         "enable.auto.offset.store",
                                                         "enable.gapless.guarantee",
                                                         "enable.idempotence",
                                                         "enable.partition.eof",
                                                         "enable.random.seed",
                                                         "enabled_events",
                                                         "group.id",
                                                         "group.instance.id",
                                                         "isolation.level",
                                                         "max.in.flight",
                                                         "max.in.flight.requests.per.connection",
                                                         "message.send.max.retries",
                                                         "message.timeout.ms",
                                                         "metadata.broker.list",
                                                         "opaque",
                                                         "partition.assignment.strategy",
                                                         "partitioner",
                                                         "queued.max.messages.kbytes",
                                                         "request.required.acks",
                                                         "retries",
                                                         "statistics.interval.ms",
                                                         "test.mock.num.brokers",
                                                         "transactional.id",
                                                         "produce.offset.report"});

bool IsOwned(std::string_view name) {
  return std::find(kOwned.begin(), kOwned.end(), name) != kOwned.end();
}

std::string TrySet(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> text = {};
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text.data(), text.size()) ==
      RD_KAFKA_CONF_OK) {
    return {};
  }
  return text.data();
}

RdEvents* EventsOf(void* opaque) { return static_cast<RdEvents*>(opaque); }

void OnLog(const rd_kafka_t* rk, int, const char* facility, const char* text) {
  // A property that only the other kind of client uses is given to both kinds on purpose.
  if (std::strcmp(facility, "CONFWARN") == 0) return;
  const RdEvents* events = EventsOf(rd_kafka_opaque(rk));
  if (events != nullptr) events->Log(fmt::format("kafka: {}: {}", facility, text));
}

void OnError(rd_kafka_t*, int error, const char* reason, void* opaque) {
  EventsOf(opaque)->OnError(static_cast<rd_kafka_resp_err_t>(error), reason);
}

void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  EventsOf(opaque)->OnDelivery(*message);
}

void OnOffsetCommit(rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t*,
                    void* opaque) {
  EventsOf(opaque)->OnOffsetCommit(error);
}

}  // namespace

std::vector<PropertyMistake> CheckKafkaProperties(
    const std::map<std::string, std::string>& properties) {
  std::vector<PropertyMistake> mistakes;
  const RdConf scratch(rd_kafka_conf_new());
  for (const auto& [name, value] : properties) {
    if (IsOwned(name)) {
      mistakes.push_back({name, "is set by Touchline itself"});
      continue;
    }
    if (std::string mistake = TrySet(scratch.get(), name, value); !mistake.empty()) {
      mistakes.push_back({name, std::move(mistake)});
    }
  }
  return mistakes;
}

int ToTimeoutMs(Duration d) {
  return static_cast<int>(std::clamp<int64_t>(d.millis(), 0, std::numeric_limits<int>::max()));
}

std::string ErrorText(rd_kafka_resp_err_t error) { return rd_kafka_err2str(error); }

bool DestroyWithin(RdHandle handle, Duration limit) {
  std::promise<void> destroyed;
  std::future<void> done = destroyed.get_future();
  std::thread([handle = std::move(handle), destroyed = std::move(destroyed)]() mutable {
    handle.reset();
    destroyed.set_value();
  }).detach();
  return done.wait_for(std::chrono::milliseconds(limit.millis())) == std::future_status::ready;
}

RdBuilder::RdBuilder(const KafkaOptions& options, RdEvents* events)
    : options_(options), conf_(rd_kafka_conf_new()) {
  rd_kafka_conf_set_opaque(conf_.get(), events);
  rd_kafka_conf_set_log_cb(conf_.get(), &OnLog);
  rd_kafka_conf_set_error_cb(conf_.get(), &OnError);
  Set("bootstrap.servers", options.bootstrap);
  Set("client.id", options.client_id);
  // Small requests wait for nothing: the numbers are live within a second.
  Set("socket.nagle.disable", "true");
  // A broker that restarts is back within seconds; the default looks again after up to ten.
  Set("reconnect.backoff.max.ms", "1000");
}

RdBuilder& RdBuilder::Set(const char* name, const std::string& value) {
  std::string mistake = TrySet(conf_.get(), name, value);
  if (mistake_.empty()) mistake_ = std::move(mistake);
  return *this;
}

RdBuilder& RdBuilder::ReportDeliveries() {
  rd_kafka_conf_set_dr_msg_cb(conf_.get(), &OnDelivery);
  return *this;
}

Result<RdHandle> RdBuilder::Build(rd_kafka_type_t type) {
  if (type == RD_KAFKA_CONSUMER) rd_kafka_conf_set_offset_commit_cb(conf_.get(), &OnOffsetCommit);
  for (const PropertyMistake& mistake : CheckKafkaProperties(options_.properties)) {
    if (mistake_.empty()) mistake_ = fmt::format("\"{}\" {}", mistake.name, mistake.message);
  }
  for (const auto& [name, value] : options_.properties) Set(name.c_str(), value);
  if (!mistake_.empty()) {
    return Fatal(fmt::format("A Kafka property is wrong: {}.", mistake_), ExitCode::kConfiguration);
  }
  std::array<char, 512> text = {};
  rd_kafka_t* handle = rd_kafka_new(type, conf_.get(), text.data(), text.size());
  if (handle == nullptr) {
    return Fatal(fmt::format("The Kafka client cannot be made: {}.", text.data()),
                 ExitCode::kConfiguration);
  }
  // The handle has taken the settings over.
  static_cast<void>(conf_.release());
  return RdHandle(handle);
}

}  // namespace touchline::adapters
