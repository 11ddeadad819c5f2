#include "pipeline/store_waiting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "base/rfc3339.h"
#include "tests/support/pipeline_driver.h"

namespace touchline::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StoreWaitingTest : public testing::Test {
 protected:
  void Tell(const std::string& id, const std::string& type, const std::string& time,
            const std::string& data) {
    driver_.Append("support.calls", id,
                   R"({"specversion":"1.0","source":"urn:t","type":")" + type + R"(","id":")" +
                       std::to_string(++ids_) + R"(","subject":")" + id + R"(","time":")" + time +
                       R"(","data":)" + data + "}");
  }
  void Queue(const std::string& id, const std::string& time, const std::string& queue) {
    Tell(id, "call.queued", time, R"({"queue":")" + queue + R"("})");
  }
  Status Visit(const WaitingSource::Visitor& visit) {
    return StoreWaiting(&driver_.store(), driver_.places()).VisitWaiting(visit);
  }
  // "queue id since namespace topic" of each.
  std::set<std::string> Waiting() {
    std::set<std::string> all;
    EXPECT_TRUE(Visit([&](const ScopeLabels& labels, const WaitingContact& c) {
      EXPECT_EQ(labels.scope, domain::ScopeKind::kQueue);
      EXPECT_EQ(labels.kind, domain::Kind::kCall);
      all.insert(labels.subject + " " + std::string(c.id) + " " + FormatRfc3339(c.since) + " " +
                 std::string(c.name_space) + " " + std::string(c.topic));
    }));
    return all;
  }
  // As the gauge has it.
  std::set<std::string> EarliestByGauge() {
    std::set<std::string> all;
    driver_.published().VisitWaiting([&](const ScopeLabels& labels, EventTime since) {
      all.insert(labels.subject + " " + FormatRfc3339(since));
    });
    return all;
  }

  test::PipelineDriver driver_{{.partitions = 3}};
  int ids_ = 0;
};

TEST_F(StoreWaitingTest, VisitsWhoeverWaitsInWhicheverPartition) {
  EXPECT_THAT(Waiting(), IsEmpty());
  Queue("C1", "2026-03-02T09:00:00Z", "sales");
  Queue("C2", "2026-03-02T09:00:01Z", "sales");
  Queue("C3", "2026-03-02T09:00:02Z", "sales");
  Queue("C4", "2026-03-02T09:00:03.456Z", "billing");
  ASSERT_TRUE(driver_.Settle());
  EXPECT_THAT(Waiting(),
              ElementsAre("billing C4 2026-03-02T09:00:03.456Z default support.calls",
                          "sales C1 2026-03-02T09:00:00.000Z default support.calls",
                          "sales C2 2026-03-02T09:00:01.000Z default support.calls",
                          "sales C3 2026-03-02T09:00:02.000Z default support.calls"));
  EXPECT_THAT(EarliestByGauge(), ElementsAre("billing 2026-03-02T09:00:03.456Z",
                                             "sales 2026-03-02T09:00:00.000Z"));
}

TEST_F(StoreWaitingTest, ForgetsWhoHasBeenAnsweredAndFollowsWhoIsPassedOn) {
  Queue("C1", "2026-03-02T09:00:00Z", "sales");
  Queue("C2", "2026-03-02T09:00:01Z", "sales");
  ASSERT_TRUE(driver_.Settle());
  Tell("C1", "call.answered", "2026-03-02T09:00:10Z", R"({"agent":"ann"})");
  Tell("C2", "call.left_queue", "2026-03-02T09:00:11Z", R"({"reason":"overflow"})");
  Queue("C2", "2026-03-02T09:00:12Z", "billing");
  ASSERT_TRUE(driver_.Settle());
  EXPECT_THAT(Waiting(),
              ElementsAre("billing C2 2026-03-02T09:00:12.000Z default support.calls"));
  EXPECT_THAT(EarliestByGauge(), ElementsAre("billing 2026-03-02T09:00:12.000Z"));
}

TEST_F(StoreWaitingTest, SeesWhatIsDurableOnly) {
  Queue("C1", "2026-03-02T09:00:00Z", "sales");
  ASSERT_TRUE(driver_.Consume());
  EXPECT_THAT(Waiting(), IsEmpty());
  ASSERT_TRUE(driver_.Commit());
  EXPECT_EQ(Waiting().size(), 1u);
}

TEST_F(StoreWaitingTest, SaysThatARowIsDamaged) {
  Queue("C1", "2026-03-02T09:00:00Z", "sales");
  ASSERT_TRUE(driver_.Settle());
  auto batch = std::make_shared<SealedBatch>();
  batch->Put(TableKey(driver_.places()[0].task, Table::kWaiting, "aC9"), "\x01");
  driver_.store().Submit(std::move(batch), [](Status) {});
  const Status visited = Visit([](const ScopeLabels&, const WaitingContact&) {});
  ASSERT_FALSE(visited);
  EXPECT_EQ(visited.error().exit_code, ExitCode::kStateUnreadable);
}

}  // namespace
}  // namespace touchline::pipeline
