// Tickets in the oracle, worked out by hand from docs/folding_rules.md.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/naive/told_contact.h"
#include "tests/support/naive/told_fields.h"

namespace touchline::naive {
namespace {

using domain::Event;
using domain::EventType;
using domain::Party;
using domain::TicketStatus;
using pipeline::RowKind;
using testing::ElementsAre;

constexpr double kHour = 3600, kDay = 86400;

TEST(NaiveTicketTest, StatusTimesAreObservedAtTheEnd) {
  Telling ticket;
  ticket.Tell(0, EventType::kTicketCreated, Queue("mail"))
      .Tell(60, EventType::kTicketUpdated, Status(TicketStatus::kPending))
      .Tell(100, EventType::kTicketUpdated, Status(TicketStatus::kOnHold))
      .Tell(200, EventType::kTicketUpdated, Status(TicketStatus::kOpen))
      .Tell(230, EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  EXPECT_EQ(Observations(ticket.Until(300), "requester_wait"), 0);
  ticket.Tell(400, EventType::kTicketUpdated, Status(TicketStatus::kClosed));
  const ModelResult model = ticket.Until(500);
  EXPECT_EQ(Total(model, "requester_wait"), 190'000);
  EXPECT_EQ(Total(model, "agent_work"), 90'000);
  EXPECT_EQ(Total(model, "resolved"), 1);
  EXPECT_EQ(Total(model, "resolution", {"full"}), 230'000);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 0, "requester_wait"), 190'000);
}

TEST(NaiveTicketTest, FullResolutionLeavesOutTheTimeWhileSolved) {
  Telling ticket;
  ticket.Tell(0, EventType::kTicketCreated)
      .Tell(100, EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(1000, EventType::kTicketUpdated, Status(TicketStatus::kOpen))
      .Tell(1050, EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  const ModelResult model = ticket.Until(1050 + 28 * kDay + 0.001);
  EXPECT_EQ(Total(model, "resolution", {"first"}), 100'000);
  EXPECT_EQ(Total(model, "resolution", {"full"}), 150'000);
  EXPECT_EQ(Total(model, "reopened"), 1);
  EXPECT_EQ(Total(model, "resolved"), 2);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 900 + 28 * kDay, "resolution", {"full"}), 150'000);
}

TEST(NaiveTicketTest, ReopenWindowEndsOnlyPastItsDue) {
  Telling ticket;
  ticket.Tell(0, EventType::kTicketCreated)
      .Tell(100, EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  EXPECT_EQ(Total(ticket.Until(100 + 28 * kDay), "open_contacts", {"solved"}), 1);
  EXPECT_EQ(Total(ticket.Until(100.001 + 28 * kDay), "open_contacts"), 0);
}

TEST(NaiveTicketTest, ReopenedBeforeAnyPersonAnswersFromTheReopening) {  // METRICS.md case 25
  const double friday = 4 * kDay + 5 * kHour;
  Telling ticket;
  ticket.Tell(0, EventType::kTicketCreated)
      .Tell(300, EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(friday, EventType::kTicketUpdated, Status(TicketStatus::kOpen))
      .Tell(friday + 600, EventType::kTicketMessage, Author(Party::kAgent, "ann"));
  EXPECT_EQ(Total(ticket.Until(friday + 700), "first_response"), 600'000);
}

TEST(NaiveTicketTest, CustomersMessageRevivesAClosedTicketAndTakesItsEndBack) {
  Telling ticket;
  ticket.Tell(0, EventType::kTicketCreated, Queue("mail"))
      .Tell(10, EventType::kTicketUpdated, Agent("ann"))
      .Tell(100, EventType::kTicketUpdated, Status(TicketStatus::kClosed))
      .Tell(500, EventType::kTicketMessage, Author(Party::kCustomer));
  const ModelResult model = ticket.Until(600);
  EXPECT_EQ(Observations(model, "requester_wait"), 0);
  EXPECT_EQ(Observations(model, "resolution", {"full"}), 0);
  EXPECT_EQ(Observations(model, "resolution", {"first"}), 1);
  EXPECT_EQ(Total(model, "reopened"), 1);
  EXPECT_THAT(Subjects(model, "agent_reopened"), ElementsAre("ann"));
  EXPECT_EQ(Total(model, "open_contacts", {"open"}), 1);
  EXPECT_EQ(Total(model, "unattended_contacts"), 1);
}

TEST(NaiveTicketTest, MergedTicketNeverRevives) {
  Telling ticket;
  ticket.Tell(0, EventType::kTicketCreated)
      .Tell(100, EventType::kTicketMerged)
      .Tell(200, EventType::kTicketMessage, Author(Party::kCustomer))
      .Tell(300, EventType::kTicketUpdated, Status(TicketStatus::kOpen));
  const ModelResult model = ticket.Until(400);
  EXPECT_EQ(Total(model, "open_contacts"), 0);
  EXPECT_EQ(Total(model, "requester_wait"), 100'000);
  EXPECT_EQ(Total(model, "replies", {"customer"}), 1);
  EXPECT_EQ(Total(model, "resolved"), 0);
}

TEST(NaiveTicketTest, QueueAndAssigneeChangesAreTransfersAndReassignments) {
  Telling ticket;
  ticket.Tell(0, EventType::kTicketCreated, Queue("mail"))
      .Tell(10, EventType::kTicketUpdated, Agent("ann"))
      .Tell(20, EventType::kTicketUpdated, Agent("ann"))
      .Tell(30, EventType::kTicketUpdated, [](Event& e) {
        e.queue = "legal";
        e.agent = "bob";
      });
  const ModelResult model = ticket.Until(60);
  EXPECT_EQ(Total(model, "reassigned"), 1);
  EXPECT_THAT(Subjects(model, "reassigned"), ElementsAre("legal"));
  EXPECT_EQ(Total(model, "transfers", {"blind", "queue"}), 1);
  EXPECT_THAT(Subjects(model, "transfers"), ElementsAre("mail"));
  EXPECT_THAT(Subjects(model, "agent_transfers"), ElementsAre("ann"));
}

}  // namespace
}  // namespace touchline::naive
