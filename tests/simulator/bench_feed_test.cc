#include "simulator/bench_feed.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/simulator/contact_grammar.h"

namespace touchline::simulator {
namespace {

TEST(BenchFeedTest, TellsWholeLegalContactsOfTwentyEvents) {
  BenchFeed feed({.contacts = 900, .open_contacts = 100});
  std::map<std::string, ContactGrammar> contacts;
  std::map<std::string, uint32_t> events;
  std::set<std::string> open;
  size_t most_open = 0;
  int64_t last_ns = 0;
  for (SimulatedRecord r; feed.Next(&r);) {
    const domain::Event e = r.event.view();
    ASSERT_EQ(contacts[r.key].Check(e), "") << Name(e.type);
    ASSERT_LT(last_ns, e.time_ns);
    last_ns = e.time_ns;
    if (++events[r.key] == BenchFeed::kEventsPerContact) {
      ASSERT_TRUE(contacts[r.key].complete()) << r.key;
      open.erase(r.key);
    } else {
      open.insert(r.key);
    }
    most_open = std::max(most_open, open.size());
  }
  EXPECT_EQ(events.size(), 900u);
  for (const auto& [key, n] : events) ASSERT_EQ(n, BenchFeed::kEventsPerContact) << key;
  EXPECT_LE(most_open, 100u);
  EXPECT_GT(most_open, 90u);
}

TEST(BenchFeedTest, AdvancesEventTimeAtTheGivenRate) {
  BenchFeed feed({.events_per_second = 1000, .contacts = 0});
  SimulatedRecord r;
  for (int i = 0; i <= 5000; ++i) ASSERT_TRUE(feed.Next(&r));
  EXPECT_EQ(r.emitted_at, BenchFeedOptions().start + Duration::Seconds(5));
}

TEST(BenchFeedTest, OpensTheIdleContactsFirstAndLeavesThem) {
  BenchFeed feed({.contacts = 30, .open_contacts = 10, .idle_contacts = 50});
  std::map<std::string, uint32_t> events;
  size_t records = 0;
  for (SimulatedRecord r; feed.Next(&r); ++records) {
    ++events[r.key];
    if (records < 150) {
      ASSERT_LE(events[r.key], BenchFeed::kEventsPerIdleContact);
    }
  }
  EXPECT_EQ(records, 50u * 3 + 30u * 20);
  EXPECT_EQ(events.size(), 80u);
}

TEST(BenchFeedTest, IsTheSameForTheSameSeedOnly) {
  const auto keys = [](uint64_t seed) {
    BenchFeed feed({.seed = seed, .contacts = 50, .open_contacts = 20});
    std::string all;
    for (SimulatedRecord r; feed.Next(&r);) all += std::string(r.event.view().id) + "\n";
    return all;
  };
  EXPECT_EQ(keys(3), keys(3));
  EXPECT_NE(keys(3), keys(4));
}

}  // namespace
}  // namespace touchline::simulator
