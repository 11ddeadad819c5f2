#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/ports.h"
#include "tests/support/fake_log.h"

namespace touchline::test {

struct ContractInput {
  std::string topic;
  int32_t partition = 0;
  std::optional<pipeline::Offset> stored_next;  // nullopt: from the earliest
};

// What a Source handed out, copied, for it is gone with the next Poll.
struct Received {
  pipeline::InputIndex input = 0;
  pipeline::Offset offset = 0;
  LogRecord record;
};

// What every Source must do. World:
//   std::string NewTopic(int32_t partitions);
//   void Append(topic, partition, LogRecord);       there when it returns
//   Result<pipeline::Source*> Open(std::vector<ContractInput>);   inputs are indexed by place
//   void AskForProofs();                            if they do not come by themselves
//   void BreakLink(); void RestoreLink();
//   static constexpr bool kCanExpire; void Expire(topic, partition, low);
//   WallTime Now();
template <class World>
class SourceContract : public ::testing::Test {
 protected:
  static constexpr Duration kWait = Duration::Millis(100);
  static constexpr int kPatience = 200;  // polls

  void Open(std::vector<ContractInput> inputs) {
    auto opened = world_.Open(std::move(inputs));
    ASSERT_TRUE(opened) << opened.error().message;
    source_ = *opened;
  }

  // The failure of opening or of polling; none: a default Error.
  Error FailureOf(std::vector<ContractInput> inputs) {
    auto opened = world_.Open(std::move(inputs));
    if (!opened) return opened.error();
    for (int i = 0; i < 20; ++i) {
      const auto polled = (*opened)->Poll(kWait);
      if (!polled) return polled.error();
    }
    return {};
  }

  void AppendAll(const std::string& topic, int32_t partition, int from, int to) {
    for (int i = from; i < to; ++i) {
      world_.Append(topic, partition, {.key = "k", .payload = std::to_string(i)});
    }
  }

  // Polls until n records have come, or patience ends. Transient failures are waited out.
  std::vector<Received> Collect(size_t n) {
    std::vector<Received> all;
    for (int i = 0; i < kPatience && all.size() < n; ++i) PollInto(&all);
    return all;
  }

  void PollInto(std::vector<Received>* all) {
    const auto polled = source_->Poll(kWait);
    if (!polled) {
      ASSERT_EQ(polled.error().kind, ErrorClass::kTransient) << polled.error().message;
      return;
    }
    for (const pipeline::SourceRecord& r : *polled) {
      Received copy{.input = r.input,
                    .offset = r.offset,
                    .record = {.key = std::string(r.key), .payload = std::string(r.payload)}};
      for (const pipeline::Header& h : r.headers.Read()) {
        copy.record.headers.emplace_back(h.name, h.value);
      }
      all->push_back(std::move(copy));
    }
  }

  // The newest proof of the input that was asked for at or after `since`; waits for it.
  std::optional<pipeline::EndProof> AwaitProof(pipeline::InputIndex input, WallTime since) {
    for (int i = 0; i < kPatience; ++i) {
      world_.AskForProofs();
      std::vector<Received> ignored;
      PollInto(&ignored);
      for (const pipeline::EndProof& proof : source_->TakeEndProofs()) {
        if (proof.input == input && proof.asked_at >= since) return proof;
      }
    }
    return std::nullopt;
  }

  World world_;
  pipeline::Source* source_ = nullptr;
};

TYPED_TEST_SUITE_P(SourceContract);

TYPED_TEST_P(SourceContract, DeliversAPartitionInTheOrderOfItsOffsets) {
  const std::string topic = this->world_.NewTopic(1);
  this->AppendAll(topic, 0, 0, 100);
  this->Open({{.topic = topic}});
  const auto records = this->Collect(100);
  ASSERT_EQ(records.size(), 100u);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(records[static_cast<size_t>(i)].offset, i);
    EXPECT_EQ(records[static_cast<size_t>(i)].record.payload, std::to_string(i));
  }
}

