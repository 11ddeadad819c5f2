#include "pipeline/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/fake_log.h"
#include "tests/support/fake_sink.h"
#include "tests/support/fake_store.h"

namespace touchline::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr TaskKey kTask = {.stage = StageId::kInteractions, .number = 1};
constexpr uint64_t kBase = uint64_t{5} << 40;

// An outbox on a store in memory, which sends into a log in memory.
class OutboxTest : public testing::Test {
 protected:
  OutboxTest() { log_.CreateTopic("out", 1); }

  void Add(std::string_view payload) {
    outbox_->Add({.topic = "out", .partition = 0, .key = {}, .payload = payload, .headers = {}});
  }
  void Commit() {
    auto batch = std::make_shared<SealedBatch>();
    outbox_->Seal(batch.get());
    store_.Submit(std::move(batch), [](Status status) { ASSERT_TRUE(status); });
    outbox_->Durable();
  }
  void Send() { ASSERT_TRUE(outbox_->Send(kBase, &sink_)); }
  void Acknowledge() {
    const auto tickets = sink_.TakeAcknowledged();
    ASSERT_TRUE(tickets);
    for (const uint64_t ticket : *tickets) outbox_->Acknowledge(ticket - kBase);
  }
  // The process ends and begins again from the store.
  Status Restart(uint64_t next) {
    outbox_ = std::make_unique<Outbox>(kTask);
    return outbox_->Restore(next, &store_);
  }
  std::vector<std::string> Sent() const {
    std::vector<std::string> payloads;
    for (Offset i = 0; i < log_.End("out", 0); ++i) {
      payloads.push_back(log_.At("out", 0, i)->payload);
    }
    return payloads;
  }

  test::FakeStore store_;
  test::FakeLog log_;
  test::FakeSink sink_{&log_};
  std::unique_ptr<Outbox> outbox_ = std::make_unique<Outbox>(kTask);
};

TEST_F(OutboxTest, SendsNothingBeforeItIsDurable) {
  Add("a");
  Send();
  EXPECT_THAT(Sent(), IsEmpty());
  SealedBatch batch;
  outbox_->Seal(&batch);
  Send();
  EXPECT_THAT(Sent(), IsEmpty());
  outbox_->Durable();
  Send();
  EXPECT_THAT(Sent(), ElementsAre("a"));
}

TEST_F(OutboxTest, KeepsEveryPartOfARecordThroughTheStore) {
  const Header headers[] = {{"reason", std::string_view("\0", 1)}, {"empty", ""}};
  const std::string key("\0k", 2), payload(300, '\xff');
  outbox_->Add({.topic = "out", .partition = -1, .key = key, .payload = payload,
                .headers = headers});
  outbox_->Add({.topic = "out", .partition = 0, .key = {}, .payload = {}, .headers = {}});
  Commit();
  ASSERT_TRUE(Restart(3));
  Send();
  ASSERT_EQ(log_.End("out", 0), 2);
  const test::LogRecord& full = *log_.At("out", 0, 0);
  EXPECT_EQ(full.key, key);
  EXPECT_EQ(full.payload, payload);
  EXPECT_THAT(full.headers, ElementsAre(Pair("reason", std::string("\0", 1)), Pair("empty", "")));
  const test::LogRecord& empty = *log_.At("out", 0, 1);
  EXPECT_EQ(empty.payload, "");
  EXPECT_THAT(empty.headers, IsEmpty());
}

TEST_F(OutboxTest, GoesOnWhereAFullSinkHasStopped) {
  sink_.LimitQueue(2);
  sink_.HoldRecords();
  for (const char* payload : {"a", "b", "c"}) Add(payload);
  Commit();
  for (const char* payload : {"d", "e"}) Add(payload);
  Commit();
  for (int i = 0; i < 3; ++i) {
    Send();
    sink_.Deliver(2);
  }
  EXPECT_THAT(Sent(), ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(OutboxTest, ACommitsRecordsLeaveTogetherOnceTheLastIsAcknowledged) {
  Add("a");
  Add("b");
  Commit();
  Add("c");
  Commit();
  const size_t all = outbox_->bytes();
  Send();
  outbox_->Acknowledge(3);
  outbox_->Acknowledge(1);
  EXPECT_EQ(outbox_->unacknowledged(), 1u);
  EXPECT_EQ(outbox_->bytes(), all) << "the first commit's second record is under way";
  outbox_->Acknowledge(2);
  EXPECT_EQ(outbox_->unacknowledged(), 0u);
  EXPECT_EQ(outbox_->bytes(), 0u);
  EXPECT_EQ(store_.rows().size(), 2u);
  Commit();
  EXPECT_THAT(store_.rows(), IsEmpty());
}

TEST_F(OutboxTest, AfterARestartSendsAgainWhatWasNotTrimmed) {
  Add("a");
  Commit();
  Send();
  Acknowledge();
  Add("b");
  Add("c");
  Commit();  // and trims the first
  Send();
  ASSERT_TRUE(Restart(4));
  EXPECT_EQ(outbox_->next_sequence(), 4u);
  EXPECT_EQ(outbox_->unacknowledged(), 2u);
  EXPECT_GT(outbox_->bytes(), 0u);
  Send();
  EXPECT_THAT(Sent(), ElementsAre("a", "b", "c", "b", "c"));
  Acknowledge();
  EXPECT_EQ(outbox_->unacknowledged(), 0u);
}

TEST_F(OutboxTest, ARecordMayTakeUpSeveralSequences) {
  outbox_->Add({.topic = "out", .partition = 0, .payload = "a"}, 5);
  Add("b");
  EXPECT_EQ(outbox_->next_sequence(), 7u);
  Commit();
  Add("c");
  Commit();
  ASSERT_TRUE(Restart(8));
  Send();
  EXPECT_THAT(Sent(), ElementsAre("a", "b", "c"));
  Acknowledge();
  EXPECT_EQ(outbox_->unacknowledged(), 0u);
}

TEST_F(OutboxTest, CountsTheOpenSegmentsBytes) {
  EXPECT_EQ(outbox_->bytes(), 0u);
  Add(std::string(1000, 'x'));
  EXPECT_GT(outbox_->bytes(), 1000u);
}

TEST_F(OutboxTest, RefusesADamagedSegment) {
  for (const std::string_view value : {std::string_view("\x02", 1),            // two records, none
                                       std::string_view("\0trailing", 9)}) {  // none, and more
    auto batch = std::make_shared<SealedBatch>();
    std::string key = TablePrefix(kTask, Table::kOutbox);
    ByteWriter(&key).BigEndian64(1);
    batch->Put(key, value);
    store_.Submit(std::move(batch), [](Status status) { ASSERT_TRUE(status); });
    const Status restored = Restart(2);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().kind, ErrorClass::kFatal);
  }
}

}  // namespace
}  // namespace touchline::pipeline
