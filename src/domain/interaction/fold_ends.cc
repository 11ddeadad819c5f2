#include <algorithm>

#include "domain/interaction/fold.h"

// docs/folding_rules.md sections 5, 6, 8 and 11.

namespace touchline::domain {
namespace {

constexpr uint8_t kCalendarClock = 0;
// Indices of resolution{resolution, clock}.
constexpr uint8_t kFirst[] = {0, kCalendarClock};
constexpr uint8_t kFull[] = {1, kCalendarClock};
// transfers{transfer="blind", to="queue"}
constexpr uint8_t kBlindToQueue[] = {1, 0};

bool CustomerWaits(TicketStatus s) {
  return s == TicketStatus::kNew || s == TicketStatus::kOpen || s == TicketStatus::kOnHold;
}
bool AgentWorks(TicketStatus s) { return s == TicketStatus::kNew || s == TicketStatus::kOpen; }
bool IsSolved(TicketStatus s) {
  return s == TicketStatus::kSolved || s == TicketStatus::kClosed;
}

StretchKind StretchOf(TicketStatus s) {
  switch (s) {
    case TicketStatus::kOnHold:
      return StretchKind::kOnHold;
    case TicketStatus::kPending:
      return StretchKind::kPending;
    case TicketStatus::kSolved:
    case TicketStatus::kClosed:
      return StretchKind::kSolved;
    default:
      return StretchKind::kWork;
  }
}

bool FromCustomerOrAgent(const LogEntry& e) {
  return !e.has(LogEntry::kInternal) && !e.has(LogEntry::kAutomated) &&
         (e.author == Party::kCustomer || e.author == Party::kAgent);
}

}  // namespace

void Fold::TicketUpdated(const LogEntry& e) {
  if (e.queue != 0 && e.queue != s_.queue) {
    if (s_.queue != 0) {
      const uint8_t closed = ClosedIndex(Spec(MetricId::kTransfers), kBlindToQueue);
      Count(out_, QueueScope(s_.queue, s_.direction), MetricId::kTransfers, closed, now_);
      CountAgent(s_.assignee, MetricId::kAgentTransfers, closed);
      ++s_.transfers;
    }
    s_.queue = e.queue;
  }
  if (e.agent != 0 && e.agent != s_.assignee) {
    if (s_.assignee != 0) Count(out_, ContactScope(s_.queue), MetricId::kReassigned, 0, now_);
    s_.assignee = s_.last_handler = e.agent;
  }
  if (e.status != TicketStatus::kNone) SetStatus(e.status);
}

void Fold::SetStatus(TicketStatus status) {
  if (status == s_.status) return;
  AccrueStatus(now_);
  const bool was_solved = IsSolved(s_.status);
  s_.status = status;
  s_.stretches.Begin(StretchOf(status), now_);
  s_.pause_lifted = false;
  if (IsSolved(status) && !was_solved) Solved();
  if (!IsSolved(status) && was_solved) Reopened(true);
  if (status == TicketStatus::kClosed) EndContact(EndKind::kClosed, now_, now_);
}

void Fold::AccrueStatus(EventTime until) {
  const int64_t ms = std::max(int64_t{0}, (until - s_.status_since).millis());
  if (CustomerWaits(s_.status)) s_.requester_ms += ms;
  if (AgentWorks(s_.status)) s_.work_ms += ms;
  s_.status_since = until;
}

void Fold::Solved() {
  Count(out_, ContactScope(s_.queue), MetricId::kResolved, 0, now_);
  CountAgent(s_.last_handler, MetricId::kAgentResolved, 0);
  if (!s_.ever_solved) {
    ObserveSince(s_.created_at, MetricId::kResolutionSeconds,
                 ClosedIndex(Spec(MetricId::kResolutionSeconds), kFirst),
                 (now_ - s_.created_at).millis());
  }
  s_.solved = s_.ever_solved = true;
  s_.last_solved_at = now_;
  s_.solved_ms_before_last = s_.solved_ms;
  s_.unanswered.reset();
}

void Fold::Reopened(bool was_solved) {
  Count(out_, ContactScope(s_.queue), MetricId::kReopened, 0, now_);
  CountAgent(s_.last_handler, MetricId::kAgentReopened, 0);
  ++s_.reopenings;
  if (!was_solved) return;
  s_.solved = false;
  s_.solved_ms += (now_ - s_.last_solved_at).millis();
  if (!s_.person_replied) s_.first_start = now_;
}

void Fold::LeaveSelfService() {
  if (!s_.in_self_service) return;
  CountSelfService(SelfServiceResult::kHandedOff, now_);
  s_.in_self_service = false;
}

void Fold::CountSelfService(SelfServiceResult result, EventTime at) {
  const uint8_t where = s_.kind == Kind::kCall ? 0 : 1;  // ivr, bot
  const uint8_t indices[] = {where, static_cast<uint8_t>(static_cast<int>(result) - 1)};
  Count(out_, QueueScope(s_.queue, s_.direction), MetricId::kSelfService,
        ClosedIndex(Spec(MetricId::kSelfService), indices), at);
}

void Fold::EndedBy(const LogEntry& e) {
  EndKind kind = EndKind::kEnded;
  if (s_.entry.open) {
    if (e.by == Party::kNone || e.by == Party::kCustomer) {
      Abandoned();
      kind = EndKind::kAbandoned;
    } else {
      CloseEntry(QueueOutcome::kDropped);
    }
  }
  if (e.has(LogEntry::kResolved)) {
    Solved();
    s_.stretches.Begin(StretchKind::kSolved, now_);
  }
  if (!e.has(LogEntry::kResolvedKnown)) {
    Count(out_, ContactScope(s_.queue), MetricId::kResolutionUnknown, 0, now_);
  }
  EndContact(kind, now_, now_);
}

void Fold::EndContact(EndKind kind, EventTime at, EventTime legs_at) {
  EndAllLegs(legs_at);
  const size_t first_of_end = out_->size();
  if (s_.kind == Kind::kTicket) {
    AccrueStatus(at);
    ObserveStretches({.kinds = kRequesterWaits, .until = at}, MetricId::kRequesterWaitSeconds,
                     kCalendarClock, at, s_.requester_ms);
    ObserveStretches({.kinds = kAgentWorks, .until = at}, MetricId::kAgentWorkSeconds,
                     kCalendarClock, at, s_.work_ms);
  }
  if (s_.ever_solved && kind != EndKind::kMerged) {
    ObserveStretches({.kinds = kUnsolved, .until = s_.last_solved_at},
                     MetricId::kResolutionSeconds,
                     ClosedIndex(Spec(MetricId::kResolutionSeconds), kFull), at,
                     (s_.last_solved_at - s_.created_at).millis() - s_.solved_ms_before_last);
  }
  if (s_.in_self_service && kind != EndKind::kReaped) {
    const bool gave_up = kind == EndKind::kAbandoned;
    CountSelfService(gave_up ? SelfServiceResult::kAbandoned : SelfServiceResult::kContained, at);
  }
  s_.published_by_end.insert(s_.published_by_end.end(),
                             out_->begin() + static_cast<std::ptrdiff_t>(first_of_end),
                             out_->end());
  s_.unanswered.reset();
  s_.awaits_answer = false;
  s_.reason_at_end = s_.reason;
  s_.abandoned = kind == EndKind::kAbandoned;
  s_.end = kind;
  s_.ended_at = at;
}

bool Fold::Revives(const LogEntry& e) const {
  if (s_.end == EndKind::kMerged) return false;
  switch (e.type) {
    case EventType::kChatReopened:
    case EventType::kCallQueued:
    case EventType::kChatQueued:
    case EventType::kCallRinging:
    case EventType::kCallAnswered:
    case EventType::kCallDialed:
    case EventType::kCallConnected:
    case EventType::kCallJoined:
    case EventType::kChatOffered:
    case EventType::kChatJoined:
    case EventType::kTicketWorkStarted:
      return true;
    case EventType::kChatMessage:
    case EventType::kTicketMessage:
      return FromCustomerOrAgent(e);
    case EventType::kTicketUpdated:
      if (e.status == TicketStatus::kNone || e.status == TicketStatus::kClosed) return false;
      return s_.end != EndKind::kReopenWindow || e.status != TicketStatus::kSolved;
    default:
      return false;
  }
}

void Fold::Revive(const LogEntry& e) {
  for (Contribution c : s_.published_by_end) {
    c.value = -c.value;
    out_->push_back(c);
  }
  s_.published_by_end.clear();
  if (s_.dropped_entry.open) {
    s_.entry = s_.dropped_entry;
    s_.dropped_entry = QueueEntry();
    s_.waited_ms -= s_.dropped_wait_ms;
    s_.awaits_answer = s_.dropped_awaits_answer;
    if (s_.awaits_answer) ReinstateAnswerClock(s_.ended_at);
  }
  s_.end = EndKind::kOpen;
  if (s_.kind != Kind::kTicket) {
    if (s_.solved) s_.stretches.Begin(StretchKind::kWork, now_);
    if (s_.solved || e.type == EventType::kChatReopened) Reopened(s_.solved);
    return;
  }
  s_.status_since = now_;
  if (e.type != EventType::kTicketUpdated) SetStatus(TicketStatus::kOpen);
}

void Fold::ApplyEnded(const LogEntry& e) {
  switch (e.type) {
    case EventType::kCallWrappedUp:
    case EventType::kChatWrappedUp:
      return WrappedUp(e);
    case EventType::kChatMessage:
    case EventType::kTicketMessage:
      return Message(e);
    default:
      return;
  }
}

Timer NextTimer(const InteractionState& s, const RuleBook& rules) {
  if (!s.created || s.ended()) return {};
  Timer next = NextClockTimer(s, rules);
  const auto consider = [&next](EventTime due, TimerKind kind) {
    const Timer timer = {.due = due, .kind = kind};
    if (timer.IsBefore(next)) next = timer;
  };
  if (s.kind == Kind::kChat && s.entry.open && !s.entry.silent_counted) {
    const EventTime spoke = std::max(s.entry.since, s.entry.last_customer_message);
    consider(spoke + rules.At(spoke).silent_abandon_after, TimerKind::kSilentAbandon);
  }
  const RuleSet& last = rules.At(s.last_event_at);
  if (s.kind == Kind::kCall) consider(s.last_event_at + last.reap_call_after, TimerKind::kReaper);
  if (s.kind == Kind::kChat) consider(s.last_event_at + last.reap_chat_after, TimerKind::kReaper);
  if (s.kind == Kind::kTicket && s.status == TicketStatus::kSolved) {
    consider(s.status_since + rules.At(s.status_since).reopen_window, TimerKind::kReopenWindow);
  }
  return next;
}

void Fold::Fire(const Timer& timer) {
  now_ = timer.due;
  // An hour before due may lie before the clock's start.
  s_.last_fired_at = std::max(s_.last_fired_at, now_);
  replied_ = answered_ = false;
  switch (timer.kind) {
    case TimerKind::kSilentAbandon:
      s_.entry.silent_counted = true;
      s_.entry.silent_at = now_;
      s_.entry.silent_partner = s_.partner;
      s_.entry.silent_channel = s_.channel;
      Count(out_, QueueScope(s_.entry.queue, s_.entry.direction), MetricId::kSilentAbandons, 0,
            now_);
      return;
    case TimerKind::kReaper:
      Reap(now_);
      return DriveClocks(nullptr);
    case TimerKind::kReopenWindow:
      return EndContact(EndKind::kReopenWindow, now_, now_);
    case TimerKind::kPolicyChange:
      return DriveClocks(nullptr);
    case TimerKind::kAtRisk:
    case TimerKind::kBreach:
    case TimerKind::kHourBeforeDue:
      return FireClock(timer);
  }
}

void Fold::Reap(EventTime due) {
  const size_t first_of_end = out_->size();
  Count(out_, QueueScope(s_.queue, s_.direction), MetricId::kUnendedContacts, 0, due);
  if (s_.entry.open) {
    s_.dropped_entry = s_.entry;
    s_.dropped_wait_ms = EntryWait().millis();
    s_.dropped_awaits_answer = s_.awaits_answer;
    CloseEntry(QueueOutcome::kDropped);
  }
  s_.published_by_end.assign(out_->begin() + static_cast<std::ptrdiff_t>(first_of_end),
                             out_->end());
  EndContact(EndKind::kReaped, due, s_.last_event_at);
}

}  // namespace touchline::domain