TYPED_TEST_P(SourceContract, DeliversKeyPayloadAndHeadersAsTheyWereSent) {
  const std::string topic = this->world_.NewTopic(1);
  const std::string bytes("\0\xff{", 3);
  this->world_.Append(topic, 0, {.key = "plain", .payload = "no headers"});
  this->world_.Append(
      topic, 0, {.key = bytes, .payload = bytes, .headers = {{"ce_id", "7"}, {"ce_type", ""}}});
  this->world_.Append(topic, 0, {.key = "", .payload = ""});
  this->world_.Append(topic, 0, {.key = "k", .payload = "v", .headers = {{"h", bytes}}});
  this->Open({{.topic = topic}});
  const auto records = this->Collect(4);
  ASSERT_EQ(records.size(), 4u);
  using Headers = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(records[0].record.headers, Headers{});
  EXPECT_EQ(records[1].record.key, bytes);
  EXPECT_EQ(records[1].record.payload, bytes);
  EXPECT_EQ(records[1].record.headers, (Headers{{"ce_id", "7"}, {"ce_type", ""}}));
  EXPECT_EQ(records[2].record.key + records[2].record.payload, "");
  EXPECT_EQ(records[3].record.headers, (Headers{{"h", bytes}}));
}

TYPED_TEST_P(SourceContract, BeginsAtTheStoredOffset) {
  const std::string topic = this->world_.NewTopic(1);
  this->AppendAll(topic, 0, 0, 10);
  this->Open({{.topic = topic, .stored_next = 7}});
  const auto records = this->Collect(3);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].offset, 7);
}

TYPED_TEST_P(SourceContract, WaitsAtTheEndForWhatComesLater) {
  const std::string topic = this->world_.NewTopic(1);
  this->AppendAll(topic, 0, 0, 3);
  this->Open({{.topic = topic, .stored_next = 3}});
  EXPECT_EQ(this->source_->Poll(Duration::Millis(50))->size(), 0u);
  this->AppendAll(topic, 0, 3, 5);
  EXPECT_EQ(this->Collect(2).size(), 2u);
}

TYPED_TEST_P(SourceContract, NamesEachInputByItsPlace) {
  const std::string one = this->world_.NewTopic(2);
  const std::string other = this->world_.NewTopic(2);
  this->world_.Append(one, 0, {.payload = "one 0"});
  this->world_.Append(one, 1, {.payload = "one 1"});
  this->world_.Append(other, 0, {.payload = "other 0"});
  this->world_.Append(other, 1, {.payload = "other 1"});
  this->Open({{.topic = other, .partition = 1}, {.topic = one}, {.topic = one, .partition = 1}});
  std::map<pipeline::InputIndex, std::string> got;
  for (const Received& r : this->Collect(3)) got[r.input] = r.record.payload;
  EXPECT_EQ(got, (std::map<pipeline::InputIndex, std::string>{
                     {0, "other 1"}, {1, "one 0"}, {2, "one 1"}}));
}

TYPED_TEST_P(SourceContract, HandsOutNothingWhilePausedAndLosesNothing) {
  const std::string topic = this->world_.NewTopic(1);
  this->AppendAll(topic, 0, 0, 20);
  this->Open({{.topic = topic}});
  this->source_->Pause(true);
  std::vector<Received> records;
  for (int i = 0; i < 3; ++i) this->PollInto(&records);
  EXPECT_EQ(records.size(), 0u);
  this->AppendAll(topic, 0, 20, 30);
  this->source_->Pause(false);
  records = this->Collect(30);
  ASSERT_EQ(records.size(), 30u);
  EXPECT_EQ(records[29].offset, 29);
}

TYPED_TEST_P(SourceContract, ProvesTheEndOfWhatWasRead) {
  const std::string topic = this->world_.NewTopic(1);
  this->AppendAll(topic, 0, 0, 4);
  this->Open({{.topic = topic}});
  ASSERT_EQ(this->Collect(4).size(), 4u);
  const WallTime before = this->world_.Now();
  const auto proof = this->AwaitProof(0, before);
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->end_offset, 4);
  EXPECT_GE(proof->asked_at, before);
  EXPECT_LE(proof->asked_at, this->world_.Now());
}

TYPED_TEST_P(SourceContract, ProvesTheEndOfAnEmptyPartitionWhereItBegins) {
  const std::string topic = this->world_.NewTopic(1);
  this->Open({{.topic = topic}});
  const auto proof = this->AwaitProof(0, this->world_.Now());
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->end_offset, 0);
}

