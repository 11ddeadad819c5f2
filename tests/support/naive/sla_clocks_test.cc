// The clocks of the oracle, worked out by hand from docs/sla_clocks.md and the decision table of
// METRICS.md section 4, on both sides of the edges.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/naive/sla_story_words.h"

namespace touchline::naive {
namespace {

TEST(SlaDueTest, ExactlyAtDueIsMetAndAMillisecondLaterIsBreachedAtDue) {
  for (const auto& [at, how] : std::vector<std::pair<EventTime, How>>{
           {S(100) - kMs, How::kMet}, {S(100), How::kMet}, {S(100) + kMs, How::kBreached}}) {
    SlaStory ticket = Ticket();
    ticket.Tell(at, EventType::kTicketUpdated, Status(TicketStatus::kSolved));
    const SlaCycle cycle = ticket.Only(S(1000), kResolution);
    EXPECT_EQ(Outcome(cycle), how);
    if (how == How::kBreached) {
      EXPECT_EQ(cycle.breached->at, S(100));
    }
  }
}

TEST(SlaDueTest, BreachesOnceTheWatermarkIsPastDue) {
  SlaStory ticket = Ticket();
  EXPECT_EQ(Outcome(ticket.Only(S(100), kResolution)), How::kOpen);
  const SlaCycle late = ticket.Only(S(100) + kMs, kResolution);
  EXPECT_EQ(Outcome(late), How::kBreached);
  EXPECT_TRUE(IsOverdue(late) && IsRunning(late));
  EXPECT_EQ(late.used, Duration::Millis(100'001));
}

TEST(SlaDueTest, StopPastDueBreachesBeforeTheWatermarkComes) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(200), EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  EXPECT_EQ(Outcome(ticket.Only(S(50), kResolution)), How::kBreached);
}

TEST(SlaDueTest, FallsDueAtTheClosingNotAtTheNextOpening) {
  SlaStory ticket(Spec("UTC", "mon-fri 08:00-09:00"));
  ticket.Promise(kResolution, Duration::Hours(1)).Tell(S(0), EventType::kTicketCreated);
  EXPECT_EQ(ticket.Only(S(1), kResolution).due, Utc("2026-01-05 09:00"));
  ticket.Tell(Utc("2026-01-05 20:00"), EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  const SlaCycle cycle = ticket.Only(Utc("2026-01-06 08:00"), kResolution);
  EXPECT_EQ(Outcome(cycle), How::kBreached);
  EXPECT_EQ(cycle.used, cycle.budget());  // over by no open time at all
}

TEST(SlaPauseTest, PausedAtDueIsNotBreachedAndAMillisecondLaterIs) {
  for (const bool late : {false, true}) {
    SlaStory ticket = Ticket();
    ticket.Tell(late ? S(100) + kMs : S(100), EventType::kTicketUpdated,
                Status(TicketStatus::kPending));
    EXPECT_EQ(Outcome(ticket.Only(S(500), kResolution)), late ? How::kBreached : How::kOpen);
    ticket.Tell(S(600), EventType::kTicketUpdated, Status(TicketStatus::kSolved));
    EXPECT_EQ(Outcome(ticket.Only(S(700), kResolution)), late ? How::kBreached : How::kMet);
  }
}

TEST(SlaPauseTest, ACustomersMessageEndsItUntilTheStatusChanges) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(10), EventType::kTicketUpdated, Status(TicketStatus::kPending))
      .Tell(S(20), EventType::kTicketMessage, Author(Party::kAgent))
      .Tell(S(30), EventType::kTicketMessage, Author(Party::kCustomer))
      .Tell(S(40), EventType::kTicketUpdated, Status(TicketStatus::kOpen))
      .Tell(S(50), EventType::kTicketUpdated, Status(TicketStatus::kPending));
  EXPECT_EQ(ticket.Only(S(90), kResolution).used, Duration::Seconds(10 + 10 + 10));
}

TEST(SlaPauseTest, TheSetSaysWhichStatusesPause) {
  for (const auto& [status, target, used] :
       std::vector<std::tuple<TicketStatus, SlaTarget, int64_t>>{
           {TicketStatus::kPending, SlaTarget::kRequesterWait, 0},
           {TicketStatus::kOnHold, SlaTarget::kRequesterWait, 60},
           {TicketStatus::kPending, SlaTarget::kAgentWork, 0},
           {TicketStatus::kOnHold, SlaTarget::kAgentWork, 0},
           {TicketStatus::kPending, kFirst, 60},
           {TicketStatus::kOnHold, kUpdate, 60}}) {
    SlaStory ticket = AroundTheClock();
    ticket.Promise(target, Duration::Seconds(100))
        .Tell(S(0), EventType::kTicketCreated, Status(status));
    EXPECT_EQ(ticket.Only(S(60), target).used, Duration::Seconds(used)) << domain::Name(target);
  }
}

TEST(SlaAnswerTest, MovesWithTheCallFromQueueToQueue) {
  SlaStory call = WaitingCall();
  call.Tell(S(40), EventType::kCallQueued, Queue("billing"))
      .Tell(S(60), EventType::kCallTransferred)
      .Tell(S(90), EventType::kCallAnswered, Agent("ann"))
      .Tell(S(200), EventType::kCallQueued, Queue("sales"));
  const auto cycles = call.Cycles(S(210), kAnswer);
  ASSERT_EQ(cycles.size(), 2u);
  EXPECT_EQ(Outcome(cycles[0]), How::kMet);
  EXPECT_EQ(cycles[0].used, Duration::Seconds(90));
  EXPECT_EQ(cycles[0].met->labels.queue, "billing");
  EXPECT_EQ(cycles[1].start(), S(200));
}

TEST(SlaAnswerTest, EndedUnansweredIsCancelledUpToDueAndLaterTheBreachStands) {
  for (const EventType end :
       {EventType::kCallAbandoned, EventType::kCallLeftQueue, EventType::kCallEnded}) {
    for (const bool late : {false, true}) {
      SlaStory call = WaitingCall();
      call.Tell(late ? S(100) + kMs : S(100), end);
      EXPECT_EQ(Outcome(call.Only(S(500), kAnswer)), late ? How::kBreached : How::kCancelled);
    }
  }
}

TEST(SlaAnswerTest, OutboundHasNone) {
  SlaStory call = AroundTheClock();
  call.Promise(kAnswer, Duration::Seconds(100)).Tell(S(0), EventType::kCallQueued, [](Event& e) {
    e.queue = "sales";
    e.direction = domain::Direction::kCallback;
  });
  EXPECT_TRUE(call.Cycles(S(10), kAnswer).empty());
}

TEST(SlaAnswerTest, RevivalOfAReapedEntryReinstatesAsIfTheReaperHadNotBeen) {
  SlaStory call = WaitingCall();
  call.rules().reap_call_after = Duration::Seconds(60);
  EXPECT_EQ(Outcome(call.Only(S(70), kAnswer)), How::kCancelled);
  call.Tell(S(80), EventType::kCallRinging, Agent("ann"))
      .Tell(S(90), EventType::kCallAnswered, Agent("ann"));
  const SlaCycle met = call.Only(S(95), kAnswer);
  EXPECT_EQ(Outcome(met), How::kMet);
  EXPECT_EQ(met.used, Duration::Seconds(90));
}

TEST(SlaAnswerTest, ReinstatedItBreachesAtADueThatFellWhileItWasReaped) {
  SlaStory call = WaitingCall();
  call.rules().reap_call_after = Duration::Seconds(60);
  call.Tell(S(120), EventType::kCallAnswered, Agent("ann"));
  const SlaCycle cycle = call.Only(S(130), kAnswer);
  ASSERT_TRUE(cycle.breached);
  EXPECT_EQ(cycle.breached->at, S(100));
}

TEST(SlaAnswerTest, WhatIsLearntWhileItWasReapedIsAChangeAtTheRevival) {
  SlaStory call = WaitingCall();
  call.rules().reap_call_after = Duration::Seconds(60);
  call.Tell(S(80), EventType::kCallUpdated, [](Event& e) { e.partner = "north"; })
      .Tell(S(120), EventType::kCallRinging, Agent("ann"));
  const SlaCycle cycle = call.Only(S(130), kAnswer);
  EXPECT_EQ(cycle.breached->at, S(100));
  EXPECT_EQ(cycle.breached->labels.partner, "");
}

TEST(SlaResponseTest, BotsAndAutomatedMessagesAndNotesMeetNothing) {
  SlaStory chat = AroundTheClock();
  chat.Promise(kFirst, Duration::Seconds(100))
      .Tell(S(0), EventType::kChatStarted, [](Event& e) { e.bot = true; })
      .Tell(S(1), EventType::kChatMessage, Author(Party::kCustomer))
      .Tell(S(2), EventType::kChatMessage, Author(Party::kBot))
      .Tell(S(3), EventType::kChatMessage,
            [](Event& e) {
              e.author = Party::kAgent;
              e.automated = true;
            })
      .Tell(S(4), EventType::kChatMessage, [](Event& e) {
        e.author = Party::kAgent;
        e.visibility = domain::Visibility::kInternal;
      });
  EXPECT_EQ(Outcome(chat.Only(S(5), kFirst)), How::kOpen);
  chat.Tell(S(10), EventType::kChatMessage, Author(Party::kAgent));
  EXPECT_EQ(Outcome(chat.Only(S(20), kFirst)), How::kMet);
}

TEST(SlaResponseTest, AgentInitiatedWaitsForTheCustomersFirstMessage) {
  SlaStory ticket = AroundTheClock();
  ticket.Promise(kFirst, Duration::Seconds(100))
      .Tell(S(0), EventType::kTicketCreated, [](Event& e) { e.initiator = Party::kAgent; });
  EXPECT_TRUE(ticket.Cycles(S(5), kFirst).empty());
  SlaStory replied = ticket;
  ticket.Tell(S(10), EventType::kTicketMessage, Author(Party::kCustomer));
  EXPECT_EQ(ticket.Only(S(20), kFirst).start(), S(10));
  // A person has replied before the start: from then on it is the next response that is wanted.
  replied.Promise(kNext, Duration::Seconds(100))
      .Tell(S(5), EventType::kTicketMessage, Author(Party::kAgent))
      .Tell(S(10), EventType::kTicketMessage, Author(Party::kCustomer));
  EXPECT_TRUE(replied.Cycles(S(20), kFirst).empty());
  EXPECT_EQ(replied.Only(S(20), kNext).start(), S(10));
}

TEST(SlaResponseTest, SolvedWithoutAReplyIsCancelledAndReopeningBeginsAnew) {
  SlaStory ticket = AroundTheClock();
  ticket.Promise(kFirst, Duration::Seconds(100))
      .Tell(S(0), EventType::kTicketCreated)
      .Tell(S(50), EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(S(60), EventType::kTicketMessage, Author(Party::kCustomer))
      .Tell(S(80), EventType::kTicketUpdated, Status(TicketStatus::kOpen));
  const auto cycles = ticket.Cycles(S(90), kFirst);
  ASSERT_EQ(cycles.size(), 2u);
  EXPECT_EQ(Outcome(cycles[0]), How::kCancelled);
  EXPECT_EQ(cycles[1].start(), S(80));
}

TEST(SlaResponseTest, NextIsQuietUntilTheFirstAndRunsFromTheOldestUnanswered) {
  SlaStory ticket = AroundTheClock();
  ticket.Promise(kNext, Duration::Seconds(100))
      .Tell(S(0), EventType::kTicketCreated)
      .Tell(S(5), EventType::kTicketMessage, Author(Party::kCustomer));
  EXPECT_TRUE(ticket.Cycles(S(9), kNext).empty());
  ticket.Tell(S(10), EventType::kTicketMessage, Author(Party::kAgent))
      .Tell(S(20), EventType::kTicketMessage, Author(Party::kCustomer))
      .Tell(S(30), EventType::kTicketMessage, Author(Party::kCustomer))
      .Tell(S(200), EventType::kTicketMessage, Author(Party::kAgent))
      .Tell(S(300), EventType::kTicketMessage, Author(Party::kCustomer))
      .Tell(S(310), EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  const auto cycles = ticket.Cycles(S(400), kNext);
  ASSERT_EQ(cycles.size(), 2u);  // one breach per waiting period
  EXPECT_EQ(cycles[0].start(), S(20));
  EXPECT_EQ(cycles[0].breached->at, S(120));
  EXPECT_EQ(Outcome(cycles[1]), How::kMet);  // by the solution
}

TEST(SlaResponseTest, PeriodicUpdateStartsAgainAtEachReply) {
  SlaStory chat = AroundTheClock();
  chat.Promise(kUpdate, Duration::Seconds(100))
      .Tell(S(0), EventType::kChatStarted)
      .Tell(S(50), EventType::kChatMessage, Author(Party::kAgent))
      .Tell(S(151), EventType::kChatMessage, Author(Party::kAgent))
      .Tell(S(160), EventType::kChatEnded, Resolved(false));
  const auto cycles = chat.Cycles(S(500), kUpdate);
  ASSERT_EQ(cycles.size(), 3u);
  EXPECT_EQ(Outcome(cycles[0]), How::kMet);
  EXPECT_EQ(Outcome(cycles[1]), How::kBreached);
  EXPECT_EQ(cycles[1].breached->at, S(150));
  EXPECT_EQ(Outcome(cycles[2]), How::kCancelled);
}

TEST(SlaResolutionTest, ReopeningResumesWithoutTheTimeWhileSolved) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(60), EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(S(500), EventType::kTicketUpdated, Status(TicketStatus::kOpen));
  const SlaCycle open = ticket.Only(S(510), kResolution);
  EXPECT_EQ(Outcome(open), How::kOpen);
  EXPECT_EQ(open.used, Duration::Seconds(70));
  EXPECT_EQ(open.due, S(540));
}

TEST(SlaResolutionTest, ReopenedWhileOverdueItsBreachStaysAndItCountsOn) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(150), EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(S(500), EventType::kTicketUpdated, Status(TicketStatus::kOpen));
  const SlaCycle open = ticket.Only(S(510), kResolution);
  EXPECT_EQ(open.breached->at, S(100));
  EXPECT_TRUE(IsOverdue(open) && !open.stopped());
  ticket.Tell(S(520), EventType::kTicketUpdated, Status(TicketStatus::kClosed));
  EXPECT_EQ(ticket.Only(S(530), kResolution).used, Duration::Seconds(170));
}

TEST(SlaResolutionTest, StandsWhenItsTargetIsNoLongerSetAtTheReopening) {
  SlaStory ticket = Ticket();
  ticket.policy().versions.front().match.queues = {"", "sales"};
  ticket.Tell(S(60), EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(S(70), EventType::kTicketUpdated, [](Event& e) {
        e.queue = "billing";
        e.status = TicketStatus::kOpen;
      });
  EXPECT_EQ(Outcome(ticket.Only(S(80), kResolution)), How::kMet);
  ticket.Tell(S(90), EventType::kTicketUpdated, Queue("sales"));
  const auto cycles = ticket.Cycles(S(95), kResolution);
  ASSERT_EQ(cycles.size(), 2u);
  EXPECT_EQ(Outcome(cycles[0]), How::kMet);
  EXPECT_EQ(cycles[1].start(), S(90));
}

TEST(SlaResolutionTest, StandsForGoodOnceAReopeningFoundItsTargetNotSet) {
  SlaStory ticket = Ticket();
  ticket.policy().versions.front().match.priorities = {"", "low"};
  ticket.Tell(S(60), EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(S(70), EventType::kTicketUpdated, [](Event& e) {
        e.priority = "high";
        e.status = TicketStatus::kOpen;
      })
      .Tell(S(80), EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(S(90), EventType::kTicketUpdated, [](Event& e) {
        e.priority = "low";
        e.status = TicketStatus::kOpen;
      });
  const auto cycles = ticket.Cycles(S(95), kResolution);
  ASSERT_EQ(cycles.size(), 2u);
  EXPECT_EQ(Outcome(cycles[0]), How::kMet);
  EXPECT_EQ(cycles[1].start(), S(90));
}

TEST(SlaResolutionTest, OfAChatIsMetByAnEndThatResolvesOnly) {
  for (const bool resolved : {false, true}) {
    SlaStory chat = AroundTheClock();
    chat.Promise(kResolution, Duration::Seconds(100))
        .Tell(S(0), EventType::kChatStarted)
        .Tell(S(50), EventType::kChatEnded, Resolved(resolved));
    EXPECT_EQ(Outcome(chat.Only(S(60), kResolution)), resolved ? How::kMet : How::kCancelled);
    chat.Tell(S(70), EventType::kChatReopened);
    EXPECT_EQ(chat.Only(S(80), kResolution).used, Duration::Seconds(60));
  }
}

TEST(SlaResolutionTest, MergeCancelsEveryClock) {
  SlaStory ticket = Ticket();
  ticket.Promise(kFirst, Duration::Seconds(100))
      .Promise(kUpdate, Duration::Seconds(100))
      .Promise(SlaTarget::kAgentWork, Duration::Seconds(5))
      .Tell(S(10), EventType::kTicketMerged, [](Event& e) { e.into = "t-2"; });
  for (const SlaTarget target : {kResolution, kFirst, kUpdate}) {
    EXPECT_EQ(Outcome(ticket.Only(S(20), target)), How::kCancelled) << domain::Name(target);
  }
  EXPECT_EQ(Outcome(ticket.Only(S(20), SlaTarget::kAgentWork)), How::kBreached);
}

TEST(SlaResolutionTest, NothingThatBeginsAndEndsInOneEventIsACycle) {
  SlaStory ticket = AroundTheClock();
  ticket.Promise(kResolution, Duration::Seconds(100))
      .Promise(kFirst, Duration::Seconds(100))
      .Tell(S(0), EventType::kTicketCreated, Status(TicketStatus::kSolved));
  EXPECT_TRUE(ticket.Model(S(10)).contacts.at(0).result.sla.cycles.empty());
}

TEST(SlaAtRiskTest, BeginsAtTheShareAndEndsAtDue) {
  SlaStory ticket = Ticket();
  const auto at_risk = [&](EventTime t) { return IsAtRisk(ticket.Only(t, kResolution), t); };
  EXPECT_FALSE(at_risk(S(80)));
  EXPECT_TRUE(at_risk(S(80) + kMs));
  EXPECT_TRUE(at_risk(S(100)));
  EXPECT_FALSE(at_risk(S(100) + kMs));
}

TEST(SlaAtRiskTest, LeadIsOpenTimeBeforeDueAndALongerOneThanTheBudgetIsFromTheStart) {
  for (const auto& [lead, from] : std::vector<std::pair<int64_t, int64_t>>{{30, 70}, {500, 0}}) {
    SlaStory ticket = Ticket();
    ticket.rule(kResolution).at_risk_lead = Duration::Seconds(lead);
    EXPECT_EQ(ticket.Only(S(1), kResolution).at_risk_from, S(from));
  }
}

TEST(SlaAtRiskTest, APauseClearsItAndAChangeOfHandsDoesNot) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(90), EventType::kTicketUpdated, Agent("ann", "north"));
  EXPECT_TRUE(IsAtRisk(ticket.Only(S(85), kResolution), S(85)));
  ticket.Tell(S(95), EventType::kTicketUpdated, Status(TicketStatus::kPending));
  EXPECT_FALSE(IsAtRisk(ticket.Only(S(96), kResolution), S(96)));
  ticket.Tell(S(200), EventType::kTicketUpdated, Status(TicketStatus::kOpen));
  EXPECT_FALSE(IsAtRisk(ticket.Only(S(200), kResolution), S(200)));
  EXPECT_TRUE(IsAtRisk(ticket.Only(S(201), kResolution), S(201)));
}

TEST(SlaHolderTest, IsTheBotTheQueueOrTheTeamOfWhoHasIt) {
  SlaStory chat = AroundTheClock();
  chat.Promise(kResolution, Duration::Seconds(1000));
  chat.rules().agents["bob"].team = "south";
  chat.Tell(S(0), EventType::kChatStarted, [](Event& e) { e.bot = true; })
      .Tell(S(5), EventType::kChatOffered, Agent("ann"))  // handed off, but the bot holds on
      .Tell(S(10), EventType::kChatQueued, Queue("sales"))
      .Tell(S(20), EventType::kChatJoined, Agent("ann", "north"))
      .Tell(S(30), EventType::kChatJoined, Agent("bob"))
      .Tell(S(40), EventType::kChatJoined, Agent("cyd"))
      .Tell(S(50), EventType::kChatLeft, Agent("cyd"))
      .Tell(S(60), EventType::kChatMessage, Agent("bob", "west"));
  const SlaCycle cycle = chat.Only(S(70), kResolution);
  std::string holders;
  for (const SlaStretch& stretch : cycle.stretches) holders += stretch.holder + " ";
  EXPECT_EQ(cycle.stretches.front().to, S(10));
  EXPECT_EQ(holders, "bot queue north south unknown south west ");
}

TEST(SlaHolderTest, OfACallInSelfServiceIsTheBot) {
  SlaStory call = AroundTheClock();
  call.Promise(kResolution, Duration::Seconds(1000))
      .Tell(S(0), EventType::kCallStarted)
      .Tell(S(10), EventType::kCallQueued, Queue("sales"));
  const SlaCycle cycle = call.Only(S(20), kResolution);
  ASSERT_EQ(cycle.stretches.size(), 2u);
  EXPECT_EQ(cycle.stretches[0].holder, "bot");
  EXPECT_EQ(cycle.stretches[1].holder, "queue");
}

TEST(SlaHolderTest, OfATicketIsTheAssigneesTeamUnlessSomebodyWorksOnIt) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(10), EventType::kTicketUpdated, Agent("ann", "north"))
      .Tell(S(20), EventType::kTicketWorkStarted, Agent("bob", "south"))
      .Tell(S(30), EventType::kTicketWorkEnded, Agent("bob"));
  const SlaCycle cycle = ticket.Only(S(200), kResolution);
  std::string holders;
  for (const SlaStretch& stretch : cycle.stretches) holders += stretch.holder + " ";
  EXPECT_EQ(holders, "queue north south north ");
  EXPECT_EQ(cycle.breached_by, "north");
}

}  // namespace
}  // namespace touchline::naive
