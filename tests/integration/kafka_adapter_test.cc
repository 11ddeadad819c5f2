// What the Kafka adapters do beyond the ports' contracts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/kafka/admin.h"
#include "adapters/kafka/consumer.h"
#include "adapters/kafka/mock_cluster.h"
#include "adapters/kafka/producer.h"
#include "adapters/system_clock.h"
#include "tests/support/broker.h"

namespace touchline::test {
namespace {

using adapters::ConsumerInput;
using adapters::ConsumerOptions;
using adapters::EventProducer;
using adapters::KafkaAdmin;
using adapters::KafkaConsumer;
using adapters::KafkaProducer;
using adapters::MockCluster;
using adapters::SystemClock;
using ::testing::HasSubstr;

constexpr Duration kWait = Duration::Millis(100);
constexpr int kPatience = 200;

Broker& TheBroker() { return Broker::Shared(); }

class KafkaConsumerTest : public ::testing::Test {
 protected:
  static ConsumerOptions Options() {
    return {.kafka = {.bootstrap = TheBroker().bootstrap()},
            .proof_interval = Duration::Millis(50)};
  }

  void Append(const std::string& topic, int count, size_t bytes = 10, int32_t partition = 0) {
    auto producer = EventProducer::Create({.kafka = {.bootstrap = TheBroker().bootstrap()}});
    ASSERT_TRUE(producer);
    std::string payload(bytes, 'x');
    std::mt19937 random(1);  // what does not compress is fetched as large as it is
    for (int i = 0; i < count; ++i) {
      for (char& c : payload) c = static_cast<char>(random());
      ASSERT_TRUE((*producer)->Produce(
          {.topic = topic, .partition = partition, .key = "k", .payload = payload}));
    }
    ASSERT_TRUE((*producer)->Flush(Duration::Seconds(20)));
  }

  std::unique_ptr<KafkaConsumer> Start(ConsumerOptions options, std::vector<ConsumerInput> inputs) {
    auto started = KafkaConsumer::Start(std::move(options), std::move(inputs), &clock_);
    EXPECT_TRUE(started) << started.error().message;
    return started ? std::move(*started) : nullptr;
  }

  // Polls until `enough` says so; how many records came.
  static int PollUntil(pipeline::Source* source, const std::function<bool(int)>& enough) {
    int records = 0;
    for (int i = 0; i < kPatience && !enough(records); ++i) {
      const auto polled = source->Poll(kWait);
      if (polled) records += static_cast<int>(polled->size());
    }
    return records;
  }

  // Polls until the source is beyond hope; the default Error if it never is.
  static Error AwaitFatal(pipeline::Source* source) {
    for (int i = 0; i < kPatience; ++i) {
      const auto polled = source->Poll(kWait);
      if (!polled && polled.error().kind == ErrorClass::kFatal) return polled.error();
    }
    return {.kind = ErrorClass::kTransient};
  }