TYPED_TEST_P(SourceContract, ProvesAnEndBeyondWhatWasNotReadYet) {
  const std::string topic = this->world_.NewTopic(1);
  this->AppendAll(topic, 0, 0, 9);
  this->Open({{.topic = topic}});
  this->source_->Pause(true);
  const auto proof = this->AwaitProof(0, this->world_.Now());
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->end_offset, 9);
}

TYPED_TEST_P(SourceContract, ProvesNothingWhileTheLinkIsBrokenAndKeepsItsPlace) {
  const std::string topic = this->world_.NewTopic(1);
  this->AppendAll(topic, 0, 0, 5);
  this->Open({{.topic = topic}});
  ASSERT_EQ(this->Collect(5).size(), 5u);
  ASSERT_TRUE(this->AwaitProof(0, this->world_.Now()));
  this->world_.BreakLink();
  const WallTime broken = this->world_.Now();
  for (int i = 0; i < 15; ++i) {
    this->world_.AskForProofs();
    std::vector<Received> none;
    this->PollInto(&none);
    EXPECT_EQ(none.size(), 0u);
    for (const pipeline::EndProof& p : this->source_->TakeEndProofs())
      EXPECT_LE(p.asked_at, broken);
  }
  this->world_.RestoreLink();
  this->AppendAll(topic, 0, 5, 8);
  const auto records = this->Collect(3);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].offset, 5);
  EXPECT_TRUE(this->AwaitProof(0, this->world_.Now()));
}

TYPED_TEST_P(SourceContract, RefusesAnOffsetThatRetentionHasPassed) {
  if constexpr (!TypeParam::kCanExpire) {
    GTEST_SKIP() << "this world keeps everything";
  } else {
    const std::string topic = this->world_.NewTopic(1);
    this->AppendAll(topic, 0, 0, 10);
    this->world_.Expire(topic, 0, 6);
    const Error error = this->FailureOf({{.topic = topic, .stored_next = 5}});
    EXPECT_EQ(error.kind, ErrorClass::kFatal);
    EXPECT_NE(error.message.find("retention has passed"), std::string::npos) << error.message;
  }
}

TYPED_TEST_P(SourceContract, BeginsAtTheEarliestThatIsRetained) {
  if constexpr (!TypeParam::kCanExpire) {
    GTEST_SKIP() << "this world keeps everything";
  } else {
    const std::string topic = this->world_.NewTopic(1);
    this->AppendAll(topic, 0, 0, 10);
    this->world_.Expire(topic, 0, 6);
    this->Open({{.topic = topic}});
    const auto records = this->Collect(4);
    ASSERT_EQ(records.size(), 4u);
    EXPECT_EQ(records[0].offset, 6);
  }
}

TYPED_TEST_P(SourceContract, RefusesAnOffsetBeyondTheEnd) {
  const std::string topic = this->world_.NewTopic(1);
  this->AppendAll(topic, 0, 0, 2);
  const Error error = this->FailureOf({{.topic = topic, .stored_next = 3}});
  EXPECT_EQ(error.kind, ErrorClass::kFatal);
  EXPECT_NE(error.message.find("beyond"), std::string::npos) << error.message;
}

REGISTER_TYPED_TEST_SUITE_P(SourceContract, DeliversAPartitionInTheOrderOfItsOffsets,
                            DeliversKeyPayloadAndHeadersAsTheyWereSent, BeginsAtTheStoredOffset,
                            WaitsAtTheEndForWhatComesLater, NamesEachInputByItsPlace,
                            HandsOutNothingWhilePausedAndLosesNothing, ProvesTheEndOfWhatWasRead,
                            ProvesTheEndOfAnEmptyPartitionWhereItBegins,
                            ProvesAnEndBeyondWhatWasNotReadYet,
                            ProvesNothingWhileTheLinkIsBrokenAndKeepsItsPlace,
                            RefusesAnOffsetThatRetentionHasPassed,
                            BeginsAtTheEarliestThatIsRetained, RefusesAnOffsetBeyondTheEnd);

}  // namespace touchline::test
