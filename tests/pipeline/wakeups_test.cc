#include "pipeline/wakeups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_store.h"

namespace touchline::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TaskKey kTask = {.stage = StageId::kInteractions, .number = 3};

EventTime At(int64_t seconds) { return EventTime::FromMillis(1'767'600'000'000 + seconds * 1000); }

class WakeupsTest : public testing::Test {
 protected:
  void Commit(Wakeups* wakeups) {
    Submit(wakeups);
    wakeups->Durable();
  }
  void Submit(Wakeups* wakeups) {
    auto batch = std::make_shared<SealedBatch>();
    wakeups->Seal(++seals_, batch.get());
    store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
  }
  static std::vector<std::string> Take(Wakeups* wakeups, EventTime watermark) {
    std::vector<std::string> keys;
    while (const Wakeups::Wakeup* due = *wakeups->Due(watermark)) {
      keys.push_back(due->key);
      wakeups->Pop();
    }
    return keys;
  }

  test::FakeStore store_;
  uint64_t seals_ = 0;
};

TEST_F(WakeupsTest, AnotherLifeIsWokenInOrderOfTimeAndThenOfKey) {
  Wakeups first(kTask, &store_);
  first.Store(At(90), "c");
  first.Store(At(10), "b");
  Commit(&first);
  first.Store(At(10), "a");
  first.Store(At(86'400), "d");
  Commit(&first);

  Wakeups second(kTask, &store_);
  EXPECT_THAT(Take(&second, At(10)), IsEmpty());  // due at the watermark is not yet past it
  EXPECT_THAT(Take(&second, At(11)), ElementsAre("a", "b"));
  EXPECT_THAT(Take(&second, At(100'000)), ElementsAre("c", "d"));
}

TEST_F(WakeupsTest, HoldsWhatLeavesMemoryOnlyWhenTheStoreWasReadThatFar) {
  Wakeups wakeups(kTask, &store_);
  EXPECT_THAT(Take(&wakeups, At(0)), IsEmpty());
  wakeups.Add(At(30), "near");
  wakeups.Add(At(86'400), "far");
  EXPECT_EQ(wakeups.size(), 1u);
  EXPECT_THAT(Take(&wakeups, At(100'000)), ElementsAre("near"));
}

TEST_F(WakeupsTest, DeletesARowOnceTheWatermarkHasPassedItsBucket) {
  Wakeups wakeups(kTask, &store_);
  wakeups.Store(At(10), "a");
  Commit(&wakeups);
  Take(&wakeups, At(299));
  Commit(&wakeups);
  EXPECT_THAT(store_.rows(), SizeIs(1));
  Take(&wakeups, At(300));
  Commit(&wakeups);
  EXPECT_THAT(store_.rows(), IsEmpty());
}

// A read of the store that extends the horizon misses what is on its way there.
TEST_F(WakeupsTest, DeletesARowThatWasInFlightWhenItsBucketCameNear) {
  Wakeups wakeups(kTask, &store_);
  Take(&wakeups, At(0));
  wakeups.Store(At(7200), "a");
  store_.HoldCommits();
  Submit(&wakeups);
  Take(&wakeups, At(7000));
  store_.ReleaseCommits();
  wakeups.Durable();
  EXPECT_THAT(store_.rows(), SizeIs(1));
  Take(&wakeups, At(8000));
  Commit(&wakeups);
  EXPECT_THAT(store_.rows(), IsEmpty());
}

TEST_F(WakeupsTest, ADamagedRowIsFatal) {
  auto batch = std::make_shared<SealedBatch>();
  std::string key = TablePrefix(kTask, Table::kWakeups);
  ByteWriter out(&key);
  out.SortableTime(At(0));
  out.BigEndian64(1);
  batch->Put(key, "\x05\x09short");
  store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
  Wakeups wakeups(kTask, &store_);
  const auto due = wakeups.Due(At(1));
  ASSERT_FALSE(due);
  EXPECT_EQ(due.error().exit_code, ExitCode::kStateUnreadable);
}

TEST_F(WakeupsTest, WhatIsErasedStandsInNoRow) {
  Wakeups wakeups(kTask, &store_);
  wakeups.Store(At(90), "cora");
  wakeups.Store(At(91), "dora");
  wakeups.Store(At(86'400), "cora");
  Commit(&wakeups);
  wakeups.Store(At(172'800), "dora");
  Commit(&wakeups);
  wakeups.Erase("cora");
  wakeups.Store(At(500), "cora");  // it has come back since
  auto batch = std::make_shared<SealedBatch>();
  ASSERT_TRUE(wakeups.EraseTraces(batch.get()));
  EXPECT_THAT(*batch, SizeIs(2));  // rows without her are left alone
  wakeups.Seal(++seals_, batch.get());
  store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
  wakeups.Durable();

  Wakeups next(kTask, &store_);
  EXPECT_THAT(Take(&next, At(200'000)), ElementsAre("dora", "cora", "dora"));
}

}  // namespace
}  // namespace touchline::pipeline
