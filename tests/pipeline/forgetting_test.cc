// A customer asks to be forgotten, on one topic, and is forgotten in all of them.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "domain/metrics.h"
#include "pipeline/control_note.h"
#include "pipeline/customer_key.h"
#include "pipeline/store_interactions.h"
#include "tests/support/pipeline_driver.h"

namespace touchline::pipeline {
namespace {

class ForgettingTest : public testing::Test {
 protected:
  void Tell(const std::string& topic, const std::string& subject, const std::string& type,
            const std::string& time, const std::string& data = "{}") {
    driver_.Append(topic, subject,
                   R"({"specversion":"1.0","source":"urn:t","type":")" + type + R"(","id":")" +
                       std::to_string(++ids_) + R"(","subject":")" + subject +
                       R"(","time":"2026-03-02T)" + time + R"(Z","data":)" + data + "}");
  }
  void TellOfCora() {
    for (int i = 0; i < 6; ++i) {
      const std::string n = std::to_string(i);
      const std::string time = "0" + std::to_string(8 + i / 3) + ":" + std::to_string(i % 3 + 1);
      Tell("support.calls", "C" + n, "call.started", time + "0:00", R"({"customer":"cora"})");
      Tell("support.chats", "X" + n, "chat.started", time + "5:00", R"({"customer":"cora"})");
      Tell("support.calls", "C" + n, "call.ended", time + "6:00");
      Tell("support.chats", "X" + n, "chat.ended", time + "7:00");
    }
    Tell("support.tickets", "T", "ticket.created", "09:40:00", R"({"queue":"m"})");
    Tell("support.tickets", "T", "ticket.updated", "09:41:00", R"({"customer":"cora"})");
  }
  domain::Explanation Explained(const std::string& id) {
    const auto found = StoreInteractions(&driver_.store(), driver_.places())
                           .Find({.id = id, .kind = {}, .name_space = {}, .topic = {}});
    EXPECT_TRUE(found && found->size() == 1 && (*found)[0].explanation) << id;
    return *(*found)[0].explanation;
  }
  // Rows of the state that have the text, but for what has been sent and goes with the next commit.
  int Traces(const std::string& text) {
    int traces = 0;
    for (const auto& [key, value] : driver_.store().rows()) {
      if (key.at(3) == static_cast<char>(Table::kOutbox)) continue;
      traces += key.find(text) != key.npos || value.find(text) != value.npos;
    }
    return traces;
  }
  using Totals = std::map<std::string, int64_t>;
  // Net, of what the journeys count.
  Totals Journeys() {
    Totals totals;
    driver_.ReadNet([&](RowKind row, EventTime, const ScopeLabels& labels, domain::Cell cell,
                        int64_t net) {
      if (row != RowKind::kTotal || labels.scope != domain::ScopeKind::kJourney) return;
      totals[std::string(domain::Spec(cell.metric).name) + " " + std::to_string(cell.packed())] +=
          net;
    });
    return totals;
  }

  test::PipelineDriver driver_{
      {.rules = {}, .partitions = 2, .contacts_partitions = 3, .swept_at_once = 1}};
  int ids_ = 0;
};

TEST_F(ForgettingTest, NoRowHasTheNameAndEveryNumberStays) {
  TellOfCora();
  ASSERT_TRUE(driver_.Settle());
  const Totals before = Journeys();
  EXPECT_FALSE(before.empty());
  EXPECT_EQ(Explained("C0").customer, "cora");
  EXPECT_FALSE(Explained("C0").customer_is_forgotten);
  EXPECT_GT(Traces("cora"), 13);

  Tell("support.calls", "cora", "customer.forgotten", "10:00:00");
  ASSERT_TRUE(driver_.Settle());
  EXPECT_EQ(Traces("cora"), 0);
  EXPECT_EQ(Journeys(), before);
  for (const char* id : {"C0", "C5", "X0", "X5", "T"}) {
    const domain::Explanation told = Explained(id);
    EXPECT_TRUE(told.customer_is_forgotten) << id;
    EXPECT_EQ(told.customer, "") << id;
    for (const domain::LogRow& row : told.log) {
      for (const auto& [name, value] : row.fields) EXPECT_NE(name, "customer") << value;
    }
  }
  EXPECT_EQ(driver_.stats().forgotten_contacts.load(), 13u);
  EXPECT_EQ(driver_.stats().to_forget.load(), 0);
  EXPECT_EQ(driver_.FindUnexplained(), "");
}

TEST_F(ForgettingTest, WhatComesLateIsForgottenByTheNextLifeAsWell) {
  TellOfCora();
  Tell("support.chats", "cora", "customer.forgotten", "10:00:00");
  ASSERT_TRUE(driver_.Settle());
  ASSERT_TRUE(driver_.Crash());
  Tell("support.calls", "late", "call.started", "09:59:59", R"({"customer":"cora"})");
  Tell("support.calls", "again", "call.started", "10:00:01", R"({"customer":"cora"})");
  ASSERT_TRUE(driver_.Settle());
  EXPECT_TRUE(Explained("late").customer_is_forgotten);
  EXPECT_FALSE(Explained("again").customer_is_forgotten);
  EXPECT_EQ(Explained("again").customer, "cora");
}

