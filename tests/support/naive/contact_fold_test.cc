// The oracle must be right before anything is compared with it: every expectation here is worked
// out by hand from docs/folding_rules.md.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/naive/told_contact.h"
#include "tests/support/naive/told_fields.h"

namespace touchline::naive {
namespace {

using domain::Direction;
using domain::Event;
using domain::EventType;
using domain::Party;
using domain::TicketStatus;
using pipeline::RowKind;
using testing::ElementsAre;

constexpr double kHour = 3600, kDay = 86400;

TEST(NaiveQueueTest, AnswerAtExactlyTheThresholdIsInTarget) {
  Telling call;
  call.Tell(0, EventType::kCallQueued, Queue("sales"))
      .Tell(20, EventType::kCallAnswered, Agent("ann"))
      .Tell(80, EventType::kCallEnded);
  const ModelResult model = call.Until(100);
  EXPECT_EQ(Total(model, "contacts_offered", {"first"}), 1);
  EXPECT_EQ(Total(model, "contact_outcomes", {"answered_in_target"}), 1);
  EXPECT_EQ(Total(model, "contact_outcomes"), 1);
  EXPECT_EQ(Total(model, "answer"), 20'000);
  EXPECT_EQ(Total(model, "agent_answers", {"in_target"}), 1);
  EXPECT_EQ(Total(model, "waiting_contacts"), 0);
}

TEST(NaiveQueueTest, ExclusiveThresholdMakesItsEdgeLate) {
  domain::RuleSet rules;
  rules.queues["sales"].threshold_inclusive = false;
  Telling call;
  call.Tell(0, EventType::kCallQueued, Queue("sales"))
      .Tell(20, EventType::kCallAnswered, Agent("ann"));
  EXPECT_EQ(Total(call.Until(100, {rules}), "contact_outcomes", {"answered_late"}), 1);
}

TEST(NaiveQueueTest, ShortAbandonWinsOverInTarget) {
  for (const auto& [wait, outcome] : std::vector<std::pair<double, std::string_view>>{
           {5, "abandoned_short"}, {5.001, "abandoned_in_target"}, {20.001, "abandoned_late"}}) {
    Telling call;
    call.Tell(0, EventType::kCallQueued, Queue("sales")).Tell(wait, EventType::kCallAbandoned);
    const ModelResult model = call.Until(100);
    EXPECT_EQ(Total(model, "contact_outcomes", {outcome}), 1) << outcome;
    EXPECT_EQ(Total(model, "contact_outcomes"), 1);
    EXPECT_EQ(Observations(model, "abandon"), 1);
  }
}

TEST(NaiveQueueTest, AnotherQueueIsATransferredEntryAndANewOne) {
  Telling call;
  call.Tell(0, EventType::kCallQueued, Queue("sales"))
      .Tell(1, EventType::kCallQueued, Queue("sales"))
      .Tell(10, EventType::kCallQueued, Queue("billing"));
  const ModelResult model = call.Until(100);
  EXPECT_EQ(Total(model, "contacts_offered", {"first"}), 1);
  EXPECT_EQ(Total(model, "contacts_offered", {"transfer"}), 1);
  EXPECT_EQ(Total(model, "contact_outcomes", {"transferred"}), 1);
  EXPECT_EQ(Total(model, "waiting_contacts"), 1);
  ASSERT_EQ(model.waiting.size(), 1u);
  EXPECT_EQ(model.waiting.begin()->first.subject, "billing");
  EXPECT_EQ(model.waiting.begin()->second, Telling::At(10));
}

TEST(NaiveQueueTest, EndWhileWaitingIsAnAbandonByTheCustomerAndADropByTheSystem) {
  for (const auto& [by, outcome] : std::vector<std::pair<Party, std::string_view>>{
           {Party::kNone, "abandoned_late"},
           {Party::kCustomer, "abandoned_late"},
           {Party::kSystem, "dropped"},
           {Party::kAgent, "dropped"}}) {
    Telling call;
    call.Tell(0, EventType::kCallQueued, Queue("sales")).Tell(30, EventType::kCallEnded, By(by));
    EXPECT_EQ(Total(call.Until(100), "contact_outcomes", {outcome}), 1) << outcome;
  }
}

TEST(NaiveQueueTest, OfferedAndAnsweredStandInTheirOwnQuarterHours) {  // METRICS.md case 27
  Telling call;
  call.Tell(14 * 60, EventType::kCallQueued, Queue("sales"))
      .Tell(16 * 60, EventType::kCallAnswered, Agent("ann"));
  const ModelResult model = call.Until(kHour);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 0, "contacts_offered"), 1);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 0, "contact_outcomes"), 0);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 900, "contact_outcomes"), 1);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 900, "answer"), 120'000);
  EXPECT_EQ(InRow(model, RowKind::kBucket, 16 * 60, "agent_answers"), 1);
}

