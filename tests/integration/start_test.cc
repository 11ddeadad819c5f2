// What a start leads to, and what it makes of a world that is not as it should be: topics that are
// missing, shortened, made anew or grown, a state of another cluster, no broker at all.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/kafka/admin.h"
#include "adapters/rocksdb/rocks_store.h"
#include "adapters/system_clock.h"
#include "tests/integration/installation.h"
#include "tests/integration/preload.h"
#include "tests/support/broker.h"

namespace touchline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr int32_t kPartitions = 2;
constexpr int kRuntime = 1, kBrokerUnavailable = 69, kStateUnreadable = 74;

Installation::Options OneTopic(const std::string& name) {
  return FeedTopic("start-" + name, kPartitions);
}

// 2000 events, the same number in each call.
void PreloadSome(const Installation& world) {
  Preload(world.TopicName("events"),
          {.start = Ago(Duration::Minutes(1)), .contacts = 100, .open_contacts = 10});
}

// One orderly life that reads all there is.
void ReadAll(Installation* world) {
  const auto program = world->Run();
  ASSERT_TRUE(program->WaitForMetric("touchline_consumer_lag", {}, Duration::Seconds(30)))
      << program->Log();
  program->Stop();
}

// The program refuses to run, by itself and for this reason.
void ExpectRefusal(Program* program, int exit_code, const std::string& reason) {
  EXPECT_EQ(program->process().Wait(Duration::Seconds(30)), exit_code);
  EXPECT_THAT(program->Log(), HasSubstr(reason));
}

TEST(StartTest, NamesItsThreads) {
  Installation world(OneTopic("names"));
  const auto program = world.Run();
  ASSERT_TRUE(program->WaitUntilReady(Duration::Seconds(30))) << program->Log();
  EXPECT_THAT(program->process().thread_names(),
              IsSupersetOf({"worker 0", "worker 1", "committer", "end prover", "http"}));
  program->Stop();
}

TEST(StartTest, WaitsForMissingTopicsSaysSoAndGoesOnWhenTheyAreThere) {
  Installation::Options options = OneTopic("missing");
  options.create_topics = false;
  Installation world(options);
  const auto program = world.Run();
  EXPECT_TRUE(program->WaitForLog("Waiting for 1 of 1 topics to be created: " +
                                  world.TopicName("events")));
  EXPECT_EQ(program->Readiness(), 503);
  EXPECT_THAT(program->Page("/-/ready"), HasSubstr("topics are missing"));
  Broker::Shared().CreateTopic(world.TopicName("events"), kPartitions);
  EXPECT_TRUE(program->WaitForLog("consuming"));
  EXPECT_TRUE(program->WaitUntilReady(Duration::Seconds(30)));
  program->Stop();
}

TEST(StartTest, EndsInOrderWhileItWaitsForTopics) {
  Installation::Options options = OneTopic("waiting");
  options.create_topics = false;
  Installation world(options);
  const auto program = world.Run();
  ASSERT_TRUE(program->WaitForLog("Waiting for 1 of 1 topics"));
  program->process().Signal(SIGTERM);
  EXPECT_EQ(program->process().Wait(Duration::Seconds(10)), 0) << program->Log();
}

TEST(StartTest, RefusesATopicWhoseRetentionHasPassedItsPlace) {
  Installation world(OneTopic("retention"));
  PreloadSome(world);
  ReadAll(&world);
  PreloadSome(world);
  // Each partition has some 2000 by now, and the state some 1000 of them.
  for (int32_t p = 0; p < kPartitions; ++p) {
    Broker::Shared().Expire(world.TopicName("events"), p, 1500);
  }
  const auto program = world.Run();
  ExpectRefusal(program.get(), kRuntime, "retention has passed our offset");
  EXPECT_THAT(program->Log(), HasSubstr("the topic begins at 1500"));
}

TEST(StartTest, RefusesATopicThatEndsBeforeItsPlace) {
  Installation world(OneTopic("anew"));
  PreloadSome(world);
  ReadAll(&world);
  const std::string topic = world.TopicName("events");
  Broker::Shared().DeleteTopic(topic);
  auto admin = adapters::KafkaAdmin::Connect({.bootstrap = Broker::Shared().bootstrap()});
  ASSERT_TRUE(admin);
  const auto is_gone = [&] {
    const auto missing = (*admin)->MissingTopics({topic}, Duration::Seconds(5));
    return missing && !missing->empty();
  };
  for (int i = 0; i < 100 && !is_gone(); ++i) {
    adapters::SystemClock::Sleep(Duration::Millis(50));
  }
  Broker::Shared().CreateTopic(topic, kPartitions);
  const auto program = world.Run();
  ExpectRefusal(program.get(), kRuntime, "lies beyond its end 0");
}

TEST(StartTest, RefusesATopicThatHasGrown) {
  Installation world(OneTopic("grown"));
  ReadAll(&world);
  Broker::Shared().Grow(world.TopicName("events"), kPartitions + 1);
  const auto program = world.Run();
  ExpectRefusal(program.get(), kStateUnreadable,
                "belongs to the number of partitions of topic " + world.TopicName("events"));
}

TEST(StartTest, RefusesAStateOfAnotherCluster) {
  Installation world(OneTopic("cluster"));
  {
    auto store = adapters::RocksStore::Open({.folder = world.state_folder()});
    ASSERT_TRUE(store);
    ASSERT_TRUE((*store)->BindMeta("cluster", "the-old-one", "the Kafka cluster"));
  }
  const auto program = world.Run();
  ExpectRefusal(program.get(), kStateUnreadable, "belongs to the Kafka cluster");
  EXPECT_THAT(program->Log(), HasSubstr("the-old-one"));
}

TEST(StartTest, EndsWith69WithoutABrokerUnlessItIsToldToEndFirst) {
  Installation world(OneTopic("away"));
  const std::string nobody = "kafka.bootstrap_servers=\"127.0.0.1:1\"";
  const auto patient = world.Run({nobody});
  const auto told = world.Run({nobody, "state.folder=" + world.folder() + "/state2"});
  ASSERT_NE(told->port(), 0);
  told->process().Signal(SIGTERM);
  EXPECT_EQ(told->process().Wait(Duration::Seconds(5)), 0) << told->Log();
  // It answers meanwhile, so that a person sees what it waits for.
  EXPECT_EQ(patient->Readiness(), 503);
  EXPECT_EQ(patient->process().Wait(Duration::Seconds(60)), kBrokerUnavailable);
  EXPECT_THAT(patient->Log(), HasSubstr("No Kafka broker answered at 127.0.0.1:1"));
}

}  // namespace
}  // namespace touchline::test