  SystemClock clock_;
};

TEST_F(KafkaConsumerTest, HandsEachPartitionToItsWorkerOnly) {
  const std::string topic = TheBroker().NewTopic("workers", 4);
  for (int32_t p = 0; p < 4; ++p) Append(topic, 5, 10, p);
  ConsumerOptions options = Options();
  options.workers = 2;
  std::vector<ConsumerInput> inputs;
  for (int32_t p = 0; p < 4; ++p) {
    inputs.push_back({.topic = topic, .partition = p, .worker = static_cast<size_t>(p % 2)});
  }
  const auto consumer = Start(options, inputs);
  for (size_t worker = 0; worker < 2; ++worker) {
    std::multiset<pipeline::InputIndex> got;
    for (int i = 0; i < kPatience && got.size() < 10; ++i) {
      const auto polled = consumer->source(worker).Poll(kWait);
      ASSERT_TRUE(polled);
      for (const auto& r : *polled) got.insert(r.input);
    }
    const auto first = static_cast<pipeline::InputIndex>(worker);
    EXPECT_EQ(got.count(first), 5u);
    EXPECT_EQ(got.count(first + 2), 5u);
  }
}

// A full queue puts the library to sleep until something else wakes it, after a second at most.
TEST_F(KafkaConsumerTest, FetchesOnAsSoonAsThereIsRoom) {
  constexpr size_t kRecords = 4000;
  const std::string topic = TheBroker().NewTopic("backlog", 1);
  Append(topic, static_cast<int>(kRecords), 10'000);
  ConsumerOptions options = Options();
  options.fetch_bytes = 1'000'000;  // a third of it waits for the worker: 33 records
  options.proof_interval = Duration::Seconds(100);
  const auto consumer = Start(options, {{.topic = topic}});
  // Asleep after each of a hundred full queues, it was seen to take more than half a minute.
  const int64_t limit = clock_.MonotonicNanos() + int64_t{20} * 1'000'000'000;
  size_t records = 0;
  while (records < kRecords && clock_.MonotonicNanos() < limit) {
    const auto polled = consumer->source(0).Poll(kWait);
    ASSERT_TRUE(polled);
    records += polled->size();
  }
  EXPECT_EQ(records, kRecords);
}

TEST_F(KafkaConsumerTest, StopsWhenRetentionPassesItsPlaceWhileItReads) {
  const std::string topic = TheBroker().NewTopic("expired", 1);
  Append(topic, 60, 100'000);
  ConsumerOptions options = Options();
  options.fetch_bytes = 100'000;  // a record or two are fetched ahead, not the topic
  const auto consumer = Start(options, {{.topic = topic}});
  EXPECT_GT(PollUntil(&consumer->source(0), [](int n) { return n > 0; }), 0);
  TheBroker().Expire(topic, 0, 59);
  const Error error = AwaitFatal(&consumer->source(0));
  EXPECT_EQ(error.kind, ErrorClass::kFatal);
  EXPECT_THAT(error.message, HasSubstr("retention"));
  EXPECT_THAT(error.message, HasSubstr(topic));
}

TEST_F(KafkaConsumerTest, StopsWhenItsTopicIsDeleted) {
  const std::string topic = TheBroker().NewTopic("deleted", 1);
  Append(topic, 1);
  ConsumerOptions options = Options();
  options.missing_topic_grace = Duration::Seconds(1);
  const auto consumer = Start(options, {{.topic = topic}});
  EXPECT_EQ(PollUntil(&consumer->source(0), [](int n) { return n == 1; }), 1);
  TheBroker().DeleteTopic(topic);
  EXPECT_THAT(AwaitFatal(&consumer->source(0)).message, HasSubstr(topic));
}

TEST_F(KafkaConsumerTest, StopsWhenItsTopicGrows) {
  const std::string topic = TheBroker().NewTopic("grown", 2);
  ConsumerOptions options = Options();
  options.topic_check_interval = Duration::Millis(200);
  const auto consumer = Start(options, {{.topic = topic}});
  TheBroker().Grow(topic, 3);
  EXPECT_THAT(AwaitFatal(&consumer->source(0)).message, HasSubstr("from 2 to 3 partitions"));
}

TEST_F(KafkaConsumerTest, GoesOnWhenGrowthIsAccepted) {
  const std::string topic = TheBroker().NewTopic("grown", 1);
  ConsumerOptions options = Options();
  options.topic_check_interval = Duration::Millis(50);
  options.accept_growth = true;
  const auto consumer = Start(options, {{.topic = topic}});
  TheBroker().Grow(topic, 2);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(consumer->source(0).Poll(kWait));
}

// A transaction's marker takes an offset and is never delivered: the log ends at 4 here, while the
// task will have 3 as its next offset for good.
TEST_F(KafkaConsumerTest, ProvesTheEndOfAPartitionThatEndsWithAMarker) {
  const std::string topic = TheBroker().NewTopic("transactions", 1);
  TheBroker().WriteTransaction(topic, {"a", "b", "c"}, Broker::Ending::kCommit);
  const auto consumer = Start(Options(), {{.topic = topic}});
  EXPECT_EQ(PollUntil(&consumer->source(0), [](int n) { return n == 3; }), 3);
  std::optional<pipeline::Offset> proven;
  PollUntil(&consumer->source(0), [&](int) {
    for (const auto& proof : consumer->source(0).TakeEndProofs()) proven = proof.end_offset;
    return proven == 3;
  });
  EXPECT_EQ(proven, 3);
}

TEST_F(KafkaConsumerTest, NeverDeliversAnAbortedTransaction) {
  const std::string topic = TheBroker().NewTopic("transactions", 1);
  TheBroker().WriteTransaction(topic, {"dropped"}, Broker::Ending::kAbort);
  Append(topic, 1, 42);
  const auto consumer = Start(Options(), {{.topic = topic}});
  for (int i = 0; i < kPatience; ++i) {
    const auto polled = consumer->source(0).Poll(kWait);
    ASSERT_TRUE(polled);
    if (polled->empty()) continue;
    EXPECT_EQ((*polled)[0].payload.size(), 42u);
    return;
  }
  FAIL() << "nothing came";
}

TEST_F(KafkaConsumerTest, ReadsARecordLargerThanItFetchesAtOnce) {
  constexpr size_t kLarge = 3'000'000;
  TheBroker().CreateTopic("large", 1, {{"max.message.bytes", "4000000"}});
  Append("large", 2, kLarge);
  ConsumerOptions options = Options();
  options.fetch_bytes = 100'000;
  const auto consumer = Start(options, {{.topic = "large"}});
  std::vector<size_t> sizes;
  for (int i = 0; i < kPatience && sizes.size() < 2; ++i) {
    const auto polled = consumer->source(0).Poll(kWait);
    ASSERT_TRUE(polled);
    for (const auto& r : *polled) sizes.push_back(r.payload.size());
  }
  EXPECT_EQ(sizes, (std::vector<size_t>{kLarge, kLarge}));
}

TEST_F(KafkaConsumerTest, TellsTheGroupItsProgressAndCountsLag) {
  const std::string topic = TheBroker().NewTopic("progress", 1);
  Append(topic, 10);
  ConsumerOptions options = Options();
  options.progress_group = "touchline-test";
  options.progress_interval = Duration::Millis(50);
  const auto consumer = Start(options, {{.topic = topic, .stored_next = 4}});
  EXPECT_EQ(consumer->start(0), 4);
  EXPECT_EQ(consumer->position(0).lag(), 6);
  EXPECT_EQ(PollUntil(&consumer->source(0), [](int n) { return n == 6; }), 6);
  EXPECT_EQ(consumer->position(0).lag(), 0);
  consumer->source(0).ReportProgress(0, 7);
  std::optional<pipeline::Offset> committed;
  for (int i = 0; i < 50 && committed != 7; ++i) {
    committed = TheBroker().Committed("touchline-test", topic, 0);
  }
  EXPECT_EQ(committed, 7);
}

TEST_F(KafkaConsumerTest, SaysWhenKafkaDoesNotAnswer) {
  auto cluster = std::move(*MockCluster::Start());
  ASSERT_TRUE(cluster->EnsureTopic({.name = "t"}));
  ConsumerOptions options;
  options.kafka.bootstrap = cluster->bootstrap();
  const auto consumer = Start(options, {{.topic = "t"}});
  EXPECT_TRUE(consumer->source(0).Poll(kWait));
  cluster->TakeDown();
  std::optional<Error> error;
  for (int i = 0; i < kPatience && !error; ++i) {
    const auto polled = consumer->source(0).Poll(kWait);
    if (!polled) error = polled.error();
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorClass::kTransient);
  cluster->BringUp();
  bool well = false;
  for (int i = 0; i < kPatience && !well; ++i) {
    well = consumer->source(0).Poll(kWait).has_value();
  }
  EXPECT_TRUE(well);
}

TEST_F(KafkaConsumerTest, EndsWithinSecondsWhileKafkaIsAway) {
  auto cluster = std::move(*MockCluster::Start());
  ASSERT_TRUE(cluster->EnsureTopic({.name = "t"}));
  ConsumerOptions options;
  options.kafka.bootstrap = cluster->bootstrap();
  auto consumer = Start(options, {{.topic = "t"}});
  EXPECT_TRUE(consumer->source(0).Poll(kWait));
  consumer->source(0).ReportProgress(0, 1);
  cluster->TakeDown();
  const int64_t began = clock_.MonotonicNanos();
  consumer.reset();
  EXPECT_LT(clock_.MonotonicNanos() - began, 20'000'000'000);
}

TEST_F(KafkaConsumerTest, IsTransientAtStartWithoutABroker) {
  ConsumerOptions options;
  options.kafka.bootstrap = "127.0.0.1:1";
  options.start_timeout = Duration::Millis(300);
  const auto started = KafkaConsumer::Start(options, {{.topic = "t"}}, &clock_);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorClass::kTransient);
}

TEST(KafkaProducerTest, LeavesNoGapAndNoDoubleWhenTheBrokerDiesUnderway) {
  constexpr int kRecords = 20'000;
  const std::string topic = TheBroker().NewTopic("killed", 1);
  auto producer = EventProducer::Create({.kafka = {.bootstrap = TheBroker().bootstrap()}});
  ASSERT_TRUE(producer);
  std::thread crash;
  for (int i = 0; i < kRecords; ++i) {
    if (i == kRecords / 2) {
      crash = std::thread([] {
        TheBroker().Kill();
        TheBroker().Start();
      });
    }
    if (i % 100 == 0) SystemClock::Sleep(Duration::Millis(5));
    ASSERT_TRUE((*producer)->Produce(
        {.topic = topic, .partition = 0, .key = "k", .payload = std::to_string(i)}));
  }
  crash.join();
  ASSERT_TRUE((*producer)->Flush(Duration::Seconds(60)));
  const SystemClock clock;
  auto consumer = KafkaConsumer::Start({.kafka = {.bootstrap = TheBroker().bootstrap()}},
                                       {{.topic = topic}}, &clock);
  ASSERT_TRUE(consumer);
  int next = 0;
  for (int i = 0; i < kPatience && next < kRecords; ++i) {
    const auto polled = (*consumer)->source(0).Poll(kWait);
    if (!polled) continue;
    for (const auto& r : *polled) ASSERT_EQ(r.payload, std::to_string(next++));
  }
  EXPECT_EQ(next, kRecords);
}

TEST(KafkaProducerTest, IsFatalWhenATopicIsRefusedForGood) {
  auto producer = std::move(*KafkaProducer::Create(
      {.kafka = {.bootstrap = TheBroker().bootstrap(),
                 .properties = {{"topic.metadata.propagation.max.ms", "200"}}}},
      1));
  ASSERT_TRUE(producer->sink(0).Send({.topic = "no-such-topic", .payload = "x"}, 1));
  std::optional<Error> error;
  for (int i = 0; i < kPatience && !error; ++i) {
    const auto taken = producer->sink(0).TakeAcknowledged();
    if (!taken) error = taken.error();
    SystemClock::Sleep(Duration::Millis(50));
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorClass::kFatal);
  EXPECT_THAT(error->message, HasSubstr("no-such-topic"));
  EXPECT_FALSE(producer->sink(0).Send({.topic = "no-such-topic", .payload = "x"}, 2));
}

TEST(KafkaProducerTest, IsFatalWhenTheBrokerFindsARecordTooLarge) {
  TheBroker().CreateTopic("small", 1, {{"max.message.bytes", "1000"}});
  auto producer =
      std::move(*EventProducer::Create({.kafka = {.bootstrap = TheBroker().bootstrap()}}));
  std::string payload;
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) payload += static_cast<char>(random());
  ASSERT_TRUE(producer->Produce({.topic = "small", .key = "k", .payload = payload}));
  const Status flushed = producer->Flush(Duration::Seconds(20));
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorClass::kFatal);
  EXPECT_THAT(flushed.error().message, HasSubstr("small"));
}

TEST(KafkaProducerTest, CallsARecordThatIsTooLargePoison) {
  auto producer =
      std::move(*KafkaProducer::Create({.kafka = {.bootstrap = TheBroker().bootstrap()}}, 1));
  const std::string payload(KafkaProducer::kMaxRecordBytes + 1, 'x');
  const auto sent = producer->sink(0).Send({.topic = "t", .payload = payload}, 1);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorClass::kPoison);
}

class KafkaAdminTest : public ::testing::Test {
 protected:
  std::unique_ptr<KafkaAdmin> Connect() {
    return std::move(*KafkaAdmin::Connect({.bootstrap = TheBroker().bootstrap()}));
  }
};

TEST_F(KafkaAdminTest, CreatesATopicOnceAndKeepsIt) {
  const auto admin = Connect();
  const pipeline::TopicSpec spec{
      .name = "admin.created", .partitions = 3, .retention = Duration::Days(7), .compacted = true};
  EXPECT_EQ(*admin->PartitionCount(spec.name, Duration::Seconds(5)), std::nullopt);
  ASSERT_TRUE(admin->EnsureTopic(spec));
  ASSERT_TRUE(admin->EnsureTopic(spec));
  EXPECT_EQ(*admin->PartitionCount(spec.name, Duration::Seconds(5)), 3);
}

TEST_F(KafkaAdminTest, RefusesATopicWithAnotherNumberOfPartitions) {
  const std::string topic = TheBroker().NewTopic("admin", 2);
  const Status ensured = Connect()->EnsureTopic({.name = topic, .partitions = 8});
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().kind, ErrorClass::kFatal);
  EXPECT_THAT(ensured.error().message, HasSubstr("has 2 partitions, but 8"));
}

