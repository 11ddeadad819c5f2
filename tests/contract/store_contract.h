#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/ports.h"

namespace touchline::test {

using StoreRows = std::vector<std::pair<std::string, std::string>>;

// What every Committer with its StateReader must do. World:
//   pipeline::Committer& committer();
//   pipeline::StateReader& reader();
//   pipeline::SnapshotSource& snapshots();
//   void Restart();   the process ends without warning and comes back on the same state
template <class World>
class StoreContract : public ::testing::Test {
 protected:
  using Change = std::pair<std::string, std::optional<std::string>>;  // nullopt deletes

  static std::shared_ptr<const pipeline::SealedBatch> Seal(const std::vector<Change>& changes) {
    auto batch = std::make_shared<pipeline::SealedBatch>();
    for (const auto& [key, value] : changes) {
      if (value) {
        batch->Put(key, *value);
      } else {
        batch->Delete(key);
      }
    }
    return batch;
  }

  // Submits and waits for `done`.
  Status Commit(const std::vector<Change>& changes) {
    std::mutex mutex;
    std::condition_variable called;
    std::optional<Status> result;
    world_.committer().Submit(Seal(changes), [&](Status status) {
      const std::lock_guard lock(mutex);
      result = std::move(status);
      called.notify_one();
    });
    std::unique_lock lock(mutex);
    called.wait(lock, [&] { return result.has_value(); });
    return *result;
  }

  std::optional<std::string> Get(std::string_view key) {
    const auto value = world_.reader().Get(key);
    EXPECT_TRUE(value.has_value());
    return value ? *value : std::nullopt;
  }

  StoreRows Scan(std::string_view begin, std::string_view end) {
    return Scan(world_.reader(), begin, end);
  }
  static StoreRows Scan(pipeline::StateReader& reader, std::string_view begin,
                        std::string_view end) {
    StoreRows rows;
    const Status scanned = reader.Scan(begin, end, [&](auto key, auto value) {
      rows.emplace_back(key, value);
      return true;
    });
    EXPECT_TRUE(scanned.has_value());
    return rows;
  }

