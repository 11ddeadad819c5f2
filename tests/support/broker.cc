#include "tests/support/broker.h"

#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "adapters/kafka/admin.h"

namespace touchline::test {
namespace {

[[noreturn]] void GiveUp(const std::string& what) {
  std::cerr << "test broker: " << what << '\n';
  std::_Exit(EXIT_FAILURE);
}

std::string EnvironmentOr(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : fallback;
}

std::string MakeFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "touchline-broker.XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) GiveUp("no folder " + path);
  return path;
}

constexpr int kTimeoutMs = 30'000;

void Check(rd_kafka_resp_err_t error, const std::string& what) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) GiveUp(what + ": " + rd_kafka_err2str(error));
}

void Check(rd_kafka_error_t* error, const std::string& what) {
  if (error != nullptr) GiveUp(what + ": " + rd_kafka_error_string(error));
}

// A client for what the product never asks, and the queue its answers come to.
class Client {
 public:
  using Settings = std::map<std::string, std::string>;
  Client(const std::string& bootstrap, rd_kafka_type_t type, Settings settings) {
    std::array<char, 512> text = {};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    settings["bootstrap.servers"] = bootstrap;
    for (const auto& [name, value] : settings) {
      if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text.data(), text.size()) !=
          RD_KAFKA_CONF_OK) {
        GiveUp(text.data());
      }
    }
    handle_ = rd_kafka_new(type, conf, text.data(), text.size());
    if (handle_ == nullptr) GiveUp(text.data());
    queue_ = rd_kafka_queue_new(handle_);
  }
  ~Client() {
    rd_kafka_queue_destroy(queue_);
    rd_kafka_destroy(handle_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  rd_kafka_t* handle() { return handle_; }
  rd_kafka_queue_t* queue() { return queue_; }
  void WaitForAnswer(const std::string& what) {
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue_, kTimeoutMs);
    if (event == nullptr) GiveUp("no answer to: " + what);
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      GiveUp(what + ": " + rd_kafka_event_error_string(event));
    }
    rd_kafka_event_destroy(event);
  }

 private:
  rd_kafka_t* handle_ = nullptr;
  rd_kafka_queue_t* queue_ = nullptr;
};

}  // namespace

Broker& Broker::Shared() {
  static Broker broker;
  return broker;
}

Broker::Broker()
    : script_(EnvironmentOr("TOUCHLINE_BROKER_SH", "deploy/broker/broker.sh")),
      folder_(MakeFolder()) {
  setenv("TOUCHLINE_BROKER_OWNER", std::to_string(getpid()).c_str(), /*overwrite=*/1);
  Start();
  std::ifstream(folder_ + "/bootstrap") >> bootstrap_;
  if (bootstrap_.empty()) GiveUp("no address in " + folder_);
}

Broker::~Broker() {
  if (running_) Kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Broker::Run(const std::string& arguments) {
  const std::string command = "'" + script_ + "' " + arguments;
  if (std::system(command.c_str()) != 0) GiveUp("failed: " + command);
}

void Broker::Start() {
  Run("start '" + folder_ + "'");
  running_ = true;
}

void Broker::Stop() {
  Run("stop '" + folder_ + "'");
  running_ = false;
}

void Broker::Kill() {
  Run("kill '" + folder_ + "'");
  running_ = false;
}

void Broker::CreateTopic(const std::string& name, int32_t partitions,
                         const std::map<std::string, std::string>& settings) {
  auto admin = adapters::KafkaAdmin::Connect({.bootstrap = bootstrap_});
  if (!admin) GiveUp(admin.error().message);
  const Status made =
      (*admin)->EnsureTopic({.name = name, .partitions = partitions, .settings = settings});
  if (!made) GiveUp(made.error().message);
}

std::string Broker::NewTopic(const std::string& prefix, int32_t partitions) {
  std::string name = prefix + "." + std::to_string(++topics_made_);
  CreateTopic(name, partitions);
  return name;
}

void Broker::Expire(const std::string& topic, int32_t partition, pipeline::Offset offset) {
  Client request(bootstrap_, RD_KAFKA_PRODUCER, {});
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = offset;
  rd_kafka_DeleteRecords_t* records = rd_kafka_DeleteRecords_new(list);
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_DeleteRecords(request.handle(), &records, 1, nullptr, request.queue());
  request.WaitForAnswer("delete the records of " + topic);
  rd_kafka_DeleteRecords_destroy(records);
}

void Broker::Grow(const std::string& topic, int32_t partitions) {
  Client request(bootstrap_, RD_KAFKA_PRODUCER, {});
  std::array<char, 512> text = {};
  rd_kafka_NewPartitions_t* growth = rd_kafka_NewPartitions_new(
      topic.c_str(), static_cast<size_t>(partitions), text.data(), text.size());
  if (growth == nullptr) GiveUp(text.data());
  rd_kafka_CreatePartitions(request.handle(), &growth, 1, nullptr, request.queue());
  request.WaitForAnswer("grow topic " + topic);
  rd_kafka_NewPartitions_destroy(growth);
}

std::optional<pipeline::Offset> Broker::Committed(const std::string& group,
                                                  const std::string& topic, int32_t partition) {
  Client client(bootstrap_, RD_KAFKA_CONSUMER, {{"group.id", group}});
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
  const bool answered =
      rd_kafka_committed(client.handle(), list, kTimeoutMs) == RD_KAFKA_RESP_ERR_NO_ERROR;
  const pipeline::Offset offset = answered ? list->elems[0].offset : -1;
  rd_kafka_topic_partition_list_destroy(list);
  if (offset < 0) return std::nullopt;
  return offset;
}

void Broker::WriteTransaction(const std::string& topic, const std::vector<std::string>& payloads,
                              Ending ending) {
  Client client(bootstrap_, RD_KAFKA_PRODUCER, {{"transactional.id", "test"}});
  Check(rd_kafka_init_transactions(client.handle(), kTimeoutMs), "init transactions");
  Check(rd_kafka_begin_transaction(client.handle()), "begin transaction");
  for (const std::string& payload : payloads) {
    Check(rd_kafka_producev(client.handle(), RD_KAFKA_V_TOPIC(topic.c_str()),
                            RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                            RD_KAFKA_V_VALUE(const_cast<char*>(payload.data()), payload.size()),
                            RD_KAFKA_V_END),
          "produce to " + topic);
  }
  // An abort would throw away what has not been sent yet, and the log would hold no trace.
  Check(rd_kafka_flush(client.handle(), kTimeoutMs), "flush");
  Check(ending == Ending::kCommit ? rd_kafka_commit_transaction(client.handle(), kTimeoutMs)
                                  : rd_kafka_abort_transaction(client.handle(), kTimeoutMs),
        "end transaction");
}

void Broker::DeleteTopic(const std::string& topic) {
  Client request(bootstrap_, RD_KAFKA_PRODUCER, {});
  rd_kafka_DeleteTopic_t* deletion = rd_kafka_DeleteTopic_new(topic.c_str());
  rd_kafka_DeleteTopics(request.handle(), &deletion, 1, nullptr, request.queue());
  request.WaitForAnswer("delete topic " + topic);
  rd_kafka_DeleteTopic_destroy(deletion);
}

}  // namespace touchline::test
