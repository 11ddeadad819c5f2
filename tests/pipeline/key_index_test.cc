#include "pipeline/key_index.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>

namespace touchline::pipeline {
namespace {

struct Named {
  std::string key;
};

TEST(KeyIndexTest, TellsKeysOfOneHashApart) {
  KeyIndex<Named> index;
  Named a{"a"}, b{"b"};
  EXPECT_EQ(index.WithHash(7), nullptr);
  index.Insert(7, &a);
  index.Insert(7, &b);
  EXPECT_EQ(index.Find(7, "a"), &a);
  EXPECT_EQ(index.Find(7, "b"), &b);
  EXPECT_EQ(index.Find(7, "c"), nullptr);
  EXPECT_EQ(index.Find(8, "a"), nullptr);
  EXPECT_NE(index.WithHash(7), nullptr);
  index.Erase(7, &a);
  EXPECT_EQ(index.Find(7, "a"), nullptr);
  EXPECT_EQ(index.Find(7, "b"), &b);
}

// Against a map. Few hashes, so that most entities stand away from home, around the end as well.
TEST(KeyIndexTest, FindsWhatIsThereAndNothingElse) {
  std::mt19937 random(3);
  KeyIndex<Named> index;
  std::map<std::string, std::unique_ptr<Named>> present;
  const auto hash_of = [](int n) { return static_cast<uint64_t>(n % 60 + 200) * 0x100000001; };
  for (int step = 0; step < 200'000; ++step) {
    const int n = static_cast<int>(random() % 400);
    const std::string key = std::to_string(n);
    const auto it = present.find(key);
    ASSERT_EQ(index.Find(hash_of(n), key), it == present.end() ? nullptr : it->second.get());
    // Grows and shrinks by turns.
    const bool insert = random() % 10 < (step / 20'000 % 2 == 0 ? 7u : 3u);
    if (insert && it == present.end()) {
      auto entity = std::make_unique<Named>(Named{key});
      index.Insert(hash_of(n), entity.get());
      present[key] = std::move(entity);
    } else if (!insert && it != present.end()) {
      index.Erase(hash_of(n), it->second.get());
      present.erase(it);
    }
  }
}

}  // namespace
}  // namespace touchline::pipeline
