#include "pipeline/journey_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "pipeline/customer_key.h"
#include "tests/support/fake_log.h"
#include "tests/support/fake_sink.h"
#include "tests/support/murmur2.h"

namespace touchline::pipeline {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int32_t kPartitions = 3;

// A sender whose records go into a log in memory.
class JourneySenderTest : public testing::Test {
 protected:
  JourneySenderTest() { log_.CreateTopic("contacts", kPartitions); }

  void Add(const std::string& id, const std::string& customer, uint64_t revision = 1) {
    domain::ContactFact fact;
    fact.kind = domain::Kind::kChat;
    fact.id = id;
    fact.revision = revision;
    fact.customer = customer;
    sender_.Add(fact);
  }
  void Leave() {
    SealedBatch batch;
    outbox_.Seal(&batch);
    outbox_.Durable();
    test::FakeSink sink(&log_);
    ASSERT_TRUE(outbox_.Send(0, &sink));
  }
  // What has arrived in the partition; its views are into the log.
  std::vector<InternalRecord> Arrived(int32_t partition) const {
    std::vector<InternalRecord> records;
    for (Offset i = 0; i < log_.End("contacts", partition); ++i) {
      const test::LogRecord& record = *log_.At("contacts", partition, i);
      EXPECT_TRUE(DecodeInternal(record.payload, &records.emplace_back()));
      EXPECT_EQ(records.back().upstream, "calls/7");
    }
    return records;
  }
  std::vector<KeyedFact> Facts(int32_t partition) const {
    std::vector<KeyedFact> all, facts;
    for (const InternalRecord& record : Arrived(partition)) {
      if (record.kind != InternalKind::kContactFacts) continue;
      EXPECT_TRUE(DecodeFacts(record.body, &facts));
      all.insert(all.end(), facts.begin(), facts.end());
    }
    return all;
  }

  test::FakeLog log_;
  Outbox outbox_{{.stage = StageId::kInteractions, .number = 1}};
  JourneySender sender_{{.upstream = "calls/7", .name_space = "acme", .topic = "contacts",
                         .partitions = kPartitions},
                        &outbox_};
};

TEST_F(JourneySenderTest, ThatACustomerIsToBeForgottenComesBehindHisFacts) {
  const std::string key = "acme\x1f" "c\x1f" "cora";
  Add("a", "cora");
  sender_.SendForgotten(key, EventTime::FromMillis(7));
  Add("b", PseudonymOf(key));
  sender_.Flush();
  Leave();
  const auto records = Arrived(test::PartitionOfKey(key, kPartitions));
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].kind, InternalKind::kContactFacts);
  ASSERT_EQ(records[1].kind, InternalKind::kForgotten);
  EXPECT_EQ(records[1].sequence, 2u);
  ForgottenCustomer forgotten;
  ASSERT_TRUE(DecodeForgotten(records[1].body, &forgotten));
  EXPECT_EQ(forgotten.key, key);
  EXPECT_EQ(forgotten.until, EventTime::FromMillis(7));
  EXPECT_FALSE(DecodeForgotten(records[1].body.substr(1), &forgotten));
  std::vector<KeyedFact> facts;
  ASSERT_TRUE(DecodeFacts(records[2].body, &facts));
  std::string pseudonym_key;
  AssignPseudonymKey(key, &pseudonym_key);
  EXPECT_EQ(facts[0].key, pseudonym_key);
}

TEST_F(JourneySenderTest, EachFactGoesWhereMurmur2OfItsKeySays) {
  std::vector<std::vector<std::string>> expected(kPartitions);
  for (int i = 0; i < 500; ++i) {
    const std::string customer = std::string(static_cast<size_t>(i % 7), 'c') + std::to_string(i);
    const std::string key = "acme\x1f" "c\x1f" + customer;
    expected[static_cast<size_t>(test::PartitionOfKey(key, kPartitions))].push_back(key);
    Add("a", customer);
  }
  sender_.Flush();
  Leave();
  for (int32_t p = 0; p < kPartitions; ++p) {
    std::vector<std::string> keys;
    for (const KeyedFact& one : Facts(p)) keys.emplace_back(one.key);
    EXPECT_EQ(keys, expected[static_cast<size_t>(p)]);
  }
}

TEST_F(JourneySenderTest, AContactOfNobodyKnownIsACustomerOfItsOwn) {
  Add("a", "");
  sender_.Flush();
  Leave();
  const std::string key = "acme\x1fi\x1f" "chat\x1f" "a";
  const auto facts = Facts(test::PartitionOfKey(key, kPartitions));
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(facts[0].key, key);
  EXPECT_EQ(facts[0].fact.id, "a");
}

