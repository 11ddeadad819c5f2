// The end of a life: SIGTERM drains, commits and leaves; a second signal ends it at once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/kafka/consumer.h"
#include "adapters/rocksdb/rocks_store.h"
#include "adapters/system_clock.h"
#include "pipeline/internal_record.h"
#include "pipeline/keys.h"
#include "tests/integration/installation.h"
#include "tests/integration/preload.h"
#include "tests/support/broker.h"

namespace touchline::test {
namespace {

using ::testing::HasSubstr;

constexpr int32_t kPartitions = 2;
constexpr uint64_t kContacts = 200;
constexpr uint64_t kEvents = kContacts * simulator::BenchFeed::kEventsPerContact;
constexpr int kForced = 1;
// Nothing is committed by itself before a test has said what it wants to say.
const std::vector<std::string> kSeldom = {"commit.interval=10s", "commit.max_interval=10s"};

Installation::Options Events(const std::string& name) {
  return FeedTopic("stop-" + name, kPartitions);
}

void PreloadEvents(const Installation& world) {
  const simulator::BenchFeedOptions feed = {
      .start = Ago(Duration::Minutes(1)), .contacts = kContacts, .open_contacts = 20};
  ASSERT_EQ(Preload(world.TopicName("events"), feed), kEvents);
}

// What the state says of the partitions of "events": a sum over them.
struct Stored {
  uint64_t consumed = 0;
  uint64_t outbox = 0;  // sequences ever given
};
Stored ReadStored(const Installation& world) {
  Stored stored;
  auto store = adapters::RocksStore::Open({.folder = world.state_folder()});
  EXPECT_TRUE(store);
  if (!store) return stored;
  for (uint16_t p = 0; p < kPartitions; ++p) {
    const auto row = (*store)->Get(TablePrefix(pipeline::TaskKey{.number = p},
                                               pipeline::Table::kTask));
    EXPECT_TRUE(row && *row);
    if (!row || !*row) continue;
    ByteReader in(**row);
    stored.consumed += in.Varint();
    stored.outbox += in.Varint() - 1;  // the next one's sequence
  }
  return stored;
}

// The facts and watermarks that have arrived at the journeys, each counted once though it may be
// sent twice.
uint64_t ReadContactsTopic(const Installation& world) {
  const adapters::SystemClock clock;
  std::vector<adapters::ConsumerInput> inputs;
  for (int32_t p = 0; p < 8; ++p) {
    inputs.push_back({.topic = world.ContactsTopic(), .partition = p});
  }
  adapters::ConsumerOptions options;
  options.kafka.bootstrap = Broker::Shared().bootstrap();
  auto consumer = adapters::KafkaConsumer::Start(options, inputs, &clock);
  EXPECT_TRUE(consumer);
  if (!consumer) return 0;
  std::map<std::string, std::map<uint64_t, size_t>> told;  // by sender and sequence
  const auto lag = [&] {
    int64_t sum = 0;
    for (pipeline::InputIndex i = 0; i < inputs.size(); ++i) {
      sum += (*consumer)->position(i).lag().value_or(1);
    }
    return sum;
  };
  while (lag() > 0) {
    const auto records = (*consumer)->source(0).Poll(Duration::Millis(100));
    EXPECT_TRUE(records);
    if (!records) break;
    pipeline::InternalRecord record;
    for (const pipeline::SourceRecord& raw : *records) {
      EXPECT_TRUE(pipeline::DecodeInternal(raw.payload, &record));
      std::vector<pipeline::KeyedFact> facts;
      const bool has_facts = record.kind == pipeline::InternalKind::kContactFacts;
      EXPECT_TRUE(!has_facts || pipeline::DecodeFacts(record.body, &facts));
      told[std::string(record.upstream)][record.sequence] = has_facts ? facts.size() : 1;
    }
  }
  uint64_t count = 0;
  for (const auto& [sender, records] : told) {
    for (const auto& [sequence, many] : records) count += many;
  }
  return count;
}

// All is folded and nothing committed: what an orderly end must not lose.
void WaitUntilFolded(Program* program) {
  ASSERT_TRUE(program->WaitForMetric("touchline_consumer_lag", {}, Duration::Seconds(9)))
      << program->Log();
  ASSERT_EQ(program->Metric("touchline_commit_seconds_count"), 0);
}

TEST(StopTest, CommitsWhatIsFoldedAndSendsTheOutboxBeforeItLeaves) {
  Installation world(Events("order"));
  PreloadEvents(world);
  const auto program = world.Run(kSeldom);
  WaitUntilFolded(program.get());
  program->Stop();
  EXPECT_THAT(program->Log(), HasSubstr("stopped"));
  const Stored stored = ReadStored(world);
  EXPECT_EQ(stored.consumed, kEvents);
  EXPECT_GE(stored.outbox, kContacts);
  EXPECT_EQ(ReadContactsTopic(world), stored.outbox);
}

TEST(StopTest, ASecondSignalEndsAtOnceADrainThatWaitsForTheBroker) {
  Installation forced(Events("forced")), waiting(Events("waiting"));
  PreloadEvents(forced);
  PreloadEvents(waiting);
  auto hurried = forced.Run(kSeldom);
  auto patient = waiting.Run(kSeldom);
  WaitUntilFolded(hurried.get());
  WaitUntilFolded(patient.get());
  Broker::Shared().Kill();
  hurried->process().Signal(SIGTERM);
  patient->process().Signal(SIGTERM);
  // The outbox cannot leave: both wait for the broker.
  ASSERT_TRUE(hurried->WaitForLog("stopping"));
  EXPECT_EQ(hurried->process().Wait(Duration::Seconds(2)), std::nullopt) << hurried->Log();
  hurried->process().Signal(SIGINT);
  EXPECT_EQ(hurried->process().Wait(Duration::Seconds(1)), kForced) << hurried->Log();
  // Unforced, it gives up within what a container's manager grants: 30 s.
  EXPECT_EQ(patient->process().Wait(Duration::Seconds(28)), 0) << patient->Log();
  EXPECT_THAT(patient->Log(), HasSubstr("it is durable and is sent at the next start"));

  // Either way nothing is lost: the next life sends what the last one could not.
  Broker::Shared().Start();
  for (Installation* world : {&forced, &waiting}) {
    EXPECT_EQ(ReadStored(*world).consumed, kEvents);
    const auto next = world->Run();
    EXPECT_TRUE(next->WaitForMetric("touchline_consumer_lag", {}, Duration::Seconds(30)))
        << next->Log();
    next->Stop();
    const Stored stored = ReadStored(*world);
    EXPECT_GE(stored.outbox, kContacts);
    EXPECT_EQ(ReadContactsTopic(*world), stored.outbox);
  }
}

}  // namespace
}  // namespace touchline::test
