#include "pipeline/sweep.h"

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

constexpr TaskKey kTask = {.stage = StageId::kInteractions, .number = 3};

class SweepTest : public testing::Test {
 protected:
  void Store(TaskKey task, Table table, const std::string& key) {
    auto batch = std::make_shared<SealedBatch>();
    batch->Put(TableKey(task, table, key), "x");
    store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
  }
  void Store(const std::string& key) { Store(kTask, Table::kEntities, key); }
  std::vector<std::string> Next(size_t most) {
    std::vector<std::string> keys;
    EXPECT_TRUE(sweep_.Next(most, &keys));
    return keys;
  }

  test::FakeStore store_;
  Sweep sweep_{kTask, &store_};
};

TEST_F(SweepTest, NamesTheYoungAndThenTheStoredSoManyAtATime) {
  for (const char* key : {"a", "b", "c"}) Store(key);
  sweep_.Begin({"y", "z"});
  EXPECT_THAT(Next(1), ElementsAre("z"));
  EXPECT_THAT(Next(2), ElementsAre("y", "a"));
  EXPECT_THAT(Next(2), ElementsAre("b", "c"));
  EXPECT_TRUE(sweep_.is_on());
  EXPECT_THAT(Next(2), IsEmpty());
  EXPECT_FALSE(sweep_.is_on());
}

TEST_F(SweepTest, NamesNothingOfOtherTasksAndTables) {
  Store({.stage = StageId::kInteractions, .number = 4}, Table::kEntities, "other");
  Store(kTask, Table::kChunks, "chunk");
  sweep_.Begin({});
  EXPECT_THAT(Next(9), IsEmpty());
}

TEST_F(SweepTest, DoesNotStumbleOverKeysThatBeginAlike) {
  for (const char* key : {"a", "aa", "ab"}) Store(key);
  sweep_.Begin({});
  EXPECT_THAT(Next(1), ElementsAre("a"));
  EXPECT_THAT(Next(9), ElementsAre("aa", "ab"));
}

TEST_F(SweepTest, BeginsAnew) {
  Store("a");
  sweep_.Begin({"y"});
  EXPECT_THAT(Next(9), ElementsAre("y", "a"));
  sweep_.Begin({});
  EXPECT_THAT(Next(9), ElementsAre("a"));
}

}  // namespace
}  // namespace touchline::pipeline