TEST_F(JourneySenderTest, FactsOfAPartitionTravelTogetherAndTakeUpASequenceEach) {
  EXPECT_EQ(sender_.next_sequence(), 1u);
  for (uint64_t i = 1; i <= 10; ++i) Add("a", "cora", i);
  EXPECT_EQ(sender_.next_sequence(), 11u);
  EXPECT_EQ(outbox_.next_sequence(), 1u) << "they wait for company";
  sender_.Flush();
  EXPECT_EQ(outbox_.next_sequence(), 11u);
  EXPECT_EQ(sender_.next_sequence(), 11u);
  Add("a", "cora", 11);
  sender_.Flush();
  Leave();
  const int32_t partition = test::PartitionOfKey("acme\x1f" "c\x1f" "cora", kPartitions);
  const auto records = Arrived(partition);
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].sequence, 10u) << "the last one's";
  EXPECT_EQ(records[1].sequence, 11u);
  const auto facts = Facts(partition);
  ASSERT_THAT(facts, SizeIs(11));
  for (uint64_t i = 0; i < 11; ++i) EXPECT_EQ(facts[i].fact.revision, i + 1);
}

TEST_F(JourneySenderTest, ManyFactsDoNotMakeALargeRecord) {
  for (uint64_t i = 1; i <= 1000; ++i) Add("a", "cora", i);
  sender_.Flush();
  Leave();
  const int32_t partition = test::PartitionOfKey("acme\x1f" "c\x1f" "cora", kPartitions);
  uint64_t last = 0;
  for (const InternalRecord& record : Arrived(partition)) {
    EXPECT_LT(record.body.size(), 5000u);
    EXPECT_GT(record.sequence, last);
    last = record.sequence;
  }
  EXPECT_EQ(last, 1000u);
  EXPECT_THAT(Facts(partition), SizeIs(1000));
}

TEST_F(JourneySenderTest, AWatermarkComesToEveryPartitionBehindTheFacts) {
  Add("a", "cora");
  const WatermarkNote note = {.watermark = EventTime::FromMillis(1000), .is_final = true};
  sender_.Send(note);
  Leave();
  for (int32_t p = 0; p < kPartitions; ++p) {
    const auto records = Arrived(p);
    ASSERT_FALSE(records.empty());
    EXPECT_EQ(records.back().kind, InternalKind::kWatermark);
    WatermarkNote read;
    EXPECT_TRUE(DecodeWatermark(records.back().body, &read));
    EXPECT_EQ(read.watermark, note.watermark);
    EXPECT_TRUE(read.is_final);
  }
  EXPECT_THAT(Arrived(test::PartitionOfKey("acme\x1f" "c\x1f" "cora", kPartitions)), SizeIs(2));
}

TEST_F(JourneySenderTest, NothingToTellIsNoRecord) {
  sender_.Flush();
  Leave();
  for (int32_t p = 0; p < kPartitions; ++p) EXPECT_THAT(Arrived(p), IsEmpty());
}

TEST(ContactFactTest, IsReadAsItWasWrittenHoweverLargeItsNumbers) {
  const std::string text(300, 't');
  domain::ContactFact fact;
  fact.kind = domain::Kind::kTicket;
  fact.id = fact.customer = fact.first_partner = fact.partner = fact.queue = text;
  fact.reason = fact.segment = fact.tier = text;
  fact.birth = fact.revision = std::numeric_limits<uint64_t>::max();
  fact.channel = domain::Channel::kSocial;
  fact.initiator = domain::Party::kThirdParty;
  fact.linked = fact.answered_by_person = fact.abandoned = true;
  fact.start = EventTime::Min();
  fact.end = EventTime::Max();
  fact.waited = Duration::Millis(std::numeric_limits<int64_t>::min());
  fact.transfers = fact.reopenings = fact.repeated_info = std::numeric_limits<uint32_t>::max();
  std::string bytes = "before";
  fact.AppendTo(&bytes);
  ByteReader in(bytes);
  EXPECT_EQ(in.Raw(6), "before");
  domain::ContactFact read;
  EXPECT_TRUE(read.Decode(&in));
  EXPECT_TRUE(in.empty());
  EXPECT_EQ(read, fact);
}

TEST(DecodeFactsTest, RefusesWhatIsNone) {
  domain::ContactFact fact;
  std::string one;
  ByteWriter out(&one);
  out.Varint(1);
  out.String("key");
  fact.AppendTo(&one);
  std::vector<KeyedFact> facts;
  ASSERT_TRUE(DecodeFacts(one, &facts));
  EXPECT_EQ(facts[0].key, "key");
  EXPECT_FALSE(DecodeFacts(one + "x", &facts)) << "more than it says";
  EXPECT_FALSE(DecodeFacts(one.substr(0, one.size() - 1), &facts));
  EXPECT_FALSE(DecodeFacts(std::string(1, '\0'), &facts)) << "none at all";
  EXPECT_FALSE(DecodeFacts(std::string("\xff\xff\x03"), &facts)) << "many, none of them there";
}

}  // namespace
}  // namespace touchline::pipeline
