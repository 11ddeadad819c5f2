#include "tests/support/fake_store.h"

#include <gtest/gtest.h>

#include "tests/contract/store_contract.h"

namespace touchline::test {
namespace {

class FakeStoreWorld {
 public:
  pipeline::Committer& committer() { return store_; }
  pipeline::StateReader& reader() { return store_; }
  pipeline::SnapshotSource& snapshots() { return store_; }
  void Restart() { store_.Crash(); }

 private:
  FakeStore store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Fake, StoreContract, FakeStoreWorld);

std::shared_ptr<const pipeline::SealedBatch> Put(std::string_view key, std::string_view value) {
  auto batch = std::make_shared<pipeline::SealedBatch>();
  batch->Put(key, value);
  return batch;
}

TEST(FakeStoreTest, LosesWholeHeldBatchesInACrashAndNeverCallsTheirDone) {
  FakeStore store;
  store.HoldCommits();
  int done = 0;
  for (const char* key : {"a", "b", "c"}) store.Submit(Put(key, "1"), [&](Status) { ++done; });
  EXPECT_EQ(store.rows().size(), 0u);
  EXPECT_TRUE(store.CompleteOne());
  store.Crash();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(store.rows(), (FakeStore::Rows{{"a", "1"}}));
  EXPECT_FALSE(store.CompleteOne());
}

TEST(FakeStoreTest, KeepsAPersistedBatchWhoseDoneWasNeverCalled) {
  FakeStore store;
  store.HoldCommits();
  bool done = false;
  store.Submit(Put("a", "1"), [&](Status) { done = true; });
  EXPECT_TRUE(store.PersistOne());
  store.Crash();
  EXPECT_FALSE(done);
  EXPECT_EQ(store.rows().count("a"), 1u);
}

TEST(FakeStoreTest, FailsFromTheRequestedCommitOnUntilACrash) {
  FakeStore store;
  store.FailNextCommit("disk gone");
  std::vector<bool> succeeded;
  for (int i = 0; i < 2; ++i) {
    store.Submit(Put("a", "1"), [&](Status s) { succeeded.push_back(s.has_value()); });
  }
  EXPECT_EQ(succeeded, (std::vector<bool>{false, false}));
  EXPECT_TRUE(store.rows().empty());
  store.Crash();
  store.Submit(Put("a", "1"), [&](Status s) { succeeded.push_back(s.has_value()); });
  EXPECT_TRUE(succeeded.back());
}

TEST(FakeStoreTest, CompletesABatchSubmittedByADoneAfterThoseBeforeIt) {
  FakeStore store;
  std::vector<int> order;
  store.Submit(Put("a", "1"), [&](Status) {
    store.Submit(Put("a", "2"), [&](Status) { order.push_back(2); });
    order.push_back(1);
  });
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

}  // namespace
}  // namespace touchline::test
