#include "tests/support/fake_log.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/contract/sink_contract.h"
#include "tests/contract/source_contract.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_sink.h"
#include "tests/support/fake_source.h"
#include "tests/support/murmur2.h"

namespace touchline::test {
namespace {

class FakeSourceWorld {
 public:
  static constexpr bool kCanExpire = true;

  std::string NewTopic(int32_t partitions) {
    std::string name = "topic." + std::to_string(++topics_);
    log_.CreateTopic(name, partitions);
    return name;
  }
  void Append(const std::string& topic, int32_t partition, LogRecord record) {
    log_.Append(topic, partition, std::move(record));
  }
  Result<pipeline::Source*> Open(const std::vector<ContractInput>& given) {
    std::vector<FakeInput> inputs;
    for (const ContractInput& i : given) {
      inputs.push_back({.input = static_cast<pipeline::InputIndex>(inputs.size()),
                        .topic = i.topic,
                        .partition = i.partition,
                        .start = i.stored_next.value_or(log_.Low(i.topic, i.partition))});
    }
    source_ = std::make_unique<FakeSource>(&log_, &clock_, std::move(inputs));
    return source_.get();
  }
  void AskForProofs() {
    clock_.Advance(Duration::Millis(250));
    source_->ProveEnds();
  }
  void BreakLink() { log_.BreakLink(); }
  void RestoreLink() { log_.RestoreLink(); }
  void Expire(const std::string& topic, int32_t partition, pipeline::Offset low) {
    log_.Expire(topic, partition, low);
  }
  WallTime Now() { return clock_.Now(); }

 private:
  FakeLog log_;
  FakeClock clock_;
  std::unique_ptr<FakeSource> source_;
  int topics_ = 0;
};

class FakeSinkWorld {
 public:
  static constexpr size_t kFillBytes = 1;

  FakeSinkWorld() { sinks_[0].LimitQueue(1000); }
  std::string NewTopic(int32_t partitions) {
    std::string name = "topic." + std::to_string(++topics_);
    log_.CreateTopic(name, partitions);
    return name;
  }
  pipeline::Sink& sink(size_t worker) { return sinks_[worker]; }
  std::vector<LogRecord> Read(const std::string& topic, int32_t partition, size_t n) {
    std::vector<LogRecord> records;
    for (pipeline::Offset o = 0; o < static_cast<pipeline::Offset>(n); ++o) {
      const LogRecord* record = log_.At(topic, partition, o);
      if (record != nullptr) records.push_back(*record);
    }
    return records;
  }
  void BreakLink() { log_.BreakLink(); }
  void RestoreLink() { log_.RestoreLink(); }
  void WaitABit() {}

 private:
  FakeLog log_;
  FakeSink sinks_[2] = {FakeSink(&log_), FakeSink(&log_)};
  int topics_ = 0;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Fake, SourceContract, FakeSourceWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Fake, SinkContract, FakeSinkWorld);

TEST(FakeSourceTest, DeliversAgainFromAnOlderOffset) {
  FakeLog log;
  log.CreateTopic("t", 1);
  for (const char* payload : {"0", "1", "2"}) log.Append("t", 0, {.payload = payload});
  const FakeClock clock;
  FakeSource source(&log, &clock, {{.topic = "t"}});
  EXPECT_EQ(source.Poll(Duration())->size(), 3u);
  source.Redeliver(0, 1);
  const auto again = source.Poll(Duration());
  ASSERT_EQ(again->size(), 2u);
  EXPECT_EQ((*again)[0].offset, 1);
}

TEST(FakeSourceTest, ProvesTheEndBeforeTrailingMarkers) {
  FakeLog log;
  log.CreateTopic("t", 1);
  log.Append("t", 0, {.payload = "0"});
  log.SkipOffset("t", 0);
  const FakeClock clock;
  FakeSource source(&log, &clock, {{.topic = "t"}});
  source.ProveEnds();
  ASSERT_EQ(source.TakeEndProofs().size(), 1u);
  source.ProveEnds();
  EXPECT_EQ(source.TakeEndProofs()[0].end_offset, 1);
  EXPECT_EQ(log.End("t", 0), 2);
}

TEST(FakeSourceTest, AnswersALateProofWithTheTimeOfItsQuestion) {
  FakeLog log;
  log.CreateTopic("t", 1);
  FakeClock clock;
  FakeSource source(&log, &clock, {{.topic = "t"}});
  const WallTime asked = clock.Now();
  source.AskForEnds();
  clock.Advance(Duration::Seconds(3));
  log.Append("t", 0, {.payload = "0"});
  EXPECT_TRUE(source.TakeEndProofs().empty());
  source.DeliverProofs();
  const auto proofs = source.TakeEndProofs();
  ASSERT_EQ(proofs.size(), 1u);
  EXPECT_EQ(proofs[0].asked_at, asked);
  EXPECT_EQ(proofs[0].end_offset, 0);
}

TEST(FakeSourceTest, LetsInputsTakeTurns) {
  FakeLog log;
  log.CreateTopic("t", 2);
  for (int i = 0; i < 4; ++i) log.Append("t", i % 2, {.payload = "x"});
  const FakeClock clock;
  FakeSource source(&log, &clock,
                    {{.input = 0, .topic = "t"}, {.input = 1, .topic = "t", .partition = 1}});
  source.LimitBatch(1);
  std::vector<pipeline::InputIndex> order;
  for (int i = 0; i < 4; ++i) order.push_back((*source.Poll(Duration()))[0].input);
  EXPECT_EQ(order, (std::vector<pipeline::InputIndex>{0, 1, 0, 1}));
}

TEST(FakeSinkTest, KeepsAcknowledgementsBackAndReversesThemWhenTold) {
  FakeLog log;
  log.CreateTopic("t", 1);
  FakeSink sink(&log);
  sink.HoldAcks();
  sink.AckInReverse();
  for (uint64_t i = 0; i < 3; ++i) EXPECT_TRUE(*sink.Send({.topic = "t", .partition = 0}, i));
  EXPECT_EQ(log.End("t", 0), 3);
  EXPECT_TRUE(sink.TakeAcknowledged()->empty());
  sink.ReleaseAcks();
  const auto tickets = sink.TakeAcknowledged();
  EXPECT_EQ(std::vector<uint64_t>(tickets->begin(), tickets->end()),
            (std::vector<uint64_t>{2, 1, 0}));
}

TEST(FakeSinkTest, IsFatalOnceFailed) {
  FakeLog log;
  log.CreateTopic("t", 1);
  FakeSink sink(&log);
  sink.Fail("fenced");
  EXPECT_EQ(sink.Send({.topic = "t"}, 1).error().kind, ErrorClass::kFatal);
  EXPECT_EQ(sink.TakeAcknowledged().error().kind, ErrorClass::kFatal);
}

// The values of Kafka's own tests for its hash, modulo the sign bit.
TEST(PartitionOfKeyTest, MatchesKafkasPublishedHashes) {
  struct Case {
    const char* key;
    int32_t hash;
  };
  for (const Case& c : {Case{"21", -973932308}, Case{"foobar", -790332482},
                        Case{"a-little-bit-long-string", -985981536},
                        Case{"a-little-bit-longer-string", -1486304829},
                        Case{"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
                        Case{"abc", 479470107}}) {
    constexpr int32_t kMany = 0x7fffffff;
    EXPECT_EQ(PartitionOfKey(c.key, kMany), (c.hash & 0x7fffffff) % kMany) << c.key;
  }
}

}  // namespace
}  // namespace touchline::test
