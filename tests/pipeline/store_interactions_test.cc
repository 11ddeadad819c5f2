#include "pipeline/store_interactions.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/pipeline_driver.h"

namespace touchline::pipeline {
namespace {

class StoreInteractionsTest : public testing::Test {
 protected:
  void Tell(const std::string& topic, const std::string& id, const std::string& type,
            const std::string& time, const std::string& data = "{}") {
    driver_.Append(topic, id,
                   R"({"specversion":"1.0","source":"urn:t","type":")" + type + R"(","id":")" +
                       std::to_string(++ids_) + R"(","subject":")" + id + R"(","time":")" + time +
                       R"(","data":)" + data + "}");
  }
  std::vector<FoundInteraction> Find(const InteractionQuery& query) {
    const auto found = StoreInteractions(&driver_.store(), driver_.places()).Find(query);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found.value_or(std::vector<FoundInteraction>());
  }
  static InteractionQuery Id(const std::string& id) {
    return {.id = id, .kind = {}, .name_space = {}, .topic = {}};
  }
  static domain::RuleSet Rules() {
    domain::RuleSet rules;
    rules.retention = Duration::Days(1);
    return rules;
  }

  test::PipelineDriver driver_{{.rules = Rules(), .partitions = 3}};
  int ids_ = 0;
};

TEST_F(StoreInteractionsTest, FindOneInWhicheverPartitionItIs) {
  for (const char* id : {"C1", "C2", "C3", "C4", "C5"}) {
    Tell("support.calls", id, "call.queued", "2026-03-02T09:00:00Z", R"({"queue":"sales"})");
  }
  ASSERT_TRUE(driver_.Settle());
  for (const char* id : {"C1", "C2", "C3", "C4", "C5"}) {
    const auto found = Find(Id(id));
    ASSERT_EQ(found.size(), 1u) << id;
    EXPECT_EQ(found[0].topic, "support.calls");
    EXPECT_EQ(found[0].name_space, "default");
    EXPECT_EQ(found[0].kind, domain::Kind::kCall);
    EXPECT_EQ(found[0].explanation->queue, "sales");
  }
  EXPECT_TRUE(Find(Id("C6")).empty());
  EXPECT_TRUE(Find(Id("")).empty());
}

TEST_F(StoreInteractionsTest, FindAllThatShareAnIdUnlessToldWhich) {
  Tell("support.calls", "1001", "call.started", "2026-03-02T09:00:00Z");
  Tell("support.tickets", "1001", "ticket.created", "2026-03-02T09:00:00Z", R"({"queue":"m"})");
  ASSERT_TRUE(driver_.Settle());
  EXPECT_EQ(Find(Id("1001")).size(), 2u);
  InteractionQuery query = Id("1001");
  query.kind = domain::Kind::kTicket;
  ASSERT_EQ(Find(query).size(), 1u);
  EXPECT_EQ(Find(query)[0].explanation->queue, "m");
  query.kind.reset();
  query.topic = "support.calls";
  EXPECT_EQ(Find(query).size(), 1u);
  query.name_space = "another";
  EXPECT_TRUE(Find(query).empty());
}

TEST_F(StoreInteractionsTest, ReadALongLogFromItsChunks) {
  Tell("support.chats", "long", "chat.started", "2026-03-02T09:00:00Z");
  for (int i = 0; i < 200; ++i) {
    Tell("support.chats", "long", "chat.message",
         "2026-03-02T09:01:00." + std::to_string(100 + i) + "Z", R"({"author":"customer"})");
  }
  ASSERT_TRUE(driver_.Settle());
  const auto found = Find(Id("long"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].explanation->log.size(), 201u);
}

TEST_F(StoreInteractionsTest, SeeWhatIsDurableOnly) {
  Tell("support.calls", "C1", "call.started", "2026-03-02T09:00:00Z");
  ASSERT_TRUE(driver_.Consume());
  EXPECT_TRUE(Find(Id("C1")).empty());
  ASSERT_TRUE(driver_.Commit());
  EXPECT_EQ(Find(Id("C1")).size(), 1u);
}

TEST_F(StoreInteractionsTest, TellOfATombstoneWhenItEnded) {
  Tell("support.calls", "C1", "call.started", "2026-03-02T09:00:00Z");
  Tell("support.calls", "C1", "call.ended", "2026-03-02T09:05:00Z");
  ASSERT_TRUE(driver_.Settle());
  ASSERT_TRUE(driver_.AdvanceTo(EventTime::FromMillis(1'772'442'300'000) + Duration::Hours(36)));
  const auto found = Find(Id("C1"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_FALSE(found[0].explanation);
  EXPECT_EQ(found[0].ended_at, EventTime::FromMillis(1'772'442'300'000));
}

TEST_F(StoreInteractionsTest, SayThatARecordIsDamaged) {
  Tell("support.calls", "C1", "call.started", "2026-03-02T09:00:00Z");
  ASSERT_TRUE(driver_.Settle());
  auto batch = std::make_shared<SealedBatch>();
  batch->Put(TableKey(driver_.places()[0].task, Table::kEntities, "aC1"), "\x05");
  driver_.store().Submit(std::move(batch), [](Status) {});
  const auto found = StoreInteractions(&driver_.store(), driver_.places()).Find(Id("C1"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().exit_code, ExitCode::kStateUnreadable);
}

}  // namespace
}  // namespace touchline::pipeline
