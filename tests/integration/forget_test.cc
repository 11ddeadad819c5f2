// A customer asks one instance to be forgotten, and another one does so, too: real binaries on a
// real broker.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/kafka/producer.h"
#include "adapters/rocksdb/rocks_store.h"
#include "adapters/system_clock.h"
#include "base/rfc3339.h"
#include "pipeline/keys.h"
#include "tests/integration/installation.h"
#include "tests/integration/preload.h"
#include "tests/support/broker.h"

namespace touchline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kShards = 2, kCalls = 12;
constexpr char kName[] = "cora-of-the-forgotten-number-4711";

class ForgetTest : public testing::Test {
 protected:
  void Start(int shard) {
    programs_[shard] = world_.Run({"shard.index=" + std::to_string(shard),
                                   "shard.of=" + std::to_string(kShards),
                                   "state.folder=" + Folder(shard)});
    ASSERT_NE(programs_[shard]->port(), 0) << programs_[shard]->Log();
    ASSERT_TRUE(programs_[shard]->WaitUntilReady(Duration::Seconds(60)))
        << programs_[shard]->Log();
  }
  std::string Folder(int shard) const { return world_.state_folder() + std::to_string(shard); }

  void Tell(const std::string& subject, const std::string& type, Duration ago,
            const std::string& data) {
    adapters::ProducerOptions options;
    options.kafka.bootstrap = Broker::Shared().bootstrap();
    if (producer_ == nullptr) producer_ = std::move(*adapters::EventProducer::Create(options));
    const std::string event =
        R"({"specversion":"1.0","source":"urn:test","type":")" + type + R"(","id":")" +
        std::to_string(++events_) + R"(","subject":")" + subject + R"(","time":")" +
        FormatRfc3339(now_ - ago) + R"(","partner":"alba","data":)" + data + "}";
    ASSERT_TRUE(producer_->Produce(
        {.topic = world_.TopicName("events"), .key = subject, .payload = event}));
    ASSERT_TRUE(producer_->Flush(Duration::Minutes(1)));
  }
  void TellOfCall(const std::string& id, Duration ago) {
    Tell(id, "call.started", ago, std::string(R"({"customer":")") + kName + R"("})");
    Tell(id, "call.ended", ago - Duration::Seconds(30), R"({"by":"customer"})");
  }

  double Sum(const std::string& selector) {
    double sum = 0;
    for (const auto& program : programs_) sum += program->Metric(selector).value_or(0);
    return sum;
  }
  bool WaitForSum(const std::string& selector, double wanted) {
    for (int looks = 0; looks < 300; ++looks) {
      if (Sum(selector) == wanted) return true;
      adapters::SystemClock::Sleep(Duration::Millis(100));
    }
    return false;
  }
  // Of the instance that has the contact.
  std::string Explained(const std::string& id) {
    for (const auto& program : programs_) {
      const std::string page = program->Page("/api/v1/interactions/" + id);
      if (page.find("\"log\"") != page.npos) return page;
    }
    return "nobody has " + id;
  }
  // Rows of the state with her name, but for what has been sent and goes with the next commit.
  int Traces(int shard) {
    adapters::RocksOptions options;
    options.folder = Folder(shard);
    const auto store = adapters::RocksStore::Open(std::move(options));
    EXPECT_TRUE(store) << (store ? "" : store.error().message);
    int traces = 0;
    EXPECT_TRUE((*store)->Scan("", "\x7f", [&](std::string_view key, std::string_view value) {
      const bool is_outbox =
          key.size() > 3 && key[3] == static_cast<char>(pipeline::Table::kOutbox);
      traces += !is_outbox && (key.find(kName) != key.npos || value.find(kName) != value.npos);
      return true;
    }));
    return traces;
  }

  Installation world_{FeedTopic("forget", 4)};
  std::unique_ptr<Program> programs_[kShards];
  std::unique_ptr<adapters::EventProducer> producer_;
  const EventTime now_ = Ago(Duration());
  int events_ = 0;
};

TEST_F(ForgetTest, NoInstanceKeepsTheNameAndNoNumberChanges) {
  for (int shard = 0; shard < kShards; ++shard) ASSERT_NO_FATAL_FAILURE(Start(shard));
  for (int i = 0; i < kCalls; ++i) {
    TellOfCall("C" + std::to_string(i), Duration::Minutes(60 - i));
  }
  const std::string repeats = "touchline_repeat_contacts_total{within=\"1d\"}";
  ASSERT_TRUE(WaitForSum(repeats, kCalls - 1)) << Sum(repeats);
  const double journeys = Sum("touchline_journeys_open");
  EXPECT_THAT(Explained("C0"), HasSubstr(kName));
  EXPECT_THAT(Explained("C0"), HasSubstr("\"customer_forgotten\":false"));

  Tell(kName, "customer.forgotten", Duration::Minutes(10), "{}");
  ASSERT_TRUE(WaitForSum("touchline_forgotten_contacts_total", kCalls))
      << Sum("touchline_forgotten_contacts_total");
  ASSERT_TRUE(WaitForSum("touchline_customers_to_forget", 0));
  EXPECT_EQ(Sum(repeats), kCalls - 1);
  EXPECT_EQ(Sum("touchline_journeys_open"), journeys);
  for (const auto& program : programs_) {
    EXPECT_GT(program->Metric("touchline_forgotten_contacts_total").value_or(0), 0)
        << "both instances are to have some of her calls";
  }
  for (int i = 0; i < kCalls; ++i) {
    const std::string id = "C" + std::to_string(i);
    bool told = false;
    for (int looks = 0; looks < 50 && !told; ++looks) {
      told = Explained(id).find("\"customer_forgotten\":true") != std::string::npos;
      if (!told) adapters::SystemClock::Sleep(Duration::Millis(100));
    }
    EXPECT_TRUE(told) << Explained(id);
    EXPECT_THAT(Explained(id), Not(HasSubstr(kName)));
  }

  // A new life knows it, of what comes late as well; and what she begins later is another's.
  for (int shard = 0; shard < kShards; ++shard) programs_[shard]->Stop();
  for (int shard = 0; shard < kShards; ++shard) EXPECT_EQ(Traces(shard), 0) << shard;
  for (int shard = 0; shard < kShards; ++shard) ASSERT_NO_FATAL_FAILURE(Start(shard));
  TellOfCall("late", Duration::Minutes(40));
  TellOfCall("again", Duration::Minutes(5));
  ASSERT_TRUE(WaitForSum("touchline_journeys_open", journeys + 1))
      << Sum("touchline_journeys_open");
  EXPECT_THAT(Explained("late"), HasSubstr("\"customer_forgotten\":true"));
  EXPECT_THAT(Explained("again"), HasSubstr(kName));
  for (int shard = 0; shard < kShards; ++shard) programs_[shard]->Stop();
}

}  // namespace
}  // namespace touchline::test
