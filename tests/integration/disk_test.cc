// A disk that fills up under a running program: it pauses in time, says so, and goes on when there
// is room again. RocksDB would end the process on a disk that is full.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/rocksdb/rocks_store.h"
#include "adapters/system_clock.h"
#include "tests/integration/installation.h"
#include "tests/integration/preload.h"
#include "tests/integration/small_disk.h"
#include "tests/support/temporary_folder.h"

namespace touchline::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kEventsRead = "touchline_events_total{source=\"events\"}";
constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kContacts = 20'000;
constexpr uint64_t kEventsPerContact = simulator::BenchFeed::kEventsPerContact;
constexpr double kEvents = kContacts * kEventsPerContact;
constexpr uint64_t kLaterContacts = 1000;
constexpr double kAll = kEvents + kLaterContacts * kEventsPerContact;
constexpr Duration kSoon = Duration::Seconds(10);
constexpr Duration kAllRead = Duration::Seconds(120);

// First, for RocksDB's own threads must see the disk.
TEST(FullDiskTest, LetsTheStoreTakeUpItsWorkWhenThereIsRoomAgain) {
  const TemporaryFolder folder;
  SmallDisk disk(folder.path() + "/disk", 320 * kMiB);
  if (!disk.is_own()) GTEST_SKIP() << "no file system can be mounted here";
  auto store =
      adapters::RocksStore::Open({.folder = disk.folder() + "/state", .own_thread = false});
  ASSERT_TRUE(store) << store.error().message;
  const auto commit = [&](const char* key) {
    auto batch = std::make_shared<pipeline::SealedBatch>();
    batch->Put(key, std::string(kMiB, 'x'));
    (*store)->Submit(std::move(batch), [](Status s) { ASSERT_TRUE(s) << s.error().message; });
  };
  commit("a");
  disk.Leave(0);
  EXPECT_FALSE((*store)->Flush()) << "the disk was not full";
  disk.GiveBack();
  Status recovered;
  for (int i = 0; i < 300 && !(recovered = (*store)->Recover()); ++i) {
    ASSERT_EQ(recovered.error().kind, ErrorClass::kTransient) << recovered.error().message;
    adapters::SystemClock::Sleep(Duration::Millis(100));
  }
  EXPECT_TRUE(recovered);
  commit("b");
  EXPECT_TRUE((*store)->Flush());
  EXPECT_TRUE((*store)->Recover()) << "there was nothing to do";
}

class DiskTest : public ::testing::Test {
 protected:
  // REQUIRES: the program runs and is not paused.
  void FillUntilItPauses(Program* program) {
    // What is left over the bound the program takes by itself, unless others use the disk, too.
    disk_.Leave(disk_.is_own() ? least_ + 4 * kMiB : least_ - 128 * kMiB);
    EXPECT_TRUE(program->WaitForMetric("touchline_paused_for_disk", {1, 1}, kSoon))
        << disk_.free_bytes() << program->Log();
    EXPECT_THAT(program->Log(), HasSubstr("the disk of the state folder is nearly full"));
    EXPECT_LT(program->Metric("touchline_free_disk_bytes").value_or(1e18),
              static_cast<double>(least_));
    EXPECT_EQ(program->Readiness(), 503);
    EXPECT_THAT(program->Page("/-/ready"), HasSubstr("disk"));
  }

  Installation world_{FeedTopic(
      std::string("disk-") + ::testing::UnitTest::GetInstance()->current_test_info()->name(), 4)};
  SmallDisk disk_{world_.folder() + "/disk", 320 * kMiB};
  const uint64_t least_ = disk_.is_own() ? 96 * kMiB : disk_.free_bytes() - 512 * kMiB;
  const std::vector<std::string> overrides_ = {
      "state.folder=" + disk_.folder() + "/state", "state.store_bytes=16MiB",
      "state.min_free_disk_bytes=" + std::to_string(least_) + "B"};
};

TEST_F(DiskTest, PausesBeforeItIsFullAndGoesOnWhenThereIsRoomAgain) {
  Preload(world_.TopicName("events"), {.start = Ago(Duration::Minutes(1)),
                                       .contacts = kContacts,
                                       .open_contacts = 1000});
  const auto program = world_.Run(overrides_);
  ASSERT_TRUE(program->WaitForMetric(kEventsRead, {1, kEvents}, kSoon)) << program->Log();
  FillUntilItPauses(program.get());
  // It came in time: half of what it must leave is still there.
  EXPECT_GT(disk_.free_bytes(), least_ / 2);
  // Others may take the rest: a program that is paused for good needs none.
  if (disk_.is_own()) {
    disk_.Leave(least_ / 4);
    adapters::SystemClock::Sleep(Duration::Seconds(2));
    disk_.Leave(0);
  }
  // A quick program has read all before it saw the disk: what comes now has to wait.
  Preload(world_.TopicName("events"), {.seed = 2,
                                       .start = Ago(Duration::Seconds(10)),
                                       .contacts = kLaterContacts,
                                       .open_contacts = 100});
  adapters::SystemClock::Sleep(Duration::Seconds(2));
  const double paused_at = program->Metric(kEventsRead).value_or(0);
  EXPECT_LT(paused_at, kAll);
  adapters::SystemClock::Sleep(Duration::Seconds(1));
  EXPECT_EQ(program->Metric(kEventsRead), paused_at) << "it went on";
  EXPECT_GT(program->Metric("touchline_consumer_lag").value_or(0), 0);

  disk_.GiveBack();
  // RocksDB itself looks for room every five seconds.
  EXPECT_TRUE(program->WaitForLog("there is room on the disk again", Duration::Seconds(30)))
      << program->Log();
  EXPECT_TRUE(program->WaitForMetric(kEventsRead, {kAll, kAll}, kAllRead)) << program->Log();
  EXPECT_TRUE(program->WaitForMetric("touchline_consumer_lag", {}, kAllRead)) << program->Log();
  // That the topics end there has still to be proved.
  EXPECT_TRUE(program->WaitUntilReady(kSoon));
  program->Stop();
}

TEST_F(DiskTest, StartsPausedOnAFullDiskAndStopsInOrder) {
  Preload(world_.TopicName("events"),
          {.start = Ago(Duration::Minutes(1)), .contacts = 100, .open_contacts = 10});
  disk_.Leave(least_ / 2);
  const auto program = world_.Run(overrides_);
  EXPECT_TRUE(program->WaitForMetric("touchline_paused_for_disk", {1, 1}, kSoon))
      << program->Log();
  EXPECT_TRUE(program->WaitForLog("consuming"));
  adapters::SystemClock::Sleep(Duration::Seconds(1));
  EXPECT_EQ(program->Metric(kEventsRead).value_or(0), 0);
  program->Stop();
}

}  // namespace
}  // namespace touchline::test
