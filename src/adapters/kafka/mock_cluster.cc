#include "adapters/kafka/mock_cluster.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <map>
#include <utility>

#include "adapters/kafka/rd.h"

namespace touchline::adapters {
namespace {

constexpr int kBrokers = 1;
constexpr int32_t kBroker = 1;

using Cluster = std::unique_ptr<rd_kafka_mock_cluster_t, RdDeleter<rd_kafka_mock_cluster_destroy>>;

}  // namespace

class MockCluster::Impl final : public RdEvents {
 public:
  Impl() : RdEvents(nullptr) {}

  Status Start() {
    // The handle only lends its thread to the broker; it never connects anywhere.
    RdBuilder builder(options_, this);
    Result<RdHandle> built = builder.Build(RD_KAFKA_PRODUCER);
    if (!built) return tl::unexpected(built.error());
    handle_ = std::move(*built);
    cluster_.reset(rd_kafka_mock_cluster_new(handle_.get(), kBrokers));
    if (cluster_ == nullptr) return Fatal("The embedded Kafka broker could not be started.");
    return {};
  }

  rd_kafka_mock_cluster_t* cluster() { return cluster_.get(); }
  std::map<std::string, int32_t>& topics() { return topics_; }

 private:
  const KafkaOptions options_;
  RdHandle handle_;
  Cluster cluster_;
  std::map<std::string, int32_t> topics_;
};

MockCluster::MockCluster(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MockCluster::~MockCluster() = default;

Result<std::unique_ptr<MockCluster>> MockCluster::Start() {
  auto impl = std::make_unique<Impl>();
  if (Status started = impl->Start(); !started) return tl::unexpected(started.error());
  return std::unique_ptr<MockCluster>(new MockCluster(std::move(impl)));
}

std::string MockCluster::bootstrap() const {
  return rd_kafka_mock_cluster_bootstraps(impl_->cluster());
}

Status MockCluster::EnsureTopic(const pipeline::TopicSpec& spec) {
  const auto [known, is_new] = impl_->topics().try_emplace(spec.name, spec.partitions);
  if (!is_new) {
    if (known->second == spec.partitions) return {};
    return Fatal(fmt::format("Topic {} has {} partitions, but {} are needed.", spec.name,
                             known->second, spec.partitions));
  }
  const rd_kafka_resp_err_t error =
      rd_kafka_mock_topic_create(impl_->cluster(), spec.name.c_str(), spec.partitions, kBrokers);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  impl_->topics().erase(known);
  return Fatal(fmt::format("Topic {} cannot be created: {}.", spec.name, ErrorText(error)));
}

void MockCluster::TakeDown() { rd_kafka_mock_broker_set_down(impl_->cluster(), kBroker); }
void MockCluster::BringUp() { rd_kafka_mock_broker_set_up(impl_->cluster(), kBroker); }

}  // namespace touchline::adapters
