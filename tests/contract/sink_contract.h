#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/ports.h"
#include "tests/support/fake_log.h"
#include "tests/support/murmur2.h"

namespace touchline::test {

// What every Sink must do. World:
//   std::string NewTopic(int32_t partitions);
//   pipeline::Sink& sink(size_t worker);            two of them, 0 and 1
//   std::vector<LogRecord> Read(topic, partition, size_t n);   the first n records, waited for
//   void BreakLink(); void RestoreLink();
//   void WaitABit();                                real worlds take time
//   static constexpr size_t kFillBytes: a payload of which 2000 fill the queue
template <class World>
class SinkContract : public ::testing::Test {
 protected:
  static constexpr int kPatience = 600;

  void Send(const pipeline::OutboundRecord& record, uint64_t ticket, size_t worker = 0) {
    const Result<bool> sent = world_.sink(worker).Send(record, ticket);
    ASSERT_TRUE(sent) << sent.error().message;
    ASSERT_TRUE(*sent);
  }

  void TakeInto(std::vector<uint64_t>* tickets, size_t worker = 0) {
    const auto taken = world_.sink(worker).TakeAcknowledged();
    ASSERT_TRUE(taken) << taken.error().message;
    tickets->insert(tickets->end(), taken->begin(), taken->end());
  }

  // Sorted; waits until n have come.
  std::vector<uint64_t> Acknowledged(size_t n, size_t worker = 0) {
    std::vector<uint64_t> tickets;
    for (int i = 0; i < kPatience && tickets.size() < n; ++i) {
      TakeInto(&tickets, worker);
      if (tickets.size() < n) world_.WaitABit();
    }
    std::sort(tickets.begin(), tickets.end());
    return tickets;
  }

  static std::vector<uint64_t> Range(uint64_t from, uint64_t to) {
    std::vector<uint64_t> all;
    for (uint64_t i = from; i < to; ++i) all.push_back(i);
    return all;
  }

  World world_;
};

TYPED_TEST_SUITE_P(SinkContract);

TYPED_TEST_P(SinkContract, GivesEachTicketBackOnceTheLogHasItsRecord) {
  const std::string topic = this->world_.NewTopic(1);
  for (uint64_t i = 0; i < 100; ++i) this->Send({.topic = topic, .partition = 0, .key = "k"}, i);
  EXPECT_EQ(this->Acknowledged(100), this->Range(0, 100));
  EXPECT_EQ(this->world_.Read(topic, 0, 100).size(), 100u);
  std::vector<uint64_t> more;
  this->TakeInto(&more);
  EXPECT_EQ(more.size(), 0u);
}

TYPED_TEST_P(SinkContract, KeepsTheOrderOfSendingWithinAPartition) {
  const std::string topic = this->world_.NewTopic(2);
  for (int i = 0; i < 1000; ++i) {
    this->Send({.topic = topic, .partition = i % 2, .key = "k", .payload = std::to_string(i)}, 1);
  }
  ASSERT_EQ(this->Acknowledged(1000).size(), 1000u);
  for (int32_t p = 0; p < 2; ++p) {
    const auto records = this->world_.Read(topic, p, 500);
    ASSERT_EQ(records.size(), 500u);
    for (int i = 0; i < 500; ++i) {
      EXPECT_EQ(records[static_cast<size_t>(i)].payload, std::to_string(2 * i + p));
    }
  }
}

TYPED_TEST_P(SinkContract, ChoosesThePartitionByMurmur2OfTheKey) {
  const std::string topic = this->world_.NewTopic(3);
  std::vector<std::vector<std::string>> expected(3);
  for (int i = 0; i < 60; ++i) {
    const std::string key =
        "acme\x1f"
        "c\x1f" +
        std::to_string(i);
    expected[static_cast<size_t>(PartitionOfKey(key, 3))].push_back(key);
    this->Send({.topic = topic, .key = key, .payload = "x"}, 1);
  }
  ASSERT_EQ(this->Acknowledged(60).size(), 60u);
  for (size_t p = 0; p < 3; ++p) {
    std::vector<std::string> keys;
    for (const LogRecord& r :
         this->world_.Read(topic, static_cast<int32_t>(p), expected[p].size())) {
      keys.push_back(r.key);
    }
    EXPECT_EQ(keys, expected[p]);
  }
}

TYPED_TEST_P(SinkContract, KeepsBytesAndHeadersAndItsOwnCopyOfThem) {
  const std::string topic = this->world_.NewTopic(1);
  {
    std::string key("\0k", 2);
    std::string payload("\xff\0", 2);
    std::string name = "reason";
    std::string value("\0", 1);
    const pipeline::Header headers[] = {{name, value}, {"empty", ""}};
    this->Send({.topic = topic, .partition = 0, .key = key, .payload = payload, .headers = headers},
               1);
    for (std::string* s : {&key, &payload, &name, &value}) s->assign(s->size(), '!');
  }
  ASSERT_EQ(this->Acknowledged(1).size(), 1u);
  const auto records = this->world_.Read(topic, 0, 1);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].key, std::string("\0k", 2));
  EXPECT_EQ(records[0].payload, std::string("\xff\0", 2));
  ASSERT_EQ(records[0].headers.size(), 2u);
  EXPECT_EQ(records[0].headers[0].first, "reason");
  EXPECT_EQ(records[0].headers[0].second, std::string("\0", 1));
  EXPECT_EQ(records[0].headers[1].second, "");
}

