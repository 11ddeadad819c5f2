// What an explanation says of single stories. That its sums are what was published, of all stories
// and all cases, is shown by the golden and the property tests.

#include "domain/explain/explanation.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/domain/explained_contact.h"

namespace touchline::domain {
namespace {

class ExplanationTest : public ExplainedContactTest {
 protected:
  ExplanationTest() {
    CalendarSpec desk = {.time_zone = "Europe/Berlin"};  // 07:00 to 16:00 UTC in summer
    desk.week.fill({{.begin_minute = 9 * 60, .end_minute = 18 * 60}});
    rules_.calendars = {{"desk", desk}, {"24x7", {.time_zone = "UTC", .always_open = true}}};
    rules_.policies.push_back({.name = "gold", .versions = {{}}});
  }

  void Promise(SlaTarget target, Duration budget, const std::string& calendar = "24x7") {
    auto& rule = rules_.policies[0].versions[0].targets[static_cast<size_t>(target)].emplace();
    rule.budget = budget;
    rule.calendar = calendar;
    rule.pause = DefaultPause(target);
  }

  void Status(const std::string& clock, TicketStatus status) {
    Tell(clock, EventType::kTicketUpdated, [status](Event* e) { e->status = status; });
  }
  void Message(const std::string& clock, Party author) {
    Tell(clock, EventType::kTicketMessage, [author](Event* e) { e->author = author; });
  }

