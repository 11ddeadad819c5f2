#include "pipeline/wake_heap.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace touchline::pipeline {
namespace {

struct Sleeper {
  EventTime wake;
  std::string key;
  size_t heap_slot = 0;
};

EventTime At(int64_t ms) { return EventTime::FromMillis(ms); }

TEST(WakeHeapTest, FirstIsTheEarliestAndThenTheLeastKey) {
  Sleeper late{.wake = At(2), .key = "a"}, early{.wake = At(1), .key = "c"},
      tied{.wake = At(1), .key = "b"};
  WakeHeap<Sleeper> heap;
  EXPECT_TRUE(heap.empty());
  for (Sleeper* s : {&late, &early, &tied}) heap.Insert(s);
  for (Sleeper* s : {&tied, &early, &late}) {
    ASSERT_EQ(heap.first(), s);
    heap.Erase(s);
  }
  EXPECT_TRUE(heap.empty());
}

TEST(WakeHeapTest, AgreesWithASortedSet) {
  std::mt19937 random(11);
  std::vector<std::unique_ptr<Sleeper>> all;
  WakeHeap<Sleeper> heap;
  std::set<std::pair<EventTime, std::string>> model;
  for (int step = 0; step < 20'000; ++step) {
    if (all.empty() || random() % 10 < (step / 1000 % 2 == 0 ? 6u : 4u)) {
      all.push_back(std::make_unique<Sleeper>(
          Sleeper{.wake = At(static_cast<int64_t>(random() % 300)), .key = std::to_string(step)}));
      heap.Insert(all.back().get());
      model.emplace(all.back()->wake, all.back()->key);
    } else {
      std::swap(all[random() % all.size()], all.back());
      heap.Erase(all.back().get());
      model.erase({all.back()->wake, all.back()->key});
      all.pop_back();
    }
    ASSERT_EQ(heap.size(), model.size()) << step;
    if (!model.empty()) {
      ASSERT_EQ(heap.first()->key, model.begin()->second) << step;
    }
  }
}

}  // namespace
}  // namespace touchline::pipeline
