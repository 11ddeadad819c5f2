#include "domain/interaction/event_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace touchline::domain {
namespace {

LogEntry EntryAt(int64_t ms, uint64_t id) {
  LogEntry e;
  e.time_ns = ms * 1'000'000;
  e.id = {.high = id, .low = id * 0x9E3779B97F4A7C15u};
  e.type = EventType::kChatMessage;
  e.agent = static_cast<Symbol>(id % 7);
  return e;
}

std::vector<LogEntry> Sorted(std::vector<LogEntry> entries) {
  std::sort(entries.begin(), entries.end(),
            [](const LogEntry& a, const LogEntry& b) { return a.order() < b.order(); });
  return entries;
}

TEST(EventLogTest, KeepsEntriesInOrderWhateverOrderTheyComeIn) {
  std::mt19937_64 random(7);
  EventLog log;
  std::vector<LogEntry> all;
  for (uint64_t id = 1; id <= 300; ++id) {
    // Mostly in order, and many at one instant.
    const auto jitter = static_cast<int64_t>(random() % 40);
    all.push_back(EntryAt(1'767'600'000'000 + static_cast<int64_t>(id / 4) * 10 - jitter, id));
    const size_t place = log.Insert(all.back());
    all = Sorted(std::move(all));
    ASSERT_EQ(log.Entries(), all) << "after " << id;
    ASSERT_EQ(all[place].id.high, id);
    ASSERT_EQ(log.last(), all.back().order());
  }
}

TEST(EventLogTest, KnowsWhatItHoldsAndNothingElse) {
  EventLog log;
  for (uint64_t id = 1; id <= 200; ++id) {
    EXPECT_FALSE(log.Knows(EntryAt(0, id).id)) << id;
    log.Insert(EntryAt(1000 + static_cast<int64_t>(id), id));
    for (uint64_t known = 1; known <= id; ++known) {
      ASSERT_TRUE(log.Knows(EntryAt(0, known).id)) << known << " of " << id;
    }
  }
  log.EraseFirst(150);
  EXPECT_FALSE(log.Knows(EntryAt(0, 150).id));
  EXPECT_TRUE(log.Knows(EntryAt(0, 151).id));
}

TEST(EventLogTest, BytesThatOnlyLookLikeAnIdentityAreNone) {
  // The low half of one entry's identity and what follows it, read as an identity.
  EventLog log;
  log.Insert(EntryAt(1000, 1));
  const std::string bytes(log.tail());
  for (size_t i = 0; i + sizeof(Hash128) <= bytes.size(); ++i) {
    Hash128 id;
    std::memcpy(&id, bytes.data() + i, sizeof(id));
    EXPECT_EQ(log.Knows(id), id == EntryAt(1000, 1).id) << i;
  }
}

TEST(EventLogTest, ChunksAndTailReadBackAsWritten) {
  for (const uint64_t size : {0u, 1u, 63u, 64u, 65u, 128u, 200u}) {
    EventLog log;
    for (uint64_t id = 1; id <= size; ++id) log.Insert(EntryAt(static_cast<int64_t>(id), id));
    EXPECT_EQ(log.chunks(), size / EventLog::kChunkEntries);
    EventLog read;
    for (size_t i = 0; i < log.chunks(); ++i) {
      ASSERT_TRUE(read.AppendRead(log.chunk(i), EventLog::kChunkEntries));
    }
    ASSERT_TRUE(read.AppendRead(log.tail(), log.tail_size()));
    EXPECT_EQ(read.Entries(), log.Entries());
    EXPECT_EQ(read.tail(), log.tail());
    if (size == 0) continue;
    EXPECT_EQ(read.last(), log.last());
    EXPECT_TRUE(read.Knows(EntryAt(0, size).id));
  }
}

TEST(EventLogTest, RefusesBytesThatAreNotWhatWasWritten) {
  EventLog log;
  for (uint64_t id = 1; id <= 3; ++id) log.Insert(EntryAt(static_cast<int64_t>(id), id));
  const std::string tail(log.tail());
  EXPECT_FALSE(EventLog().AppendRead(tail, 2));
  EXPECT_FALSE(EventLog().AppendRead(tail, 4));
  EXPECT_FALSE(EventLog().AppendRead(tail.substr(1), 3));
}

}  // namespace
}  // namespace touchline::domain
