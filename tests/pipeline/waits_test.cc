#include "pipeline/waits.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace touchline::pipeline {
namespace {

EventTime At(int64_t ms) { return EventTime::FromMillis(ms); }

TEST(WaitsTest, EarliestIsTheLeastOpen) {
  Waits waits;
  EXPECT_TRUE(waits.empty());
  waits.Open(At(20));
  waits.Open(At(10));
  waits.Open(At(30));
  EXPECT_EQ(waits.earliest(), At(10));
  waits.Close(At(20));
  EXPECT_EQ(waits.earliest(), At(10));
  waits.Close(At(10));
  EXPECT_EQ(waits.earliest(), At(30));
  waits.Close(At(30));
  EXPECT_TRUE(waits.empty());
}

TEST(WaitsTest, EqualInstantsCloseOneByOne) {
  Waits waits;
  waits.Open(At(10));
  waits.Open(At(10));
  waits.Close(At(10));
  EXPECT_EQ(waits.earliest(), At(10));
  waits.Close(At(10));
  EXPECT_TRUE(waits.empty());
}

// One that waits for ever holds nobody else's place.
TEST(WaitsTest, EmptiesBehindAnEarlierOne) {
  Waits waits;
  waits.Open(At(0));
  for (int64_t t = 1; t <= 1000; ++t) {
    waits.Open(At(t));
    waits.Close(At(t));
    ASSERT_EQ(waits.earliest(), At(0));
  }
  waits.Close(At(0));
  EXPECT_TRUE(waits.empty());
}

TEST(WaitsTest, AgreesWithASortedSet) {
  std::mt19937 random(7);
  Waits waits;
  std::vector<EventTime> open;
  std::multiset<EventTime> model;
  for (int step = 0; step < 20'000; ++step) {
    // Now it fills, now it empties.
    const bool opens = random() % 10 < (step / 1000 % 2 == 0 ? 6u : 4u);
    if (opens || open.empty()) {
      const EventTime since = At(static_cast<int64_t>(random() % 500));
      waits.Open(since);
      model.insert(since);
      open.push_back(since);
    } else {
      std::swap(open[random() % open.size()], open.back());
      waits.Close(open.back());
      model.erase(model.find(open.back()));
      open.pop_back();
    }
    ASSERT_EQ(waits.empty(), model.empty()) << step;
    if (!model.empty()) {
      ASSERT_EQ(waits.earliest(), *model.begin()) << step;
    }
  }
}

}  // namespace
}  // namespace touchline::pipeline
