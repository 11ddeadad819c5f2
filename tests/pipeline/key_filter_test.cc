#include "pipeline/key_filter.h"

#include <gtest/gtest.h>

#include <string>

#include "base/hash.h"

namespace touchline::pipeline {
namespace {

uint64_t Key(size_t i) { return Hash64(std::to_string(i)); }

TEST(KeyFilterTest, HasWhatWasAddedAndHardlyAnythingElse) {
  KeyFilter filter;
  EXPECT_FALSE(filter.MayHave(Key(0)));
  EXPECT_EQ(filter.bytes(), 0u);
  constexpr size_t kAdded = 300'000;  // over several parts
  for (size_t i = 0; i < kAdded; ++i) ASSERT_TRUE(filter.Add(Key(i)));
  for (size_t i = 0; i < kAdded; ++i) ASSERT_TRUE(filter.MayHave(Key(i))) << i;
  size_t wrong = 0;
  for (size_t i = kAdded; i < 2 * kAdded; ++i) wrong += filter.MayHave(Key(i)) ? 1 : 0;
  EXPECT_LT(wrong, kAdded / 100);
  EXPECT_LE(filter.bytes(), 2 * KeyFilter::kMostKeys);
}

TEST(KeyFilterTest, WhatComesAgainTakesNoRoom) {
  KeyFilter filter;
  for (size_t i = 0; i < 900; ++i) ASSERT_TRUE(filter.Add(Key(i)));
  const size_t bytes = filter.bytes();
  for (int round = 0; round < 10; ++round) {
    for (size_t i = 0; i < 900; ++i) ASSERT_TRUE(filter.Add(Key(i)));
  }
  EXPECT_EQ(filter.bytes(), bytes);
}

TEST(KeyFilterTest, IsFullAtItsBoundAndEmptyWhenCleared) {
  KeyFilter filter;
  size_t added = 0;
  while (filter.Add(Key(added))) ++added;
  EXPECT_GE(added, KeyFilter::kMostKeys);  // a few seemed to be there
  EXPECT_LT(added, KeyFilter::kMostKeys + KeyFilter::kMostKeys / 100);
  EXPECT_EQ(filter.bytes(), 2 * KeyFilter::kMostKeys);
  EXPECT_FALSE(filter.MayHave(Key(added)));
  EXPECT_TRUE(filter.MayHave(Key(7)));
  filter.Clear();
  EXPECT_FALSE(filter.MayHave(Key(7)));
  EXPECT_EQ(filter.bytes(), 0u);
  EXPECT_TRUE(filter.Add(Key(added)));
  EXPECT_TRUE(filter.MayHave(Key(added)));
}

TEST(KeyFilterTest, ItsBytesAreItself) {
  for (const size_t keys : {0u, 1u, 1024u, 1025u, 30'000u}) {
    KeyFilter filter;
    for (size_t i = 0; i < keys; ++i) ASSERT_TRUE(filter.Add(Key(i)));
    std::string bytes;
    ByteWriter out(&bytes);
    filter.Encode(&out);
    KeyFilter read;
    ASSERT_TRUE(read.Add(Key(77)));  // what was in it goes
    ByteReader in(bytes);
    ASSERT_TRUE(read.Decode(&in));
    EXPECT_TRUE(in.empty());
    EXPECT_EQ(read.bytes(), filter.bytes());
    for (size_t i = 0; i < 2 * keys; ++i) ASSERT_EQ(read.MayHave(Key(i)), filter.MayHave(Key(i)));
    // It grows on as the other does.
    for (size_t i = keys; i < keys + 2000; ++i) ASSERT_TRUE(read.Add(Key(i)) && filter.Add(Key(i)));
    EXPECT_EQ(read.bytes(), filter.bytes());
  }
}

TEST(KeyFilterTest, IsEmptyAfterBytesThatAreNone) {
  KeyFilter filter;
  for (size_t i = 0; i < 2000; ++i) ASSERT_TRUE(filter.Add(Key(i)));
  std::string bytes;
  ByteWriter out(&bytes);
  filter.Encode(&out);
  for (const std::string& wrong :
       {std::string(), bytes.substr(0, bytes.size() - 1), std::string(1, '\x02'),
        std::string("\x07\x00", 2), std::string("\x00\x01", 2)}) {
    ByteReader in(wrong);
    EXPECT_FALSE(filter.Decode(&in));
    EXPECT_EQ(filter.bytes(), 0u);
    EXPECT_FALSE(filter.MayHave(Key(1)));
  }
}

}  // namespace
}  // namespace touchline::pipeline