  // "09:00-09:30 running gold/desk held queue 1800000 by ticket.created#0"
  static Lines Intervals(const ExplainedClock& clock) {
    Lines lines;
    for (const ClockInterval& i : clock.intervals) {
      std::string line = (i.from ? Clock(*i.from) : "?") + "-" + Clock(i.to) + " " +
                         std::string(Name(i.state));
      if (!i.policy.empty()) line += " " + i.policy + "/" + i.calendar;
      if (!i.holder.empty()) line += " held " + i.holder;
      line += " " + std::to_string(i.open.millis()) + " by " + i.cause.what;
      if (i.cause.row) line += "#" + std::to_string(*i.cause.row);
      lines.push_back(std::move(line));
    }
    return lines;
  }
  static const ExplainedClock& ClockOf(const Explanation& e, SlaTarget target,
                                       uint32_t cycle = 1) {
    for (const ExplainedClock& clock : e.clocks) {
      if (clock.target == target && clock.cycle == cycle) return clock;
    }
    ADD_FAILURE() << "no such clock";
    return e.clocks.at(0);
  }
  static const ExplainedDuration& DurationOf(const Explanation& e, MetricId metric,
                                             std::string_view resolution = "",
                                             std::string_view clock = "calendar") {
    for (const ExplainedDuration& d : e.durations) {
      const bool has_clock = d.clock.empty() || d.clock == clock;
      if (d.metric == metric && d.resolution == resolution && has_clock) return d;
    }
    ADD_FAILURE() << "no such duration";
    return e.durations.at(0);
  }
  static Lines Intervals(const ExplainedDuration& duration) {
    Lines lines;
    for (const DurationInterval& i : duration.intervals) {
      lines.push_back(Clock(i.from) + "-" + Clock(i.to) + " " + i.state + " " +
                      std::to_string(i.counted.millis()) + " by " + i.cause.what);
    }
    return lines;
  }
};

// METRICS.md section 8, case 4.
TEST_F(ExplanationTest, CutsAClockWhereItsTicketPauses) {
  Promise(SlaTarget::kResolution, Duration::Minutes(120), "desk");
  Tell("09:00:00", EventType::kTicketCreated);
  Status("09:30:00", TicketStatus::kPending);
  Status("09:45:00", TicketStatus::kOpen);
  const Explanation e = ExplainAt("10:00:00");
  const ExplainedClock& clock = ClockOf(e, SlaTarget::kResolution);
  EXPECT_EQ(Intervals(clock),
            (Lines{"09:00-09:30 running gold/desk held queue 1800000 by ticket.created#0",
                   "09:30-09:45 paused gold/desk held queue 0 by ticket.updated#1",
                   "09:45-10:00 running gold/desk held queue 900000 by ticket.updated#2"}));
  EXPECT_EQ(clock.intervals[0].time_zone, "Europe/Berlin");
  EXPECT_EQ(clock.used, Duration::Minutes(45));
  EXPECT_EQ(clock.due, At("11:15:00"));
  EXPECT_EQ(clock.result, ClockResult::kOpen);
}

TEST_F(ExplanationTest, CountsOpenHoursOnly) {
  Promise(SlaTarget::kResolution, Duration::Hours(8), "desk");
  Tell("05:00:00", EventType::kTicketCreated);
  Status("08:00:00", TicketStatus::kSolved);
  const Explanation e = ExplainAt("20:00:00");
  EXPECT_EQ(Intervals(ClockOf(e, SlaTarget::kResolution)),
            (Lines{"05:00-08:00 running gold/desk held queue 3600000 by ticket.created#0"}));
}

TEST_F(ExplanationTest, TellsWhenAPausedClockWouldFallDue) {
  Promise(SlaTarget::kResolution, Duration::Hours(2));
  Tell("08:00:00", EventType::kTicketCreated);
  Status("09:00:00", TicketStatus::kPending);
  EXPECT_EQ(ClockOf(ExplainAt("09:30:00"), SlaTarget::kResolution).due, At("10:30:00"));
  EXPECT_EQ(ClockOf(ExplainAt("10:00:00"), SlaTarget::kResolution).due, At("11:00:00"));
}

TEST_F(ExplanationTest, CutsAStretchWhereItFellDueAndSaysWhoHeldIt) {
  Promise(SlaTarget::kFirstResponse, Duration::Minutes(60));
  Tell("09:00:00", EventType::kTicketCreated);
  Tell("10:30:00", EventType::kTicketMessage, [](Event* e) {
    e->author = Party::kAgent;
    e->agent = "ann";
  });
  const Explanation e = ExplainAt("12:00:00");
  const ExplainedClock& clock = ClockOf(e, SlaTarget::kFirstResponse);
  EXPECT_EQ(Intervals(clock),
            (Lines{"09:00-10:00 running gold/24x7 held queue 3600000 by ticket.created#0",
                   "10:00-10:30 overdue gold/24x7 held queue 1800000 by due#2"}));
  EXPECT_EQ(clock.result, ClockResult::kBreached);
  EXPECT_EQ(clock.result_at, At("10:00:00"));
  EXPECT_EQ(clock.breach_holder, "queue");
  EXPECT_EQ(clock.stopped_at, At("10:30:00"));
  EXPECT_EQ(clock.overshoot, Duration::Minutes(30));
  EXPECT_EQ(clock.due, std::nullopt);
  // The timers stand in the log between the events.
  Lines rows;
  for (const LogRow& row : e.log) rows.push_back(Clock(row.at) + " " + row.what);
  EXPECT_EQ(rows, (Lines{"09:00 ticket.created", "09:48 at_risk", "10:00 breach",
                         "10:30 ticket.message"}));
}

TEST_F(ExplanationTest, KeepsEveryCycleOfAnUpdateThatAReplyStartsAgain) {
  Promise(SlaTarget::kPeriodicUpdate, Duration::Minutes(60));
  Tell("09:00:00", EventType::kTicketCreated);
  Message("09:20:00", Party::kAgent);
  Message("10:50:00", Party::kAgent);
  // The watermark has not passed what the second cycle was due at: its breach left no state.
  watermark_ = At("09:30:00");
  const Explanation e = Explain(interaction_, *book_, watermark_, symbols_);
  EXPECT_EQ(Intervals(ClockOf(e, SlaTarget::kPeriodicUpdate, 1)),
            (Lines{"09:00-09:20 running gold/24x7 held queue 1200000 by ticket.created#0"}));
  const ExplainedClock& second = ClockOf(e, SlaTarget::kPeriodicUpdate, 2);
  EXPECT_EQ(Intervals(second),
            (Lines{"09:20-10:20 running gold/24x7 held queue 3600000 by ticket.message#1",
                   "10:20-10:50 overdue gold/24x7 held queue 1800000 by due"}));
  EXPECT_EQ(second.result, ClockResult::kBreached);
  EXPECT_EQ(second.result_at, At("10:20:00"));
  EXPECT_EQ(ClockOf(e, SlaTarget::kPeriodicUpdate, 3).result, ClockResult::kOpen);
}

TEST_F(ExplanationTest, ShowsTheTimeWhileSolvedAsAStop) {
  Promise(SlaTarget::kResolution, Duration::Minutes(60));
  Tell("09:00:00", EventType::kTicketCreated);
  Status("09:10:00", TicketStatus::kSolved);
  Status("11:00:00", TicketStatus::kOpen);
  Status("11:05:00", TicketStatus::kClosed);
  const Explanation e = ExplainAt("12:00:00");
  const ExplainedClock& clock = ClockOf(e, SlaTarget::kResolution);
  EXPECT_EQ(Intervals(clock),
            (Lines{"09:00-09:10 running gold/24x7 held queue 600000 by ticket.created#0",
                   "09:10-11:00 stopped 0 by ticket.updated#1",
                   "11:00-11:05 running gold/24x7 held queue 300000 by ticket.updated#2"}));
  EXPECT_EQ(clock.result, ClockResult::kMet);
  EXPECT_EQ(Intervals(DurationOf(e, MetricId::kResolutionSeconds, "full")),
            (Lines{"09:00-09:10 open 600000 by ticket.created",
                   "09:10-11:00 solved 0 by ticket.updated",
                   "11:00-11:05 open 300000 by ticket.updated"}));
  EXPECT_EQ(Intervals(DurationOf(e, MetricId::kResolutionSeconds, "first")),
            (Lines{"09:00-09:10 open 600000 by ticket.created"}));
  EXPECT_EQ(Intervals(DurationOf(e, MetricId::kRequesterWaitSeconds)),
            (Lines{"09:00-09:10 new 600000 by ticket.created",
                   "09:10-11:00 solved 0 by ticket.updated",
                   "11:00-11:05 open 300000 by ticket.updated"}));
}

// A changed promise begins another interval, by its own budget.
class ChangedPromiseTest : public ExplanationTest {
 protected:
  ChangedPromiseTest() {
    Promise(SlaTarget::kResolution, Duration::Hours(1));
    auto& targets = rules_.policies[0].versions[0].targets;
    targets[static_cast<size_t>(SlaTarget::kResolution)]->by_priority = {
        {"low", Duration::Hours(4)}, {"urgent", Duration::Minutes(15)}};
  }
  void Prioritise(const std::string& clock, std::string_view priority) {
    Tell(clock, EventType::kTicketUpdated, [priority](Event* e) {
      e->priority = priority;
      e->by = Party::kAgent;
      e->agent = "lea";
      e->team = "leads";
    });
  }
  static std::vector<Duration> Budgets(const ExplainedClock& clock) {
    std::vector<Duration> budgets;
    for (const ClockInterval& i : clock.intervals) budgets.push_back(i.budget);
    return budgets;
  }
};

TEST_F(ChangedPromiseTest, BreachesAtTheChangeThatLeavesNothing) {
  Tell("09:00:00", EventType::kTicketCreated);
  Prioritise("09:30:00", "urgent");
  const Explanation e = ExplainAt("09:40:00");
  const ExplainedClock& clock = ClockOf(e, SlaTarget::kResolution);
  EXPECT_EQ(Intervals(clock),
            (Lines{"09:00-09:30 running gold/24x7 held queue 1800000 by ticket.created#0",
                   "09:30-09:40 overdue gold/24x7 held leads 600000 by ticket.updated#1"}));
  EXPECT_EQ(Budgets(clock), (std::vector{Duration::Hours(1), Duration::Minutes(15)}));
  EXPECT_EQ(clock.result_at, At("09:30:00"));
  EXPECT_EQ(clock.breach_holder, "leads");
  EXPECT_EQ(clock.overshoot, Duration::Minutes(25));
}

TEST_F(ChangedPromiseTest, RunsOnAfterABreachThatALargerBudgetSupersedes) {
  Tell("09:00:00", EventType::kTicketCreated);
  Prioritise("10:30:00", "low");
  const Explanation e = ExplainAt("12:00:00");
  const ExplainedClock& clock = ClockOf(e, SlaTarget::kResolution);
  EXPECT_EQ(Intervals(clock),
            (Lines{"09:00-10:00 running gold/24x7 held queue 3600000 by ticket.created#0",
                   "10:00-10:30 overdue gold/24x7 held queue 1800000 by due#2",
                   "10:30-12:00 running gold/24x7 held leads 5400000 by ticket.updated#3"}));
  EXPECT_EQ(Budgets(clock).back(), Duration::Hours(4));
  EXPECT_EQ(clock.result, ClockResult::kBreached);
  EXPECT_TRUE(clock.superseded);
  EXPECT_EQ(clock.due, At("13:00:00"));
  EXPECT_EQ(clock.overshoot, Duration());
}

TEST_F(ExplanationTest, RunsAnAnswerClockThroughAReapThatARevivalTookBack) {
  rules_.reap_call_after = Duration::Minutes(30);
  Promise(SlaTarget::kAnswer, Duration::Minutes(60));
  Tell("09:00:00", EventType::kCallQueued, [](Event* e) { e->queue = "sales"; });
  Tell("10:10:00", EventType::kCallAnswered, [](Event* e) { e->agent = "ann"; });
  const Explanation e = ExplainAt("10:20:00");
  const ExplainedClock& clock = ClockOf(e, SlaTarget::kAnswer);
  EXPECT_EQ(Intervals(clock),
            (Lines{"09:00-09:30 running gold/24x7 held queue 1800000 by call.queued#0",
                   "09:30-10:00 running gold/24x7 held queue 1800000 by call.answered#2",
                   "10:00-10:10 overdue gold/24x7 held queue 600000 by due"}));
  EXPECT_EQ(Intervals(DurationOf(e, MetricId::kAnswerSeconds)),
            (Lines{"09:00-10:10 waiting 4200000 by call.queued"}));
}

TEST_F(ExplanationTest, GivesOfWhatIsCompactedTheSum) {
  rules_.max_log_entries = 16;
  Promise(SlaTarget::kResolution, Duration::Minutes(60));
  Tell("09:00:00", EventType::kTicketCreated);
  Status("09:10:00", TicketStatus::kPending);
  Status("09:20:00", TicketStatus::kOpen);
  for (int minute = 21; minute < 36; ++minute) {
    Message("09:" + std::to_string(minute) + ":00", Party::kAgent);
  }
  ASSERT_NE(interaction_.base(), nullptr);
  const Explanation e = ExplainAt("09:40:00");
  EXPECT_EQ(e.compacted_until, interaction_.base()->last_event_at);
  const ExplainedClock& clock = ClockOf(e, SlaTarget::kResolution);
  EXPECT_EQ(Intervals(clock),
            (Lines{"?-09:20 compacted 600000 by compacted",
                   "09:20-09:40 running gold/24x7 held queue 1200000 by compacted"}));
  EXPECT_EQ(clock.used, Duration::Minutes(30));
}

TEST_F(ExplanationTest, CountsOpenTimeInTheIntervalsOfABusinessValue) {
  rules_.queues["mail"].business_calendar = "desk";  // from 07:00 on
  Tell("06:30:00", EventType::kTicketCreated, [](Event* e) { e->queue = "mail"; });
  Message("06:40:00", Party::kCustomer);
  Message("07:20:00", Party::kAgent);
  Status("07:30:00", TicketStatus::kPending);
  Status("08:00:00", TicketStatus::kOpen);
  Status("08:10:00", TicketStatus::kClosed);
  const Explanation e = ExplainAt("09:00:00");
  const ExplainedDuration& response = DurationOf(e, MetricId::kResponseSeconds, "", "business");
  EXPECT_EQ(Intervals(response), (Lines{"06:40-07:20 waiting 1200000 by ticket.message"}));
  EXPECT_EQ(response.value, Duration::Minutes(20));
  EXPECT_EQ(response.calendar, "desk");
  EXPECT_EQ(response.time_zone, "Europe/Berlin");
  EXPECT_EQ(Intervals(DurationOf(e, MetricId::kAgentWorkSeconds, "", "business")),
            (Lines{"06:30-07:30 new 1800000 by ticket.created",
                   "07:30-08:00 pending 0 by ticket.updated",
                   "08:00-08:10 open 600000 by ticket.updated"}));
  EXPECT_EQ(Intervals(DurationOf(e, MetricId::kResolutionSeconds, "full", "business")),
            (Lines{"06:30-08:10 open 4200000 by ticket.created"}));
  const ExplainedDuration& calendar = DurationOf(e, MetricId::kResolutionSeconds, "full");
  EXPECT_EQ(calendar.value, Duration::Minutes(100));
  EXPECT_EQ(calendar.calendar, "");
}

TEST_F(ExplanationTest, KnowsTheOpenTimeOfWhatIsCompacted) {
  rules_.max_log_entries = 16;
  rules_.default_queue.business_calendar = "desk";
  Tell("06:00:00", EventType::kTicketCreated);
  Status("07:10:00", TicketStatus::kPending);
  Status("07:20:00", TicketStatus::kOpen);
  for (int minute = 21; minute < 36; ++minute) {
    Message("07:" + std::to_string(minute) + ":00", Party::kAgent);
  }
  Status("07:40:00", TicketStatus::kClosed);
  ASSERT_NE(interaction_.base(), nullptr);
  const Explanation e = ExplainAt("08:00:00");
  EXPECT_EQ(Intervals(DurationOf(e, MetricId::kRequesterWaitSeconds, "", "business")),
            (Lines{"06:00-07:20 compacted 600000 by compacted",
                   "07:20-07:40 open 1200000 by compacted"}));
}

TEST_F(ExplanationTest, TellsTheFieldsThatTheFoldReads) {
  Tell("09:00:00", EventType::kTicketCreated, [](Event* e) {
    e->queue = "mail";
    e->customer = "eve";
    e->priority = "high";
  });
  Tell("09:01:00", EventType::kTicketMessage, [](Event* e) {
    e->author = Party::kAgent;
    e->agent = "ann";
    e->visibility = Visibility::kInternal;
  });
  using Fields = std::vector<std::pair<std::string_view, std::string>>;
  const Explanation e = ExplainAt("09:05:00");
  EXPECT_EQ(e.log[0].fields,
            (Fields{{"queue", "mail"}, {"customer", "eve"}, {"priority", "high"}}));
  EXPECT_EQ(e.log[1].fields,
            (Fields{{"agent", "ann"}, {"author", "agent"}, {"visibility", "internal"}}));
  EXPECT_EQ(e.customer, "eve");
}

TEST_F(ExplanationTest, ReplaysToTheStateThatWasFolded) {
  Promise(SlaTarget::kFirstResponse, Duration::Minutes(60));
  Tell("09:00:00", EventType::kTicketCreated);
  Message("11:00:00", Party::kAgent);
  watermark_ = At("11:30:00");
  Status("11:31:00", TicketStatus::kPending);
  Message("10:59:59", Party::kCustomer);  // late
  int steps = 0;
  const InteractionState replayed =
      interaction_.Replay(*book_, watermark_, [&steps](const ReplayStep&) { ++steps; });
  EXPECT_EQ(replayed, interaction_.state());
  EXPECT_GE(steps, 4);
}

}  // namespace
}  // namespace touchline::domain