TEST(NaiveLegTest, PartsAddUpAndWrapUpJoinsTheHandle) {
  Telling call;
  call.Tell(0, EventType::kCallQueued, Queue("sales"))
      .Tell(5, EventType::kCallRinging, Agent("ann"))
      .Tell(8, EventType::kCallAnswered, Agent("ann"))
      .Tell(20, EventType::kCallHeld)
      .Tell(50, EventType::kCallResumed)
      .Tell(60, EventType::kCallEnded, Resolved(true))
      .Tell(75, EventType::kCallWrappedUp, Agent("ann"));
  const ModelResult model = call.Until(100);
  EXPECT_EQ(Total(model, "handling_seconds", {"ring"}), 3'000);
  EXPECT_EQ(Total(model, "handling_seconds", {"talk"}), 22'000);
  EXPECT_EQ(Total(model, "handling_seconds", {"hold"}), 30'000);
  EXPECT_EQ(Total(model, "handling_seconds", {"wrap_up"}), 15'000);
  EXPECT_EQ(Total(model, "handling_seconds", {"handle"}), 67'000);
  EXPECT_EQ(Total(model, "handling_contacts", {"handle"}), 1);
  EXPECT_EQ(Total(model, "handled_contacts"), 1);
  EXPECT_EQ(Total(model, "agent_handling_seconds", {"handle"}), 67'000);
  EXPECT_EQ(Total(model, "agent_resolved"), 1);
  EXPECT_EQ(Total(model, "resolution", {"first"}), 60'000);
  EXPECT_EQ(Total(model, "resolution", {"full"}), 60'000);
}

TEST(NaiveLegTest, WrapUpIsCappedAndForgottenWhenTheAgentIsBack) {
  Telling capped;
  capped.Tell(0, EventType::kCallAnswered, Agent("ann"))
      .Tell(10, EventType::kCallEnded)
      .Tell(4 * kHour, EventType::kCallWrappedUp, Agent("ann"));
  EXPECT_EQ(Total(capped.Until(kDay), "handling_seconds", {"wrap_up"}), 1'800'000);

  Telling back;
  back.Tell(0, EventType::kCallAnswered, Agent("ann"))
      .Tell(10, EventType::kCallLeft, Agent("ann"))
      .Tell(20, EventType::kCallJoined, Agent("ann"))
      .Tell(25, EventType::kCallWrappedUp, Agent("ann"));
  EXPECT_EQ(Total(back.Until(30), "handling_seconds", {"wrap_up"}), 0);
  EXPECT_EQ(Total(back.Until(30), "open_contacts", {"active"}), 1);
}

TEST(NaiveLegTest, AnsweringEndsEveryRingButMissesNone) {
  Telling call;
  call.Tell(0, EventType::kCallQueued, Queue("sales"))
      .Tell(1, EventType::kCallRinging, Agent("ann"))
      .Tell(2, EventType::kCallRinging, Agent("bob"))
      .Tell(5, EventType::kCallAnswered, Agent("bob"));
  const ModelResult model = call.Until(100);
  EXPECT_EQ(Total(model, "handling_seconds", {"ring"}), 7'000);
  EXPECT_EQ(Total(model, "missed_offers"), 0);
  EXPECT_EQ(Total(model, "agent_offers"), 2);
}

TEST(NaiveLegTest, TransferEndsTheNamedAgentsLegInTheOldQueue) {
  Telling call;
  call.Tell(0, EventType::kCallQueued, Queue("sales"))
      .Tell(5, EventType::kCallAnswered, Agent("ann"))
      .Tell(30, EventType::kCallTransferred, [](Event& e) { e.to_queue = "billing"; })
      .Tell(31, EventType::kCallQueued, Queue("billing"))
      .Tell(41, EventType::kCallAnswered, Agent("bob"))
      .Tell(51, EventType::kCallEnded);
  const ModelResult model = call.Until(100);
  EXPECT_EQ(Total(model, "transfers", {"blind", "queue"}), 1);
  EXPECT_THAT(Subjects(model, "transfers"), ElementsAre("sales"));
  EXPECT_THAT(Subjects(model, "agent_transfers"), ElementsAre("ann"));
  EXPECT_EQ(Total(model, "handling_seconds", {"talk"}), 35'000);
  EXPECT_EQ(Total(model, "handling_contacts", {"talk"}), 2);
  EXPECT_EQ(Total(model, "handled_contacts"), 1);
  EXPECT_THAT(Subjects(model, "handled_contacts"), ElementsAre("sales"));
}

TEST(NaiveLegTest, SecondAgentWhoJoinsMakesAConference) {
  Telling call;
  call.Tell(0, EventType::kCallAnswered, Agent("ann"))
      .Tell(10, EventType::kCallJoined, Agent("bob"))
      .Tell(20, EventType::kCallLeft, Agent("ann"));
  const ModelResult model = call.Until(100);
  EXPECT_EQ(Total(model, "conferences"), 1);
  EXPECT_EQ(Total(model, "handling_seconds", {"talk"}), 20'000);
  EXPECT_EQ(Total(model, "open_contacts", {"active"}), 1);
}

TEST(NaiveOutboundTest, DialledCallIsOutboundAndByAnAgent) {
  Telling call;
  call.Tell(0, EventType::kCallDialed, Agent("ann"))
      .Tell(12, EventType::kCallConnected, Agent("ann"))
      .Tell(42, EventType::kCallEnded);
  const ModelResult model = call.Until(100);
  EXPECT_EQ(Total(model, "contacts", {"agent"}), 1);
  EXPECT_EQ(Total(model, "outbound", {"connected"}), 1);
  EXPECT_EQ(Total(model, "handling_seconds", {"talk"}), 30'000);
  for (const auto& [key, value] : model.values) {
    if (key.labels.scope == domain::ScopeKind::kQueue) {
      EXPECT_EQ(key.labels.direction, Direction::kOutbound) << Describe(key);
    }
  }
}

TEST(NaiveMessageTest, SeveralMessagesAndRepliesAreOneResponse) {
  Telling chat;
  chat.Tell(0, EventType::kChatStarted)
      .Tell(10, EventType::kChatMessage, Author(Party::kCustomer))
      .Tell(20, EventType::kChatMessage, Author(Party::kCustomer))
      .Tell(40, EventType::kChatMessage, Author(Party::kAgent, "ann"))
      .Tell(50, EventType::kChatMessage, Author(Party::kAgent, "ann"));
  const ModelResult model = chat.Until(60);
  EXPECT_EQ(Observations(model, "response"), 1);
  EXPECT_EQ(Total(model, "response"), 30'000);
  EXPECT_EQ(Total(model, "first_response"), 40'000);
  EXPECT_EQ(Total(model, "replies", {"customer"}), 2);
  EXPECT_EQ(Total(model, "agent_replies"), 2);
  EXPECT_EQ(Total(model, "unattended_contacts"), 0);
}

TEST(NaiveMessageTest, AutomatedAndInternalMessagesChangeNothing) {
  Telling chat;
  chat.Tell(0, EventType::kChatMessage, Author(Party::kCustomer))
      .Tell(5, EventType::kChatMessage,
            [](Event& e) {
              e.author = Party::kAgent;
              e.automated = true;
            })
      .Tell(6, EventType::kChatMessage, [](Event& e) {
        e.author = Party::kAgent;
        e.visibility = domain::Visibility::kInternal;
      });
  const ModelResult model = chat.Until(60);
  EXPECT_EQ(Total(model, "replies"), 1);
  EXPECT_EQ(Observations(model, "response"), 0);
  EXPECT_EQ(Total(model, "unattended_contacts"), 1);
}

TEST(NaiveMessageTest, HandOffAsksInTheCustomersName) {  // METRICS.md case 14: 42 s
  Telling chat;
  chat.Tell(0, EventType::kChatStarted, [](Event& e) { e.bot = true; })
      .Tell(2, EventType::kChatMessage, Author(Party::kCustomer))
      .Tell(4, EventType::kChatMessage, Author(Party::kBot))
      .Tell(20, EventType::kChatQueued, Queue("web"))
      .Tell(62, EventType::kChatMessage, Author(Party::kAgent, "ann"));
  const ModelResult model = chat.Until(70);
  EXPECT_EQ(Total(model, "handoff_response"), 42'000);
  EXPECT_EQ(Total(model, "response"), 42'000);
  EXPECT_EQ(Total(model, "first_response"), 62'000);
}

TEST(NaiveMessageTest, FirstResponseOfAnAgentsContactStartsAtTheCustomersMessage) {
  Telling ticket;
  ticket.Tell(0, EventType::kTicketCreated, [](Event& e) { e.created_by = Party::kAgent; })
      .Tell(10, EventType::kTicketMessage, Author(Party::kAgent, "ann"))
      .Tell(100, EventType::kTicketMessage, Author(Party::kCustomer))
      .Tell(160, EventType::kTicketMessage, Author(Party::kAgent, "ann"));
  const ModelResult model = ticket.Until(200);
  EXPECT_EQ(Observations(model, "first_response"), 1);
  EXPECT_EQ(Total(model, "first_response"), 60'000);
}

TEST(NaiveReaperTest, ReapsAfterTheLastEventAndEndsLegsThere) {
  Telling call;
  call.Tell(0, EventType::kCallAnswered, Agent("ann")).Tell(100, EventType::kCallHeld);
  EXPECT_EQ(Total(call.Until(100 + 4 * kHour), "unended_contacts"), 0);
  const ModelResult model = call.Until(100.001 + 4 * kHour);
  EXPECT_EQ(Total(model, "unended_contacts"), 1);
  EXPECT_EQ(Total(model, "handling_seconds", {"handle"}), 100'000);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 0, "handling_seconds", {"handle"}), 100'000);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 4 * kHour, "unended_contacts"), 1);
}

TEST(NaiveReaperTest, RevivalGivesTheDroppedEntryBack) {
  Telling call;
  call.Tell(0, EventType::kCallQueued, Queue("sales"))
      .Tell(5 * kHour, EventType::kCallAnswered, Agent("ann"));
  const ModelResult model = call.Until(6 * kHour);
  EXPECT_EQ(Total(model, "unended_contacts"), 0);
  EXPECT_EQ(Total(model, "contact_outcomes", {"dropped"}), 0);
  EXPECT_EQ(Total(model, "contact_outcomes", {"answered_late"}), 1);
  EXPECT_EQ(Total(model, "answer"), 5 * 3'600'000);
}

TEST(NaiveReaperTest, ATimerBehindTheWatermarkOnlyFiresBeforeALaterEvent) {
  // The event is ahead of the watermark: the reaper, due before it, is not past the watermark.
  Telling call;
  call.Tell(0, EventType::kCallAnswered, Agent("ann")).Tell(5 * kHour, EventType::kCallHeld);
  const ModelResult before = call.Until(3 * kHour);
  EXPECT_EQ(Total(before, "open_contacts", {"active"}), 1);
  // Past it, the call was reaped, and a hold revives nobody.
  const ModelResult after = call.Until(5 * kHour);
  EXPECT_EQ(Total(after, "open_contacts"), 0);
  EXPECT_EQ(Total(after, "unended_contacts"), 1);
}

TEST(NaiveSelfServiceTest, IsHandedOffOnceWhateverFollows) {
  Telling chat;
  chat.Tell(0, EventType::kChatStarted, [](Event& e) { e.bot = true; })
      .Tell(5, EventType::kChatMessage, Author(Party::kAgent, "ann"))
      .Tell(9, EventType::kChatQueued, Queue("web"))
      .Tell(20, EventType::kChatEnded);
  const ModelResult model = chat.Until(100);
  EXPECT_EQ(Total(model, "self_service", {"bot", "handed_off"}), 1);
  EXPECT_EQ(Total(model, "self_service"), 1);
}

TEST(NaiveSelfServiceTest, ResultOfAnEndGoesWithTheEnd) {
  Telling call;
  call.Tell(0, EventType::kCallStarted).Tell(30, EventType::kCallEnded);
  EXPECT_EQ(Total(call.Until(40), "self_service", {"ivr", "contained"}), 1);
  call.Tell(50, EventType::kCallRinging, Agent("ann"));
  const ModelResult back = call.Until(60);
  EXPECT_EQ(Total(back, "self_service", {"ivr", "handed_off"}), 1);
  EXPECT_EQ(Total(back, "self_service"), 1);
}

TEST(NaiveSelfServiceTest, ReaperTellsNoResult) {
  Telling call;
  call.Tell(0, EventType::kCallStarted);
  const ModelResult model = call.Until(5 * kHour);
  EXPECT_EQ(Total(model, "unended_contacts"), 1);
  EXPECT_EQ(Total(model, "self_service"), 0);
}

TEST(NaiveSilentAbandonTest, CountsOnceAndIsTakenBackWhenTheCustomerWrites) {
  Telling chat;
  chat.Tell(0, EventType::kChatQueued, Queue("web"))
      .Tell(60, EventType::kChatMessage, Author(Party::kCustomer));
  EXPECT_EQ(Total(chat.Until(660), "silent_abandons"), 0);
  EXPECT_EQ(Total(chat.Until(660.001), "silent_abandons"), 1);
  EXPECT_EQ(Total(chat.Until(5000), "silent_abandons"), 1);
  chat.Tell(700, EventType::kChatMessage, Author(Party::kCustomer));
  EXPECT_EQ(Total(chat.Until(1300), "silent_abandons"), 0);
  const ModelResult again = chat.Until(1301);
  EXPECT_EQ(Total(again, "silent_abandons"), 1);
  EXPECT_EQ(InRow(again, RowKind::kQuarterHour, 900, "silent_abandons"), 1);
}

TEST(NaiveRevivalTest, AReopenedSolvedChatCountsItsSolvedTimeOut) {
  Telling chat;
  chat.Tell(0, EventType::kChatQueued, Queue("web"))
      .Tell(10, EventType::kChatJoined, Agent("ann"))
      .Tell(100, EventType::kChatEnded, Resolved(true))
      .Tell(1100, EventType::kChatReopened)
      .Tell(1150, EventType::kChatEnded, Resolved(true));
  const ModelResult model = chat.Until(2000);
  EXPECT_EQ(Total(model, "reopened"), 1);
  EXPECT_THAT(Subjects(model, "agent_reopened"), ElementsAre("ann"));
  EXPECT_EQ(Observations(model, "resolution", {"full"}), 1);
  EXPECT_EQ(Total(model, "resolution", {"full"}), 150'000);
  EXPECT_EQ(Total(model, "resolved"), 2);
}

TEST(NaiveRevivalTest, AfterTheEndOnlyWrapUpAndRepliesCount) {
  Telling chat;
  chat.Tell(0, EventType::kChatJoined, Agent("ann"))
      .Tell(100, EventType::kChatEnded, Resolved(false))
      .Tell(110, EventType::kChatWrappedUp, Agent("ann"))
      .Tell(120, EventType::kChatTransferred)
      .Tell(130, EventType::kChatMessage, Author(Party::kBot))
      .Tell(140, EventType::kChatEnded, Resolved(true));
  const ModelResult model = chat.Until(200);
  EXPECT_EQ(Total(model, "handling_seconds", {"wrap_up"}), 10'000);
  EXPECT_EQ(Total(model, "transfers"), 0);
  EXPECT_EQ(Total(model, "replies", {"bot"}), 1);
  EXPECT_EQ(Total(model, "resolved"), 0);
  EXPECT_EQ(Total(model, "open_contacts"), 0);
}

// One change of stretch more than a contact may have, to have a business value of its sums.
TEST(NaiveBusinessTest, IsLostOfTheSumsBeyondAThousandChanges) {
  const auto after = [](int changes) {
    domain::RuleSet rules;
    rules.calendars["always"].always_open = true;
    rules.default_queue.business_calendar = "always";
    Telling ticket;
    ticket.Tell(0, EventType::kTicketCreated);
    for (int i = 1; i < changes; ++i) {
      const bool pends = i % 2 == 1;
      ticket.Tell(i, EventType::kTicketUpdated,
                  Status(pends ? TicketStatus::kPending : TicketStatus::kOpen));
    }
    ticket.Tell(2000, EventType::kTicketUpdated, Status(TicketStatus::kClosed));
    const ModelResult model = ticket.Until(3000, {rules});
    EXPECT_GT(Total(model, "requester_wait", {"calendar"}), 0);
    EXPECT_EQ(Total(model, "resolution", {"first", "business"}), 2'000'000);
    return std::pair(Total(model, "requester_wait", {"business"}),
                     Total(model, "requester_wait", {"calendar"}));
  };
  const auto [most, by_calendar] = after(1000);
  EXPECT_EQ(most, by_calendar);
  EXPECT_EQ(after(1001).first, 0);
}

}  // namespace
}  // namespace touchline::naive
