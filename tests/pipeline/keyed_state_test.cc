// What KeyedState reads of the store: a key that cannot be there is not asked for.

#include "pipeline/keyed_state.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "tests/support/fake_store.h"

namespace touchline::pipeline {
namespace {

constexpr TaskKey kTask = {.stage = StageId::kInteractions, .number = 3};

struct Number {
  int value = 0;
  bool Load(std::string_view record, const std::function<std::string(uint32_t)>&) {
    value = std::stoi(std::string(record));
    return true;
  }
  void Save(EntityParts* parts) { parts->record.append(std::to_string(value)); }
  static size_t memory_bytes() { return 1000; }
  static void Prefetch() {}
  static constexpr size_t kHotBytes = 64;
  static constexpr size_t kKind = 0;
};

class CountingReader final : public StateReader {
 public:
  explicit CountingReader(test::FakeStore* store) : store_(*store) {}
  Result<std::optional<std::string>> Get(std::string_view key) override {
    ++gets;
    return store_.Get(key);
  }
  Status Scan(std::string_view begin, std::string_view end,
              const std::function<bool(std::string_view key, std::string_view value)>& visit)
      override {
    return store_.Scan(begin, end, visit);
  }
  int gets = 0;

 private:
  test::FakeStore& store_;
};

class KeyedStateTest : public testing::Test {
 protected:
  using State = KeyedState<Number>;

  static std::string Key(int i) { return "k" + std::to_string(i); }
  // Has the value, and makes it if there is none.
  void Put(int i, int value) {
    auto entity = state_->FindOrCreate(Key(i));
    ASSERT_TRUE(entity);
    (*entity)->value.value = value;
    state_->Touch(*entity, EventTime::Max());
  }
  // -1: there is none.
  int Value(int i) {
    auto entity = state_->Find(Key(i));
    EXPECT_TRUE(entity);
    return *entity == nullptr ? -1 : (*entity)->value.value;
  }
  void Remove(int i) {
    auto entity = state_->Find(Key(i));
    ASSERT_TRUE(entity && *entity != nullptr);
    state_->Remove(*entity);
  }
  // Leaves hardly any in memory.
  void Commit(size_t kept_bytes = 10'000) {
    auto batch = std::make_shared<SealedBatch>();
    state_->Seal(++seals_, batch.get(), [](State::Entity*) {});
    store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
    state_->Durable(seals_, kept_bytes);
  }
  void Restart() {
    state_ = std::make_unique<State>(kTask, &reader_);
    ASSERT_TRUE(state_->Restore(seals_));
  }
  int Gets() { return std::exchange(reader_.gets, 0); }
  void UseLulls(int times) {
    for (int i = 0; i < times; ++i) ASSERT_TRUE(state_->UseLull());
  }

  test::FakeStore store_;
  CountingReader reader_{&store_};
  std::unique_ptr<State> state_ = std::make_unique<State>(kTask, &reader_);
  uint64_t seals_ = 0;
};

TEST_F(KeyedStateTest, OnAnEmptyStoreOnlyWhatHasLeftMemoryIsRead) {
  for (int i = 0; i < 100; ++i) Put(i, i);
  EXPECT_EQ(Gets(), 0);
  Commit();
  EXPECT_LT(state_->entries(), 10u);
  for (int i = 100; i < 200; ++i) Put(i, i);
  EXPECT_LE(Gets(), 3);  // a new key seems to be known now and then
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Value(i), i);
  EXPECT_GE(Gets(), 90);
  EXPECT_EQ(Value(1000), -1);
}

TEST_F(KeyedStateTest, WhatWasThereAtTheStartIsReadUntilAllIsLearnt) {
  for (int i = 0; i < 1000; ++i) Put(i, i);
  Commit();
  Restart();
  Gets();
  for (int i = 1000; i < 1100; ++i) Put(i, i);
  EXPECT_EQ(Gets(), 100) << "nothing is known yet";
  UseLulls(2);
  for (int i = 1100; i < 1200; ++i) Put(i, i);
  EXPECT_EQ(Gets(), 100) << "half of it is no answer";
  Commit();
  UseLulls(10);
  for (int i = 1200; i < 1300; ++i) Put(i, i);
  EXPECT_LE(Gets(), 5);
  for (int i = 0; i < 1300; ++i) EXPECT_EQ(Value(i), i);
}

TEST_F(KeyedStateTest, ALifeThatStoppedInOrderTellsTheNextWhatThereIs) {
  for (int i = 0; i < 200; ++i) Put(i, i);
  Commit();
  for (int i = 0; i < 20; ++i) Value(i);
  Remove(7);
  Put(300, 300);
  state_->PrepareStop();
  Commit();
  Restart();
  Gets();
  for (int i = 1000; i < 1100; ++i) Put(i, i);
  EXPECT_LE(Gets(), 3);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Value(i), i == 7 ? -1 : i);
  EXPECT_EQ(Value(300), 300);

  Commit();  // and then it dies
  Restart();
  Gets();
  for (int i = 2000; i < 2100; ++i) Put(i, i);
  EXPECT_EQ(Gets(), 100) << "what was left says nothing of the seal after it";
  for (int i = 1000; i < 1100; ++i) EXPECT_EQ(Value(i), i);
}

TEST_F(KeyedStateTest, WhatWasRemovedComesBackAsNew) {
  for (int i = 0; i < 10; ++i) Put(i, i);
  Commit();
  for (int i = 0; i < 10; ++i) Remove(i);
  Commit();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Value(i), -1);
  Put(4, 44);
  Commit();
  EXPECT_EQ(Value(4), 44);
  EXPECT_EQ(Value(5), -1);
  Restart();
  EXPECT_EQ(Value(4), 44);
  EXPECT_EQ(Value(5), -1);
  UseLulls(3);
  EXPECT_EQ(Value(4), 44);
  EXPECT_EQ(Value(5), -1);
}

TEST_F(KeyedStateTest, WhatIsKnownOfTheStoreCountsAgainstTheBound) {
  for (int i = 0; i < 100; ++i) Put(i, i);
  Commit();
  for (int i = 0; i < 100; ++i) Value(i);
  const size_t all = state_->bytes();
  Commit(all);
  EXPECT_EQ(state_->entries(), 100u);
  Commit(all - 1);
  EXPECT_EQ(state_->entries(), 99u);
}

TEST_F(KeyedStateTest, WhereThereIsNoRoomToKnowEachKeyIsReadForGood) {
  for (int i = 0; i < 100; ++i) Put(i, i);
  Commit();
  Commit(4000);
  EXPECT_LT(state_->bytes(), 4000u);
  UseLulls(10);
  Commit();
  Gets();
  for (int i = 100; i < 200; ++i) Put(i, i);
  EXPECT_EQ(Gets(), 100);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Value(i), i);
}

}  // namespace
}  // namespace touchline::pipeline