TYPED_TEST_P(SinkContract, GivesTicketsBackToTheWorkerWhoSent) {
  const std::string topic = this->world_.NewTopic(1);
  for (uint64_t i = 0; i < 50; ++i) {
    this->Send({.topic = topic, .partition = 0, .key = "k"}, i, i % 2);
  }
  const auto even = this->Acknowledged(25, 0);
  const auto odd = this->Acknowledged(25, 1);
  EXPECT_EQ(even.size() + odd.size(), 50u);
  EXPECT_TRUE(std::all_of(even.begin(), even.end(), [](uint64_t t) { return t % 2 == 0; }));
  EXPECT_TRUE(std::all_of(odd.begin(), odd.end(), [](uint64_t t) { return t % 2 == 1; }));
}

TYPED_TEST_P(SinkContract, AcknowledgesNothingWhileTheLinkIsBrokenAndAllAfterwards) {
  const std::string topic = this->world_.NewTopic(1);
  this->Send({.topic = topic, .partition = 0, .key = "k", .payload = "before"}, 0);
  ASSERT_EQ(this->Acknowledged(1).size(), 1u);
  this->world_.BreakLink();
  for (uint64_t i = 1; i < 11; ++i) {
    this->Send({.topic = topic, .partition = 0, .key = "k", .payload = std::to_string(i)}, i);
  }
  std::vector<uint64_t> early;
  for (int i = 0; i < 10; ++i) {
    this->TakeInto(&early);
    this->world_.WaitABit();
  }
  EXPECT_EQ(early.size(), 0u);
  this->world_.RestoreLink();
  EXPECT_EQ(this->Acknowledged(10), this->Range(1, 11));
  const auto records = this->world_.Read(topic, 0, 11);
  ASSERT_EQ(records.size(), 11u);
  for (size_t i = 1; i < 11; ++i) EXPECT_EQ(records[i].payload, std::to_string(i));
}

TYPED_TEST_P(SinkContract, SaysFalseWhileItsQueueIsFullAndTakesAgainLater) {
  const std::string topic = this->world_.NewTopic(1);
  this->Send({.topic = topic, .partition = 0, .key = "k"}, 0);
  ASSERT_EQ(this->Acknowledged(1).size(), 1u);
  this->world_.BreakLink();
  const std::string payload(TypeParam::kFillBytes, 'x');
  uint64_t taken = 0;
  bool full = false;
  for (uint64_t i = 0; i < 2000 && !full; ++i) {
    const Result<bool> sent =
        this->world_.sink(0).Send({.topic = topic, .partition = 0, .payload = payload}, i);
    ASSERT_TRUE(sent) << sent.error().message;
    full = !*sent;
    if (!full) ++taken;
  }
  EXPECT_TRUE(full);
  EXPECT_GT(taken, 0u);
  this->world_.RestoreLink();
  EXPECT_EQ(this->Acknowledged(taken), this->Range(0, taken));
  this->Send({.topic = topic, .partition = 0, .payload = "again"}, taken);
  EXPECT_EQ(this->Acknowledged(1), this->Range(taken, taken + 1));
}

REGISTER_TYPED_TEST_SUITE_P(SinkContract, GivesEachTicketBackOnceTheLogHasItsRecord,
                            KeepsTheOrderOfSendingWithinAPartition,
                            ChoosesThePartitionByMurmur2OfTheKey,
                            KeepsBytesAndHeadersAndItsOwnCopyOfThem,
                            GivesTicketsBackToTheWorkerWhoSent,
                            AcknowledgesNothingWhileTheLinkIsBrokenAndAllAfterwards,
                            SaysFalseWhileItsQueueIsFullAndTakesAgainLater);

}  // namespace touchline::test
