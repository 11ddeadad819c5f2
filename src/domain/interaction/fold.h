#pragma once

#include <cstdint>

#include "domain/contribution.h"
#include "domain/interaction/log_entry.h"
#include "domain/interaction/state.h"
#include "domain/interaction/timer.h"
#include "domain/rule_book.h"
#include "domain/sla/alert.h"
#include "domain/sla/clock.h"

namespace touchline::domain {

class ClockGauges;

// The pending timer that fires first.
Timer NextTimer(const InteractionState& state, const RuleBook& rules);
// Of change instants and SLA clocks alone. REQUIRES: the contact is open.
Timer NextClockTimer(const InteractionState& state, const RuleBook& rules);

// Folds events and timers into one interaction's state and tells what they contribute to the
// ledger. Pure: the result depends on the arguments alone. Source of every rule:
// docs/folding_rules.md, whose sections the sources name.
class Fold {
 public:
  // Appends to *out, and to *notices what the clocks have to say. All must outlive the fold.
  Fold(InteractionState* state, const RuleBook& rules, Contributions* out, SlaNotices* notices)
      : s_(*state), rules_(rules), out_(out), notices_(notices) {}

  // Takes the gauges before the clocks change, if they do. They must outlive the fold.
  void KeepClockGauges(ClockGauges* gauges) { gauges_ = gauges; }
  // REQUIRES: the entry is ordered after everything folded so far, and FireBefore has fired what
  // belongs before it.
  void Apply(const LogEntry& entry);
  // Fires, in order, every pending timer with due < limit, and calls fired(timer) after each.
  // Returns the one that is pending then, as NextTimer does.
  template <class Fired>
  Timer FireBefore(EventTime limit, Fired fired) {
    Timer timer = NextTimer(s_, rules_);
    for (; timer.due < limit; timer = NextTimer(s_, rules_)) {
      Fire(timer);
      fired(timer);
    }
    return timer;
  }
  Timer FireBefore(EventTime limit) {
    return FireBefore(limit, [](const Timer&) {});
  }

 private:
  // fold.cc: labels and dispatch
  void Create(const LogEntry& e);
  void LearnFields(const LogEntry& e);
  void ApplyOpen(const LogEntry& e);
  void ApplyCallOrChat(const LogEntry& e);
  Scope QueueScope(Symbol queue, Direction direction) const;
  Scope ContactScope(Symbol queue) const;
  Scope AgentScope(Symbol agent) const;
  void CountAgent(Symbol agent, MetricId metric, uint8_t closed, int64_t value = 1);

  // fold_queue.cc: section 2
  void Queued(const LogEntry& e);
  void Answered(Symbol agent);
  void Abandoned();
  void CloseEntry(QueueOutcome outcome);
  Duration EntryWait() const;
  bool Within(Duration wait, Duration limit) const;

  // fold_legs.cc: section 3
  Leg& LegOf(Symbol agent);
  Leg* NewestActiveLeg();
  void Offered(const LogEntry& e);
  void Missed(const LogEntry& e);
  void Activate(const LogEntry& e);
  void HoldOrResume(const LogEntry& e);
  void Transferred(const LogEntry& e);
  void WrappedUp(const LogEntry& e);
  void EndRing(Leg& leg, EventTime at);
  void EndLeg(Leg& leg, EventTime at);
  void EndAllLegs(EventTime at);
  void ObservePart(Symbol agent, Symbol queue, Part part, int64_t ms, EventTime at);

  // fold_messages.cc: section 4
  void Message(const LogEntry& e);
  void CustomerMessage();
  void Reply(Symbol agent);

  // fold_business.cc: section 12. Each observes a calendar value of so many ms and, where the queue
  // has a business calendar, the open time of the same time: from an instant until now, or of all
  // stretches of some kinds.
  void ObserveSince(EventTime from, MetricId metric, uint8_t closed, int64_t ms);
  struct Counted {
    StretchKinds kinds = 0;
    EventTime until;
  };
  void ObserveStretches(const Counted& counted, MetricId metric, uint8_t closed, EventTime at,
                        int64_t ms);

  // fold_ends.cc: section 11
  void LeaveSelfService();
  void CountSelfService(SelfServiceResult result, EventTime at);

  // fold_ends.cc: sections 5 and 6
  void TicketUpdated(const LogEntry& e);
  void SetStatus(TicketStatus status);
  void AccrueStatus(EventTime until);
  void Solved();
  void Reopened(bool was_solved);
  void EndedBy(const LogEntry& e);
  void EndContact(EndKind kind, EventTime at, EventTime legs_at);
  bool Revives(const LogEntry& e) const;
  void Revive(const LogEntry& e);
  void ApplyEnded(const LogEntry& e);
  void Fire(const Timer& timer);
  void Reap(EventTime due);

  // fold_clocks.cc: docs/sla_clocks.md
  class Promise;
  struct Change;
  using TargetSet = uint8_t;  // bits: 1 << SlaTarget
  void LearnTeam(const LogEntry& e);
  TargetSet Wanted() const;
  Symbol TeamOf(Symbol agent) const;
  Symbol Holder();
  Symbol Changer(const Change& change, Symbol holder) const;
  StatusSet PausingStatus() const;
  bool IsPaused(StatusSet pause) const { return (pause & s_.clock_inputs.pausing) != 0; }
  SlaClock* ClockOf(SlaTarget target);
  void KeepGauges();
  void DriveClocks(const LogEntry* cause);
  bool IsPolicyOutdated() const;
  void ChoosePolicy(Change* change);
  void DriveClock(SlaTarget target, bool is_wanted, Change& change);
  void StartClock(SlaTarget target, Change& change);
  void GoOn(SlaClock& clock, Change& change);
  void StopClock(SlaClock& clock, SlaClock::End how, Change& change);
  SlaClock::End EndOf(SlaTarget target) const;
  void FireClock(const Timer& timer);
  void ReinstateAnswerClock(EventTime reaped_at);
  Scope SlaScope(const SlaClock& clock, const SlaClock::Labels& labels) const;
  void CountBreach(const SlaClock& clock);
  void Notify(SlaNotice::Kind kind, const SlaClock& clock, EventTime at, Symbol holder);
  void CountEnd(const SlaClock& clock, int64_t sign);

  InteractionState& s_;
  const RuleBook& rules_;
  Contributions* out_;
  SlaNotices* notices_;
  ClockGauges* gauges_ = nullptr;
  EventTime now_;  // the instant of the event or timer being folded
  // What the event being folded did, for the clocks.
  bool replied_ = false;   // a public reply by a person
  bool answered_ = false;  // a contact that awaited an answer
};

}  // namespace touchline::domain
