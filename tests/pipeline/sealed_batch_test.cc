#include "pipeline/sealed_batch.h"

#include <gtest/gtest.h>

#include <string>

namespace touchline::pipeline {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

TEST(SealedBatchTest, RowsStayWhereTheyAreWhileItGrows) {
  SealedBatch batch;
  batch.Put("first", "value");
  const char* const at = batch.row(0).key.data();
  const auto value_of = [](size_t i) { return std::string(1000, static_cast<char>('a' + i % 26)); };
  for (size_t i = 0; i < 3000; ++i) batch.Put("key", value_of(i));
  EXPECT_EQ(batch.row(0).key.data(), at);
  EXPECT_EQ(batch.row(0).value, "value");
  for (size_t i = 0; i < 3000; ++i) ASSERT_EQ(batch.row(i + 1).value, value_of(i));
  EXPECT_EQ(batch.bytes(), 10 + 3000 * 1003u);
}

TEST(SealedBatchTest, TakesRowsOfAnySize) {
  SealedBatch batch;
  batch.Delete("");
  batch.Put("large", std::string(3 * kMiB, 'x'));
  batch.Put("key", "");
  EXPECT_TRUE(batch.row(0).is_delete);
  EXPECT_EQ(batch.row(0).key, "");
  EXPECT_EQ(batch.row(1).value.size(), 3 * kMiB);
  EXPECT_EQ(batch.row(2).key, "key");
  EXPECT_EQ(batch.row(2).value, "");
}

TEST(SealedBatchTest, IsFilledAnewAfterClear) {
  SealedBatch batch;
  for (const size_t size : {size_t{10}, 2 * kMiB, size_t{20}, kMiB, size_t{30}}) {
    for (int i = 0; i < 3; ++i) batch.Put(std::to_string(i), std::string(size, 'x'));
    ASSERT_EQ(batch.size(), 3u);
    EXPECT_EQ(batch.row(2).key, "2");
    EXPECT_EQ(batch.row(2).value, std::string(size, 'x'));
    batch.Clear();
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(batch.bytes(), 0u);
  }
}

}  // namespace
}  // namespace touchline::pipeline