// A process that has lost its state, or begins, hears of it from the control topic alone.
TEST_F(ForgettingTest, IsAskedForOnATopicThatAllProcessesRead) {
  Tell("support.chats", "cora", "customer.forgotten", "10:00:00");
  ASSERT_TRUE(driver_.Settle());
  ASSERT_EQ(driver_.log().End("touchline.control", 0), 1);
  const test::LogRecord& record = *driver_.log().At("touchline.control", 0, 0);
  EXPECT_EQ(record.key, record.payload);
  EXPECT_EQ(record.payload.find("cora"), std::string::npos);

  // Once is enough, whoever asks again, and wherever.
  Tell("support.calls", "cora", "customer.forgotten", "10:00:00");
  Tell("support.tickets", "cora", "customer.forgotten", "09:00:00");
  ASSERT_TRUE(driver_.Settle());
  EXPECT_EQ(driver_.log().End("touchline.control", 0), 1);
  Tell("support.tickets", "cora", "customer.forgotten", "11:00:00");
  ASSERT_TRUE(driver_.Settle());
  EXPECT_EQ(driver_.log().End("touchline.control", 0), 2);
}

// As after a state was lost: the note is still there, and the event is not.
TEST_F(ForgettingTest, ANoteAloneIsEnoughForJourneysToo) {
  TellOfCora();
  ASSERT_TRUE(driver_.Settle());
  const Totals before = Journeys();
  std::string key;
  AssignCustomerKey("default", "cora", &key);
  const EventTime ten = EventTime::FromMillis(1'772'445'600'000);
  const std::string note = EncodeNote({.customer = HashOfCustomer(key), .until = ten});
  driver_.log().Append("touchline.control", 0, {.key = note, .payload = note, .headers = {}});
  ASSERT_TRUE(driver_.Settle());
  EXPECT_EQ(Traces("cora"), 0);
  EXPECT_EQ(Journeys(), before);
}

TEST_F(ForgettingTest, NobodyIsTakenForAForgottenOneByHisName) {
  Tell("support.calls", "C1", "call.started", "09:00:00", R"({"customer":"\u001fabcdefghi"})");
  Tell("support.calls", "C2", "call.started", "09:00:00", R"({"customer":"\u001f"})");
  ASSERT_TRUE(driver_.Settle());
  for (const char* id : {"C1", "C2"}) {
    EXPECT_EQ(Explained(id).customer, "");
    EXPECT_FALSE(Explained(id).customer_is_forgotten);
  }
  // Nor can such a one be forgotten.
  Tell("support.calls", "\\u001fabc", "customer.forgotten", "10:00:00");
  ASSERT_TRUE(driver_.Settle());
  EXPECT_EQ(driver_.log().End("touchline.control", 0), 0);
}

TEST_F(ForgettingTest, AlertsAreSentWithoutAName) {
  domain::RuleSet rules;
  rules.calendars["always"] = {.time_zone = "UTC", .always_open = true};
  domain::PolicyVersion version;
  domain::TargetRule& resolution =
      version.targets[static_cast<size_t>(domain::SlaTarget::kResolution)].emplace();
  resolution.budget = Duration::Hours(1);
  resolution.calendar = "always";
  rules.policies.push_back({.name = "gold", .versions = {version}});
  test::PipelineDriver driver({.rules = rules});
  const auto tell = [&](const std::string& subject, const std::string& type,
                        const std::string& time, const std::string& data) {
    driver.Append("support.tickets", subject,
                  R"({"specversion":"1.0","source":"urn:t","type":")" + type + R"(","id":")" +
                      type + time + R"(","subject":")" + subject + R"(","time":"2026-03-02T)" +
                      time + R"(Z","data":)" + data + "}");
  };
  tell("T", "ticket.created", "09:00:00", R"({"queue":"m","customer":"cora"})");
  tell("cora", "customer.forgotten", "09:10:00", "{}");
  ASSERT_TRUE(driver.Settle());
  ASSERT_TRUE(driver.AdvanceTo(EventTime::FromMillis(1'772'452'800'000)));  // 12:00
  ASSERT_GT(driver.log().End("touchline.alerts", 0), 0);
  for (Offset i = 0; i < driver.log().End("touchline.alerts", 0); ++i) {
    const std::string& payload = driver.log().At("touchline.alerts", 0, i)->payload;
    EXPECT_EQ(payload.find("customer"), std::string::npos) << payload;
  }
}

}  // namespace
}  // namespace touchline::pipeline
