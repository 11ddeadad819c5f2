// The Kafka adapters against the ports' suites, on a real broker and on the embedded one.

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "adapters/kafka/consumer.h"
#include "adapters/kafka/mock_cluster.h"
#include "adapters/kafka/producer.h"
#include "adapters/system_clock.h"
#include "tests/contract/sink_contract.h"
#include "tests/contract/source_contract.h"
#include "tests/support/broker.h"

namespace touchline::test {
namespace {

using adapters::ConsumerInput;
using adapters::EventProducer;
using adapters::KafkaConsumer;
using adapters::KafkaProducer;
using adapters::MockCluster;
using adapters::SystemClock;

class RealBroker {
 public:
  static constexpr bool kCanExpire = true;

  std::string bootstrap() { return Broker::Shared().bootstrap(); }
  std::string NewTopic(int32_t partitions) {
    return Broker::Shared().NewTopic("contract", partitions);
  }
  void BreakLink() { Broker::Shared().Stop(); }
  void RestoreLink() { Broker::Shared().Start(); }
  void Expire(const std::string& topic, int32_t partition, pipeline::Offset low) {
    Broker::Shared().Expire(topic, partition, low);
  }
};

class EmbeddedBroker {
 public:
  static constexpr bool kCanExpire = false;

  EmbeddedBroker() : cluster_(std::move(*MockCluster::Start())) {}
  std::string bootstrap() { return cluster_->bootstrap(); }
  std::string NewTopic(int32_t partitions) {
    std::string name = "contract." + std::to_string(++topics_);
    const Status made = cluster_->EnsureTopic({.name = name, .partitions = partitions});
    EXPECT_TRUE(made);
    return name;
  }
  void BreakLink() { cluster_->TakeDown(); }
  void RestoreLink() { cluster_->BringUp(); }
  void Expire(const std::string&, int32_t, pipeline::Offset) {}

 private:
  std::unique_ptr<MockCluster> cluster_;
  int topics_ = 0;
};

template <class Kafka>
class SourceWorld : public Kafka {
 public:
  SourceWorld()
      : producer_(std::move(*EventProducer::Create({.kafka = {.bootstrap = this->bootstrap()}}))) {}

  void Append(const std::string& topic, int32_t partition, const LogRecord& record) {
    std::vector<pipeline::Header> headers;
    for (const auto& [name, value] : record.headers) headers.push_back({name, value});
    const Status taken = producer_->Produce({.topic = topic,
                                             .partition = partition,
                                             .key = record.key,
                                             .payload = record.payload,
                                             .headers = headers});
    ASSERT_TRUE(taken) << taken.error().message;
    const Status flushed = producer_->Flush(Duration::Seconds(20));
    ASSERT_TRUE(flushed) << flushed.error().message;
  }
  Result<pipeline::Source*> Open(const std::vector<ContractInput>& given) {
    std::vector<ConsumerInput> inputs;
    for (const ContractInput& i : given) {
      inputs.push_back({.topic = i.topic, .partition = i.partition, .stored_next = i.stored_next});
    }
    auto started = KafkaConsumer::Start(
        {.kafka = {.bootstrap = this->bootstrap()}, .proof_interval = Duration::Millis(50)},
        std::move(inputs), &clock_);
    if (!started) return tl::unexpected(started.error());
    consumer_ = std::move(*started);
    return &consumer_->source(0);
  }
  void AskForProofs() {}
  WallTime Now() { return clock_.Now(); }

 private:
  SystemClock clock_;
  std::unique_ptr<EventProducer> producer_;
  std::unique_ptr<KafkaConsumer> consumer_;
};

template <class Kafka>
class SinkWorld : public Kafka {
 public:
  static constexpr size_t kFillBytes = 1000;

  SinkWorld()
      : producer_(std::move(*KafkaProducer::Create(
            {.kafka = {.bootstrap = this->bootstrap()}, .queue_bytes = 1 << 20}, 2))) {}

  pipeline::Sink& sink(size_t worker) { return producer_->sink(worker); }
  std::vector<LogRecord> Read(const std::string& topic, int32_t partition, size_t n) {
    std::vector<LogRecord> records;
    auto started = KafkaConsumer::Start({.kafka = {.bootstrap = this->bootstrap()}},
                                        {{.topic = topic, .partition = partition}}, &clock_);
    EXPECT_TRUE(started);
    if (!started) return records;
    for (int i = 0; i < 100 && records.size() < n; ++i) {
      const auto polled = (*started)->source(0).Poll(Duration::Millis(100));
      if (!polled) continue;
      for (const pipeline::SourceRecord& r : *polled) {
        LogRecord& copy = records.emplace_back(
            LogRecord{.key = std::string(r.key), .payload = std::string(r.payload)});
        for (const pipeline::Header& h : r.headers.Read()) {
          copy.headers.emplace_back(h.name, h.value);
        }
      }
    }
    return records;
  }
  void WaitABit() { SystemClock::Sleep(Duration::Millis(50)); }

 private:
  SystemClock clock_;
  std::unique_ptr<KafkaProducer> producer_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Embedded, SourceContract, SourceWorld<EmbeddedBroker>);
INSTANTIATE_TYPED_TEST_SUITE_P(Embedded, SinkContract, SinkWorld<EmbeddedBroker>);
INSTANTIATE_TYPED_TEST_SUITE_P(Real, SourceContract, SourceWorld<RealBroker>);
INSTANTIATE_TYPED_TEST_SUITE_P(Real, SinkContract, SinkWorld<RealBroker>);

}  // namespace
}  // namespace touchline::test