TEST_F(KafkaAdminTest, RefusesATopicThatLosesWhatACompactedOneKeeps) {
  const auto admin = Connect();
  for (const char* policy : {"delete", "compact,delete"}) {
    pipeline::TopicSpec spec{.name = std::string("admin.") + (policy[0] == 'd' ? "cut" : "both"),
                             .settings = {{"cleanup.policy", policy}}};
    ASSERT_TRUE(admin->EnsureTopic(spec));
    spec.settings.clear();
    EXPECT_TRUE(admin->EnsureTopic(spec)) << "nobody needs it compacted";
    spec.compacted = true;
    const Status ensured = admin->EnsureTopic(spec);
    ASSERT_FALSE(ensured) << policy;
    EXPECT_EQ(ensured.error().kind, ErrorClass::kFatal);
    EXPECT_THAT(ensured.error().message,
                HasSubstr(spec.name + " has cleanup.policy=" + policy + ","));
  }
}

TEST_F(KafkaAdminTest, SaysWhyATopicCannotBeCreated) {
  const Status made =
      Connect()->EnsureTopic({.name = "admin.bad", .settings = {{"retention.ms", "soon"}}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorClass::kFatal);
  EXPECT_THAT(made.error().message, HasSubstr("retention.ms"));
}

TEST_F(KafkaAdminTest, WaitsForTopicsAndNamesThoseThatAreMissing) {
  const auto admin = Connect();
  const std::string there = TheBroker().NewTopic("admin.there", 1);
  std::vector<std::string> said;
  const auto say = [&](std::string_view line) {
    said.emplace_back(line);
    if (said.size() == 1) TheBroker().CreateTopic("admin.later", 1);
  };
  EXPECT_TRUE(admin->WaitForTopics({there, "admin.later"}, say, [] { return false; }));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("1 of 2"));
  EXPECT_THAT(said[0], HasSubstr("admin.later"));
}

TEST_F(KafkaAdminTest, StopsWaitingWhenTold) {
  int asked = 0;
  EXPECT_FALSE(Connect()->WaitForTopics(
      {"admin.never"}, [](auto) {}, [&] { return ++asked == 2; }));
}

TEST_F(KafkaAdminTest, KnowsItsClusterById) {
  const auto id = Connect()->ClusterId(Duration::Seconds(5));
  ASSERT_TRUE(id);
  EXPECT_EQ(id->size(), 22u);
  EXPECT_EQ(*Connect()->ClusterId(Duration::Seconds(5)), *id);
}

TEST_F(KafkaAdminTest, EndsWith69WhenNoBrokerAnswers) {
  const auto admin = std::move(*KafkaAdmin::Connect({.bootstrap = "127.0.0.1:1"}));
  const auto id = admin->ClusterId(Duration::Millis(500));
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().exit_code, ExitCode::kBrokerUnavailable);
  EXPECT_THAT(id.error().message, HasSubstr("127.0.0.1:1"));
}

}  // namespace
}  // namespace touchline::test
