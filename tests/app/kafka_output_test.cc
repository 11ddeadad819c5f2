// `simulate` and `import` against an embedded broker.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/kafka/consumer.h"
#include "adapters/kafka/mock_cluster.h"
#include "adapters/system_clock.h"
#include "app/command_line.h"
#include "tests/support/temporary_folder.h"

namespace touchline::app {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int32_t kPartitions = 3;

class KafkaOutputTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto cluster = adapters::MockCluster::Start();
    ASSERT_TRUE(cluster);
    cluster_ = *std::move(cluster);
  }

  void Ensure(const std::string& topic) {
    ASSERT_TRUE(cluster_->EnsureTopic({.name = topic, .partitions = kPartitions}));
  }

  // All values of a topic, by partition, once there are `count` of them.
  std::map<uint32_t, std::vector<std::string>> Read(const std::string& topic, size_t count) {
    adapters::ConsumerOptions options;
    options.kafka.bootstrap = cluster_->bootstrap();
    std::vector<adapters::ConsumerInput> inputs;
    for (int32_t p = 0; p < kPartitions; ++p) inputs.push_back({.topic = topic, .partition = p});
    auto consumer = adapters::KafkaConsumer::Start(std::move(options), inputs, &clock_);
    EXPECT_TRUE(consumer);
    std::map<uint32_t, std::vector<std::string>> values;
    size_t seen = 0;
    for (int polls = 0; consumer && seen < count && polls < 100; ++polls) {
      const auto records = (*consumer)->source(0).Poll(Duration::Millis(200));
      if (!records) continue;
      for (const pipeline::SourceRecord& record : *records) {
        values[record.input].emplace_back(record.payload);
        ++seen;
      }
    }
    EXPECT_EQ(seen, count);
    return values;
  }

  ExitCode RunOnCluster(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--bootstrap", cluster_->bootstrap()});
    return RunCommandLine(std::move(arguments), {});
  }

  adapters::SystemClock clock_;
  std::unique_ptr<adapters::MockCluster> cluster_;
  const test::TemporaryFolder folder_;
};

TEST_F(KafkaOutputTest, ImportKeepsSubjectsTogetherAndEndsEveryPartition) {
  Ensure("support.tickets");
  const std::string mapping = folder_.path() + "/m.yaml";
  const std::string csv = folder_.path() + "/rows.csv";
  std::ofstream(mapping) << "source: urn:t\ntopic: support.tickets\nsubject: [case]\n"
                            "time: {column: at}\n"
                            "opening: {type: ticket.created, data: {queue: {value: q}}}\n"
                            "events: [{type: ticket.updated, data: {agent: {column: who}}}]\n";
  std::ofstream rows(csv);
  rows << "case,at,who\n";
  for (int i = 0; i < 20; ++i) {
    rows << i % 5 << ",2026-01-05T08:00:" << 10 + i << "Z,a" << i << "\n";
  }
  rows.close();
  ASSERT_EQ(RunOnCluster({"import", "-m", mapping, csv}), ExitCode::kOk);

  std::map<std::string, std::set<uint32_t>> partitions_of_subject;
  for (const auto& [partition, values] : Read("support.tickets", 25 + kPartitions)) {
    EXPECT_THAT(values.back(), HasSubstr("\"final\":true")) << partition;
    for (const std::string& value : values) {
      const size_t subject = value.find("\"subject\":\"");
      if (subject != std::string::npos) {
        partitions_of_subject[value.substr(subject + 11, 1)].insert(partition);
      }
    }
  }
  EXPECT_THAT(partitions_of_subject, SizeIs(5));
  for (const auto& [subject, partitions] : partitions_of_subject) {
    EXPECT_THAT(partitions, SizeIs(1)) << subject;
  }
}

TEST_F(KafkaOutputTest, SimulateSendsAllThreeKindsAtTheRateAskedFor) {
  for (const char* topic : {"x.calls", "x.chats", "x.tickets"}) Ensure(topic);
  const int64_t began = clock_.MonotonicNanos();
  ASSERT_EQ(RunOnCluster({"simulate", "--topic-prefix", "x.", "--limit", "300", "--rate", "600"}),
            ExitCode::kOk);
  // The last of 300 records is due after 299 / 600 s.
  EXPECT_GE(clock_.MonotonicNanos() - began, 490'000'000);
  size_t total = 0;
  for (const char* topic : {"x.calls", "x.chats", "x.tickets"}) {
    adapters::ConsumerOptions options;
    options.kafka.bootstrap = cluster_->bootstrap();
    std::vector<adapters::ConsumerInput> inputs;
    for (int32_t p = 0; p < kPartitions; ++p) inputs.push_back({.topic = topic, .partition = p});
    auto consumer = adapters::KafkaConsumer::Start(std::move(options), inputs, &clock_);
    ASSERT_TRUE(consumer);
    size_t records = 0;
    for (uint32_t p = 0; p < kPartitions; ++p) {
      for (int tries = 0; tries < 100 && !(*consumer)->position(p).end; ++tries) {
        static_cast<void>((*consumer)->source(0).Poll(Duration::Millis(50)));
      }
      records += static_cast<size_t>((*consumer)->position(p).end.value_or(0));
    }
    EXPECT_GT(records, 0U) << topic;
    total += records;
  }
  EXPECT_EQ(total, 300U);
}

TEST(KafkaOutputWithoutBrokerTest, ExitsWith69) {
  EXPECT_EQ(RunCommandLine({"simulate", "--limit", "1", "--bootstrap", "127.0.0.1:1"}, {}),
            ExitCode::kBrokerUnavailable);
}

}  // namespace
}  // namespace touchline::app