  World world_;
};

TYPED_TEST_SUITE_P(StoreContract);

TYPED_TEST_P(StoreContract, HasARowOnceDoneIsCalled) {
  ASSERT_TRUE(this->Commit({{"key", "value"}}));
  EXPECT_EQ(this->Get("key"), "value");
}

TYPED_TEST_P(StoreContract, TellsAMissingRowFromAnEmptyValue) {
  ASSERT_TRUE(this->Commit({{"empty", ""}}));
  EXPECT_EQ(this->Get("empty"), "");
  EXPECT_EQ(this->Get("missing"), std::nullopt);
}

TYPED_TEST_P(StoreContract, AppliesChangesOfOneBatchInTheirOrder) {
  ASSERT_TRUE(this->Commit({{"a", "1"}, {"a", "2"}, {"b", "1"}, {"b", std::nullopt}}));
  EXPECT_EQ(this->Get("a"), "2");
  EXPECT_EQ(this->Get("b"), std::nullopt);
}

TYPED_TEST_P(StoreContract, CallsDoneInTheOrderOfSubmission) {
  std::mutex mutex;
  std::condition_variable called;
  std::vector<int> order;
  for (int i = 0; i < 50; ++i) {
    this->world_.committer().Submit(this->Seal({{"last", std::to_string(i)}}), [&, i](Status) {
      const std::lock_guard lock(mutex);
      order.push_back(i);
      called.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  called.wait(lock, [&] { return order.size() == 50; });
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(this->Get("last"), "49");
}

TYPED_TEST_P(StoreContract, DeletesWhatIsNotThereWithoutComplaint) {
  EXPECT_TRUE(this->Commit({{"never", std::nullopt}}));
}

TYPED_TEST_P(StoreContract, AcceptsAnEmptyBatch) { EXPECT_TRUE(this->Commit({})); }

TYPED_TEST_P(StoreContract, KeepsBytesThatAreNotText) {
  const std::string key("k\0\xff\x80", 4);
  const std::string value("\0\0\xff", 3);
  ASSERT_TRUE(this->Commit({{key, value}}));
  EXPECT_EQ(this->Get(key), value);
}

TYPED_TEST_P(StoreContract, ScansFromBeginUpToButWithoutEnd) {
  ASSERT_TRUE(this->Commit({{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}}));
  EXPECT_EQ(this->Scan("b", "d"), (StoreRows{{"b", "2"}, {"c", "3"}}));
  EXPECT_EQ(this->Scan("b", "b"), StoreRows{});
}

TYPED_TEST_P(StoreContract, ScansInTheOrderOfUnsignedBytes) {
  ASSERT_TRUE(this->Commit({{"k\xff", ""}, {"k\x01", ""}, {"k", ""}, {"k\x7f", ""}}));
  EXPECT_EQ(this->Scan("k", "l"),
            (StoreRows{{"k", ""}, {"k\x01", ""}, {"k\x7f", ""}, {"k\xff", ""}}));
}

TYPED_TEST_P(StoreContract, StopsAScanWhenTheVisitorHasEnough) {
  ASSERT_TRUE(this->Commit({{"a", "1"}, {"b", "2"}, {"c", "3"}}));
  int visited = 0;
  ASSERT_TRUE(this->world_.reader().Scan("a", "z", [&](auto, auto) { return ++visited < 2; }));
  EXPECT_EQ(visited, 2);
}

TYPED_TEST_P(StoreContract, HasSnapshotsThatLaterBatchesDoNotTouch) {
  ASSERT_TRUE(this->Commit({{"a", "1"}, {"b", "1"}}));
  const auto snapshot = this->world_.snapshots().Snapshot();
  ASSERT_TRUE(snapshot);
  ASSERT_TRUE(this->Commit({{"a", "2"}, {"b", std::nullopt}, {"c", "2"}}));
  pipeline::StateReader& then = **snapshot;
  EXPECT_EQ(then.Get("a").value(), "1");
  EXPECT_EQ(then.Get("b").value(), "1");
  EXPECT_EQ(then.Get("c").value(), std::nullopt);
  EXPECT_EQ(this->Scan(then, "a", "z"), (StoreRows{{"a", "1"}, {"b", "1"}}));
  EXPECT_EQ(this->Scan("a", "z"), (StoreRows{{"a", "2"}, {"c", "2"}}));
}

TYPED_TEST_P(StoreContract, KeepsWhatWasDoneAcrossARestart) {
  ASSERT_TRUE(this->Commit({{"kept", "1"}, {"gone", "1"}}));
  ASSERT_TRUE(this->Commit({{"kept", "2"}, {"gone", std::nullopt}}));
  this->world_.Restart();
  EXPECT_EQ(this->Get("kept"), "2");
  EXPECT_EQ(this->Get("gone"), std::nullopt);
  ASSERT_TRUE(this->Commit({{"new", "1"}}));
  EXPECT_EQ(this->Get("new"), "1");
}

REGISTER_TYPED_TEST_SUITE_P(StoreContract, HasARowOnceDoneIsCalled,
                            TellsAMissingRowFromAnEmptyValue, AppliesChangesOfOneBatchInTheirOrder,
                            CallsDoneInTheOrderOfSubmission, DeletesWhatIsNotThereWithoutComplaint,
                            AcceptsAnEmptyBatch, KeepsBytesThatAreNotText,
                            ScansFromBeginUpToButWithoutEnd, ScansInTheOrderOfUnsignedBytes,
                            StopsAScanWhenTheVisitorHasEnough,
                            HasSnapshotsThatLaterBatchesDoNotTouch,
                            KeepsWhatWasDoneAcrossARestart);

}  // namespace touchline::test
