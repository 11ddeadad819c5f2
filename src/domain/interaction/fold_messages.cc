#include <algorithm>

#include "domain/interaction/fold.h"

// docs/folding_rules.md section 4.

namespace touchline::domain {
namespace {

constexpr uint8_t kCalendarClock = 0;

bool Counts(const LogEntry& e) {
  return !e.has(LogEntry::kInternal) && !e.has(LogEntry::kAutomated) && e.author != Party::kNone;
}

int64_t WaitedMillis(EventTime from, EventTime to) {
  return std::max(int64_t{0}, (to - from).millis());
}

}  // namespace

void Fold::Message(const LogEntry& e) {
  if (!Counts(e)) return;
  Count(out_, ContactScope(s_.queue), MetricId::kReplies,
        static_cast<uint8_t>(static_cast<int>(e.author) - 1), now_);
  if (e.author == Party::kAgent) CountAgent(e.agent, MetricId::kAgentReplies, 0);
  if (s_.ended()) return;
  if (e.author == Party::kCustomer) return CustomerMessage();
  if (e.author == Party::kAgent) return Reply(e.agent);
  if (e.author == Party::kBot && s_.bot_holds) s_.unanswered.reset();
}

void Fold::CustomerMessage() {
  s_.customer_wrote = true;
  if (!s_.unanswered) s_.unanswered = now_;
  if (!s_.first_start) s_.first_start = now_;
  if (s_.status == TicketStatus::kPending) s_.pause_lifted = true;
  if (!s_.entry.open) return;
  s_.entry.last_customer_message = now_;
  if (!s_.entry.silent_counted) return;
  s_.entry.silent_counted = false;
  Scope counted = QueueScope(s_.entry.queue, s_.entry.direction);
  counted.partner = s_.entry.silent_partner;
  counted.channel = s_.entry.silent_channel;
  Count(out_, counted, MetricId::kSilentAbandons, 0, s_.entry.silent_at, -1);
}

void Fold::Reply(Symbol agent) {
  LeaveSelfService();
  replied_ = true;
  s_.bot_holds = false;
  s_.person_replied = true;
  s_.answered_by_person = true;
  if (s_.unanswered) {
    const int64_t ms = WaitedMillis(*s_.unanswered, now_);
    ObserveSince(*s_.unanswered, MetricId::kResponseSeconds, kCalendarClock, ms);
    CountAgent(agent, MetricId::kAgentResponses, 0);
    CountAgent(agent, MetricId::kAgentResponseSeconds, 0, ms);
    s_.unanswered.reset();
  }
  if (!s_.first_done && s_.first_start) {
    const int64_t ms = WaitedMillis(*s_.first_start, now_);
    ObserveSince(*s_.first_start, MetricId::kFirstResponseSeconds, kCalendarClock, ms);
    CountAgent(agent, MetricId::kAgentFirstResponses, 0);
    CountAgent(agent, MetricId::kAgentFirstResponseSeconds, 0, ms);
    s_.first_done = true;
  }
  if (s_.handoff_pending) {
    ObserveSince(*s_.handoff_pending, MetricId::kHandoffResponseSeconds, kCalendarClock,
                 WaitedMillis(*s_.handoff_pending, now_));
    s_.handoff_pending.reset();
  }
  if (s_.kind == Kind::kTicket && agent != 0) s_.last_handler = agent;
}

}  // namespace touchline::domain
