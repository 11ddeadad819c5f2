#include "pipeline/stored_keys.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/hash.h"
#include "tests/support/fake_store.h"

namespace touchline::pipeline {
namespace {

constexpr TaskKey kTask = {.stage = StageId::kInteractions, .number = 3};

class StoredKeysTest : public testing::Test {
 protected:
  void Store(const std::string& key) {
    auto batch = std::make_shared<SealedBatch>();
    batch->Put(TableKey(kTask, Table::kEntities, key), "x");
    store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
  }
  bool MayHave(const std::string& key) { return *keys_.MayHave(Hash64(key)); }
  // Keys that are in no store, until there is no room for more.
  void Fill() {
    for (size_t i = 0; i < KeyFilter::kMostKeys + KeyFilter::kMostKeys / 50; ++i) {
      keys_.Add(Hash64(std::to_string(i)));
    }
  }
  void Learn(int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(keys_.LearnSome([](std::string_view key) { return Hash64(key); }));
    }
  }

  test::FakeStore store_;
  StoredKeys keys_{kTask, &store_};
};

TEST_F(StoredKeysTest, FullOfKeysThatAreGoneItIsLearntAnew) {
  EXPECT_FALSE(MayHave("new"));
  Store("there");
  Fill();
  EXPECT_TRUE(MayHave("new")) << "nothing is certain until all is learnt";
  EXPECT_LT(keys_.bytes(), size_t{1} << 20);
  Learn(3);
  EXPECT_FALSE(MayHave("new"));
  EXPECT_TRUE(MayHave("there"));
}

TEST_F(StoredKeysTest, FullWhileItIsLearntItIsGivenUp) {
  for (int i = 0; i < 300; ++i) Store("there " + std::to_string(i));
  EXPECT_TRUE(MayHave("new"));
  Learn(1);
  Fill();
  EXPECT_EQ(keys_.bytes(), 0u);
  Learn(5);
  EXPECT_TRUE(MayHave("new"));
}

TEST_F(StoredKeysTest, ADamagedRowSaysNothing) {
  Store("there");
  auto batch = std::make_shared<SealedBatch>();
  batch->Put(TablePrefix(kTask, Table::kKnownKeys), std::string("\x05\x02", 2));
  store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
  ASSERT_TRUE(keys_.Restore(5));
  EXPECT_TRUE(MayHave("there"));
  EXPECT_TRUE(MayHave("new"));
}

}  // namespace
}  // namespace touchline::pipeline
