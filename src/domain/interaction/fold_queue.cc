#include <algorithm>

#include "domain/interaction/fold.h"

// docs/folding_rules.md section 2.

namespace touchline::domain {

void Fold::Queued(const LogEntry& e) {
  LeaveSelfService();
  if (s_.bot_holds) {
    s_.bot_holds = false;
    if (!s_.handoff_done) {
      s_.handoff_done = true;
      s_.handoff_pending = now_;
      if (!s_.unanswered) s_.unanswered = now_;
    }
  }
  s_.queue = e.queue;
  if (s_.entry.open && s_.entry.queue == e.queue) return;
  CloseEntry(QueueOutcome::kTransferred);
  s_.entry = QueueEntry{.open = true, .direction = s_.direction, .queue = e.queue, .since = now_,
                        .last_customer_message = EventTime::Min()};
  const Entry which = s_.had_entry ? Entry::kTransfer : Entry::kFirst;
  s_.had_entry = true;
  if (s_.direction == Direction::kInbound) s_.awaits_answer = true;
  Count(out_, QueueScope(e.queue, s_.direction), MetricId::kContactsOffered,
        static_cast<uint8_t>(which), now_);
}

Duration Fold::EntryWait() const { return std::max(Duration(), now_ - s_.entry.since); }

bool Fold::Within(Duration wait, Duration limit) const {
  const bool inclusive = rules_.QueueAt(now_, s_.entry.queue).threshold_inclusive;
  return wait < limit || (inclusive && wait == limit);
}

void Fold::Answered(Symbol agent) {
  if (!s_.entry.open) return;
  const Duration wait = EntryWait();
  const bool in_target = Within(wait, rules_.QueueAt(now_, s_.entry.queue).answer_threshold);
  Observe(out_, QueueScope(s_.entry.queue, s_.entry.direction), MetricId::kAnswerSeconds, 0, now_,
          wait.millis());
  CountAgent(agent, MetricId::kAgentAnswers, in_target ? 0 : 1);
  CloseEntry(in_target ? QueueOutcome::kAnsweredInTarget : QueueOutcome::kAnsweredLate);
}

void Fold::Abandoned() {
  if (!s_.entry.open) return;
  const Duration wait = EntryWait();
  const QueueRules& rules = rules_.QueueAt(now_, s_.entry.queue);
  QueueOutcome outcome = QueueOutcome::kAbandonedLate;
  if (Within(wait, rules.answer_threshold)) outcome = QueueOutcome::kAbandonedInTarget;
  if (Within(wait, rules.short_abandon)) outcome = QueueOutcome::kAbandonedShort;
  Observe(out_, QueueScope(s_.entry.queue, s_.entry.direction), MetricId::kAbandonSeconds, 0, now_,
          wait.millis());
  CloseEntry(outcome);
}

void Fold::CloseEntry(QueueOutcome outcome) {
  if (!s_.entry.open) return;
  s_.entry.open = false;
  s_.waited_ms += EntryWait().millis();
  Count(out_, QueueScope(s_.entry.queue, s_.entry.direction), MetricId::kContactOutcomes,
        static_cast<uint8_t>(outcome), now_);
}

}  // namespace touchline::domain
