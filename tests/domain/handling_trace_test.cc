// What an explanation says of agents' legs, story by story. Of each story, too, that the parts are
// what a replay counts, and the sums of their intervals.

#include "domain/explain/handling_trace.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "tests/domain/explained_contact.h"

namespace touchline::domain {
namespace {

class HandlingTraceTest : public ExplainedContactTest {
 protected:
  HandlingTraceTest() { rules_.max_wrap_up = Duration::Minutes(5); }

  void By(std::string_view agent, const std::string& clock, EventType type) {
    Tell(clock, type, [agent](Event* e) { e->agent = agent; });
  }
  void Queued(const std::string& clock, EventType type, std::string_view queue) {
    Tell(clock, type, [queue](Event* e) { e->queue = queue; });
  }
  void TransferredBy(std::string_view agent, const std::string& clock, std::string_view to) {
    Tell(clock, EventType::kCallTransferred, [=](Event* e) {
      e->by_agent = agent;
      e->to_agent = to;
    });
  }

  Explanation ExplainAndAddUpAt(const std::string& clock) {
    Explanation e = ExplainAt(clock);
    using Segment = std::tuple<std::string, std::string, std::string>;  // metric, subject, part
    std::map<Segment, int64_t> explained, counted;
    for (const ExplainedHandling& h : e.handling) {
      explained[{"of the queue", h.queue, std::string(h.part)}] += h.value.millis();
      explained[{"of the agent", h.agent, std::string(h.part)}] += h.value.millis();
      Duration sum;
      for (const DurationInterval& i : h.intervals) sum = sum + i.counted;
      EXPECT_EQ(sum, h.value) << h.part << " of " << h.agent << " at " << Clock(h.at);
    }
    interaction_.Replay(*book_, watermark_, [&](const ReplayStep& step) {
      for (const Contribution& c : step.counted) {
        const bool is_agents = c.cell.metric == MetricId::kAgentHandlingSeconds;
        if (!is_agents && c.cell.metric != MetricId::kHandlingSeconds) continue;
        const auto part = ClosedValues(Spec(c.cell.metric), c.cell.closed).front();
        counted[{is_agents ? "of the agent" : "of the queue", symbols_.name(c.scope.subject),
                 std::string(part)}] += c.value;
      }
    });
    EXPECT_EQ(explained, counted);
    return e;
  }
  // The agent's observations of a part, each a line and one for each of its intervals:
  // "80000 in sales at 09:01:30", "  09:00-09:01 talk 60000 by call.answered#1".
  static Lines PartsOf(const Explanation& e, std::string_view agent, std::string_view part) {
    Lines lines;
    for (const ExplainedHandling& h : e.handling) {
      if (h.agent != agent || h.part != part) continue;
      lines.push_back(std::to_string(h.value.millis()) + " in " + h.queue + " at " + Clock(h.at));
      for (const DurationInterval& i : h.intervals) {
        std::string line = "  " + Clock(i.from) + "-" + Clock(i.to) + " " + i.state + " " +
                           std::to_string(i.counted.millis()) + " by " + i.cause.what;
        if (i.cause.row) line += "#" + std::to_string(*i.cause.row);
        lines.push_back(std::move(line));
      }
    }
    return lines;
  }
};

TEST_F(HandlingTraceTest, TakesALegApart) {
  Queued("09:00:00", EventType::kCallQueued, "sales");
  By("ann", "09:00:10", EventType::kCallRinging);
  By("ann", "09:00:30", EventType::kCallAnswered);
  By("ann", "09:01:30", EventType::kCallHeld);
  By("ann", "09:01:40", EventType::kCallResumed);
  By("", "09:02:00", EventType::kCallEnded);
  By("ann", "09:04:00", EventType::kCallWrappedUp);
  const Explanation e = ExplainAndAddUpAt("10:00:00");
  EXPECT_EQ(PartsOf(e, "ann", "ring"), (Lines{"20000 in sales at 09:00:30",
                                              "  09:00:10-09:00:30 ring 20000 by call.ringing#1"}));
  EXPECT_EQ(PartsOf(e, "ann", "talk"), (Lines{"80000 in sales at 09:02",
                                              "  09:00:30-09:01:30 talk 60000 by call.answered#2",
                                              "  09:01:40-09:02 talk 20000 by call.resumed#4"}));
  EXPECT_EQ(PartsOf(e, "ann", "hold"), (Lines{"10000 in sales at 09:02",
                                              "  09:01:30-09:01:40 hold 10000 by call.held#3"}));
  EXPECT_EQ(PartsOf(e, "ann", "wrap_up"), (Lines{"120000 in sales at 09:04",
                                                 "  09:02-09:04 wrap_up 120000 by call.ended#5"}));
  // Handle is observed of the leg, and of its wrap-up once that is over.
  EXPECT_EQ(PartsOf(e, "ann", "handle"), (Lines{"90000 in sales at 09:02",
                                                "  09:00:30-09:01:30 talk 60000 by call.answered#2",
                                                "  09:01:30-09:01:40 hold 10000 by call.held#3",
                                                "  09:01:40-09:02 talk 20000 by call.resumed#4",
                                                "120000 in sales at 09:04",
                                                "  09:02-09:04 wrap_up 120000 by call.ended#5"}));
}

TEST_F(HandlingTraceTest, ShowsWhatOfAWrapUpIsBeyondTheCap) {
  By("ann", "09:00:00", EventType::kCallAnswered);
  By("", "09:02:00", EventType::kCallEnded);
  By("ann", "09:10:00", EventType::kCallWrappedUp);
  const Explanation e = ExplainAndAddUpAt("10:00:00");
  const Lines capped = {"300000 in  at 09:10", "  09:02-09:07 wrap_up 300000 by call.ended#1",
                        "  09:07-09:10 capped 0 by max_wrap_up"};
  EXPECT_EQ(PartsOf(e, "ann", "wrap_up"), capped);
  const Lines handle = PartsOf(e, "ann", "handle");
  EXPECT_EQ(Lines(handle.end() - 3, handle.end()), capped);
}

TEST_F(HandlingTraceTest, CutsNothingOffAWrapUpAsLongAsTheCap) {
  By("ann", "09:00:00", EventType::kCallAnswered);
  By("", "09:02:00", EventType::kCallEnded);
  By("ann", "09:07:00", EventType::kCallWrappedUp);
  EXPECT_EQ(PartsOf(ExplainAndAddUpAt("10:00:00"), "ann", "wrap_up"),
            (Lines{"300000 in  at 09:07", "  09:02-09:07 wrap_up 300000 by call.ended#1"}));
}

TEST_F(HandlingTraceTest, CountsNothingOfAWrapUpWhereNoneCounts) {
  rules_.max_wrap_up = Duration();
  By("ann", "09:00:00", EventType::kCallAnswered);
  By("", "09:02:00", EventType::kCallEnded);
  By("ann", "09:03:00", EventType::kCallWrappedUp);
  EXPECT_EQ(PartsOf(ExplainAndAddUpAt("10:00:00"), "ann", "wrap_up"),
            (Lines{"0 in  at 09:03", "  09:02-09:03 capped 0 by max_wrap_up"}));
}

TEST_F(HandlingTraceTest, TellsTheLegsOfATransferApart) {
  Queued("09:00:00", EventType::kCallQueued, "sales");
  By("ann", "09:01:00", EventType::kCallAnswered);
  TransferredBy("ann", "09:03:00", "bob");
  Queued("09:03:10", EventType::kCallQueued, "service");
  By("bob", "09:04:00", EventType::kCallAnswered);
  By("ann", "09:04:30", EventType::kCallWrappedUp);
  By("", "09:05:00", EventType::kCallEnded);
  const Explanation e = ExplainAndAddUpAt("09:06:00");
  EXPECT_EQ(PartsOf(e, "ann", "talk"), (Lines{"120000 in sales at 09:03",
                                              "  09:01-09:03 talk 120000 by call.answered#1"}));
  EXPECT_EQ(PartsOf(e, "ann", "wrap_up"),
            (Lines{"90000 in sales at 09:04:30",
                   "  09:03-09:04:30 wrap_up 90000 by call.transferred#2"}));
  EXPECT_EQ(PartsOf(e, "bob", "talk"), (Lines{"60000 in service at 09:05",
                                              "  09:04-09:05 talk 60000 by call.answered#4"}));
  EXPECT_EQ(PartsOf(e, "bob", "wrap_up"), Lines{}) << "it goes on";
}

TEST_F(HandlingTraceTest, BeginsAnewWhereAnAgentReturns) {
  By("ann", "09:00:00", EventType::kCallAnswered);
  By("ann", "09:01:00", EventType::kCallLeft);
  By("ann", "09:02:00", EventType::kCallJoined);  // which forgets the wrap-up
  By("", "09:05:00", EventType::kCallEnded);
  By("ann", "09:06:00", EventType::kCallWrappedUp);
  const Explanation e = ExplainAndAddUpAt("10:00:00");
  EXPECT_EQ(PartsOf(e, "ann", "talk"),
            (Lines{"60000 in  at 09:01", "  09:00-09:01 talk 60000 by call.answered#0",
                   "180000 in  at 09:05", "  09:02-09:05 talk 180000 by call.joined#2"}));
  EXPECT_EQ(PartsOf(e, "ann", "wrap_up"),
            (Lines{"60000 in  at 09:06", "  09:05-09:06 wrap_up 60000 by call.ended#3"}));
}

TEST_F(HandlingTraceTest, TellsOfEachAgentInAConference) {
  By("ann", "09:00:00", EventType::kCallAnswered);
  By("bob", "09:02:00", EventType::kCallJoined);
  By("ann", "09:03:00", EventType::kCallHeld);
  By("bob", "09:04:00", EventType::kCallLeft);
  By("", "09:05:00", EventType::kCallEnded);
  const Explanation e = ExplainAndAddUpAt("09:06:00");
  EXPECT_EQ(PartsOf(e, "bob", "handle"),
            (Lines{"120000 in  at 09:04", "  09:02-09:04 talk 120000 by call.joined#1"}));
  EXPECT_EQ(PartsOf(e, "bob", "hold"), Lines{});
  EXPECT_EQ(PartsOf(e, "ann", "handle"),
            (Lines{"300000 in  at 09:05", "  09:00-09:03 talk 180000 by call.answered#0",
                   "  09:03-09:05 hold 120000 by call.held#2"}));
}

TEST_F(HandlingTraceTest, EndsARingWhereAnotherAnswers) {
  Queued("09:00:00", EventType::kCallQueued, "sales");
  By("ann", "09:00:05", EventType::kCallRinging);
  By("bob", "09:00:10", EventType::kCallRinging);
  By("ann", "09:00:15", EventType::kCallRinging);  // goes on
  By("bob", "09:00:20", EventType::kCallAnswered);
  const Explanation e = ExplainAndAddUpAt("09:01:00");
  EXPECT_EQ(PartsOf(e, "ann", "ring"), (Lines{"15000 in sales at 09:00:20",
                                              "  09:00:05-09:00:20 ring 15000 by call.ringing#1"}));
  EXPECT_EQ(PartsOf(e, "bob", "ring"), (Lines{"10000 in sales at 09:00:20",
                                              "  09:00:10-09:00:20 ring 10000 by call.ringing#2"}));
}

TEST_F(HandlingTraceTest, GivesARingTheQueueThatItBeganIn) {
  Queued("09:00:00", EventType::kCallQueued, "sales");
  By("ann", "09:00:10", EventType::kCallRinging);
  Queued("09:00:20", EventType::kCallQueued, "service");
  By("ann", "09:00:30", EventType::kCallAnswered);
  By("", "09:01:00", EventType::kCallEnded);
  const Explanation e = ExplainAndAddUpAt("09:02:00");
  EXPECT_EQ(PartsOf(e, "ann", "ring").front(), "20000 in sales at 09:00:30");
  EXPECT_EQ(PartsOf(e, "ann", "talk").front(), "30000 in service at 09:01");
}

TEST_F(HandlingTraceTest, ObservesWhatTookNoTimeOfNoInterval) {
  By("ann", "09:00:00", EventType::kCallRinging);
  By("ann", "09:00:00", EventType::kCallAnswered);
  By("ann", "09:00:00", EventType::kCallHeld);
  By("ann", "09:00:00", EventType::kCallResumed);
  By("ann", "09:00:00", EventType::kCallLeft);
  const Explanation e = ExplainAndAddUpAt("09:02:00");
  for (const std::string_view part : {"ring", "talk", "hold", "handle"}) {
    EXPECT_EQ(PartsOf(e, "ann", part), Lines{"0 in  at 09:00"}) << part;
  }
}

TEST_F(HandlingTraceTest, LeavesOutALegThatGoesOn) {
  By("ann", "09:00:00", EventType::kCallAnswered);
  By("ann", "09:01:00", EventType::kCallHeld);
  EXPECT_EQ(PartsOf(ExplainAndAddUpAt("09:02:00"), "ann", "handle"), Lines{});
}

TEST_F(HandlingTraceTest, EndsAReapedLegAtTheLastEvent) {
  rules_.reap_call_after = Duration::Minutes(30);
  By("ann", "09:00:00", EventType::kCallAnswered);
  By("bob", "09:01:00", EventType::kCallRinging);
  By("ann", "09:02:00", EventType::kCallHeld);
  Tell("09:05:00", EventType::kCallUpdated);
  const Explanation e = ExplainAndAddUpAt("10:00:00");
  EXPECT_EQ(e.end, EndKind::kReaped);
  EXPECT_EQ(PartsOf(e, "bob", "ring"),
            (Lines{"240000 in  at 09:05", "  09:01-09:05 ring 240000 by call.ringing#1"}));
  EXPECT_EQ(PartsOf(e, "ann", "handle"),
            (Lines{"300000 in  at 09:05", "  09:00-09:02 talk 120000 by call.answered#0",
                   "  09:02-09:05 hold 180000 by call.held#2"}));
}

TEST_F(HandlingTraceTest, LetsAReapedAgentWrapUpSinceTheLastEvent) {
  rules_.reap_call_after = Duration::Minutes(30);
  By("ann", "09:00:00", EventType::kCallAnswered);
  Tell("09:05:00", EventType::kCallUpdated);
  By("ann", "09:50:00", EventType::kCallWrappedUp);
  EXPECT_EQ(PartsOf(ExplainAndAddUpAt("10:00:00"), "ann", "wrap_up"),
            (Lines{"300000 in  at 09:50", "  09:05-09:10 wrap_up 300000 by reaper#2",
                   "  09:10-09:50 capped 0 by max_wrap_up"}));
}

TEST_F(HandlingTraceTest, KeepsWhatWasObservedBeforeARevival) {
  rules_.reap_chat_after = Duration::Minutes(30);
  Queued("09:00:00", EventType::kChatQueued, "web");
  By("ann", "09:01:00", EventType::kChatJoined);
  Tell("09:04:00", EventType::kChatUpdated);
  // Reaped at 09:34; he comes back to the queue, and to Ann.
  Queued("10:00:00", EventType::kChatQueued, "web");
  By("ann", "10:01:00", EventType::kChatJoined);
  Tell("10:03:00", EventType::kChatEnded);
  Tell("10:04:00", EventType::kChatReopened);
  By("ann", "10:05:00", EventType::kChatWrappedUp);
  const Explanation e = ExplainAndAddUpAt("10:06:00");
  EXPECT_EQ(e.end, EndKind::kOpen);
  EXPECT_EQ(PartsOf(e, "ann", "handle"),
            (Lines{"180000 in web at 09:04", "  09:01-09:04 talk 180000 by chat.joined#1",
                   "120000 in web at 10:03", "  10:01-10:03 talk 120000 by chat.joined#5",
                   "120000 in web at 10:05", "  10:03-10:05 wrap_up 120000 by chat.ended#6"}));
}

TEST_F(HandlingTraceTest, CountsATicketsWork) {
  Queued("09:00:00", EventType::kTicketCreated, "mail");
  By("ann", "09:10:00", EventType::kTicketWorkStarted);
  By("ann", "09:25:00", EventType::kTicketWorkEnded);
  By("bob", "09:30:00", EventType::kTicketWorkStarted);
  Tell("09:40:00", EventType::kTicketUpdated,
       [](Event* e) { e->status = TicketStatus::kClosed; });
  const Explanation e = ExplainAndAddUpAt("10:00:00");
  EXPECT_EQ(PartsOf(e, "ann", "talk"),
            (Lines{"900000 in mail at 09:25",
                   "  09:10-09:25 talk 900000 by ticket.work_started#1"}));
  EXPECT_EQ(PartsOf(e, "ann", "handle"), PartsOf(e, "ann", "talk"));
  EXPECT_EQ(PartsOf(e, "bob", "handle"),
            (Lines{"600000 in mail at 09:40",
                   "  09:30-09:40 talk 600000 by ticket.work_started#3"}));
}

// Of sixteen events and one more, the first eight become the base.
class CompactedHandlingTest : public HandlingTraceTest {
 protected:
  CompactedHandlingTest() { rules_.max_log_entries = 16; }
  // One update a minute of the ten o'clock hour, until the log has been compacted.
  void Compact() {
    int minute = 10;
    while (interaction_.base() == nullptr) {
      Tell("10:" + std::to_string(minute++) + ":00", EventType::kCallUpdated);
    }
  }
};

TEST_F(CompactedHandlingTest, GivesOfALegThatGoesOnTheSum) {
  By("ann", "09:00:00", EventType::kCallAnswered);
  By("ann", "09:10:00", EventType::kCallHeld);
  By("ann", "09:15:00", EventType::kCallResumed);
  By("ann", "09:20:00", EventType::kCallHeld);
  By("bob", "09:21:00", EventType::kCallRinging);
  Compact();
  By("ann", "11:00:00", EventType::kCallResumed);
  By("bob", "11:00:30", EventType::kCallMissed);
  By("", "11:01:00", EventType::kCallEnded);
  const Explanation e = ExplainAndAddUpAt("11:02:00");
  ASSERT_TRUE(e.compacted_until);
  EXPECT_EQ(PartsOf(e, "ann", "talk"),
            (Lines{"960000 in  at 11:01", "  09:00-09:20 compacted 900000 by compacted",
                   "  11:00-11:01 talk 60000 by call.resumed#9"}));
  EXPECT_EQ(PartsOf(e, "ann", "hold"),
            (Lines{"6300000 in  at 11:01", "  09:00-09:20 compacted 300000 by compacted",
                   "  09:20-11:00 hold 6000000 by compacted"}));
  EXPECT_EQ(PartsOf(e, "ann", "handle"),
            (Lines{"7260000 in  at 11:01", "  09:00-09:20 compacted 1200000 by compacted",
                   "  09:20-11:00 hold 6000000 by compacted",
                   "  11:00-11:01 talk 60000 by call.resumed#9"}));
  EXPECT_EQ(PartsOf(e, "bob", "ring"),
            (Lines{"5970000 in  at 11:00:30", "  09:21-11:00:30 ring 5970000 by compacted"}));
}

TEST_F(CompactedHandlingTest, KnowsWhenAWrapUpBegan) {
  By("ann", "10:00:00", EventType::kCallAnswered);
  By("ann", "10:09:00", EventType::kCallLeft);
  By("bob", "10:09:30", EventType::kCallAnswered);
  Compact();
  By("ann", "10:59:00", EventType::kCallWrappedUp);
  const Explanation e = ExplainAndAddUpAt("11:00:00");
  ASSERT_TRUE(e.compacted_until);
  EXPECT_EQ(PartsOf(e, "ann", "talk"), Lines{}) << "its end lies in what is not kept";
  EXPECT_EQ(PartsOf(e, "ann", "wrap_up"),
            (Lines{"300000 in  at 10:59", "  10:09-10:14 wrap_up 300000 by compacted",
                   "  10:14-10:59 capped 0 by max_wrap_up"}));
}

TEST_F(CompactedHandlingTest, BeginsFromALegThatHasNotBeenHeld) {
  By("ann", "10:00:00", EventType::kCallAnswered);
  Compact();
  By("", "11:00:00", EventType::kCallEnded);
  EXPECT_EQ(PartsOf(ExplainAndAddUpAt("11:01:00"), "ann", "handle"),
            (Lines{"3600000 in  at 11:00", "  10:00-11:00 talk 3600000 by compacted"}));
}

}  // namespace
}  // namespace touchline::domain
