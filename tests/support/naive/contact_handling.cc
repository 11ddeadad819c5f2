// Sections 2 and 3 of the rules page: queue entries and legs.

#include <algorithm>

#include "tests/support/naive/contact_fold.h"

namespace touchline::naive {

using domain::Cause;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::MetricId;
using domain::Part;
using domain::QueueOutcome;
using domain::TransferKind;

namespace {

// Both limits of a queue are met at their edge, or not, as the queue's rules say.
bool Within(Duration length, Duration limit, const domain::QueueRules& rules) {
  return rules.threshold_inclusive ? length <= limit : length < limit;
}

// The closed labels {transfer, to}.
size_t TransferIndex(TransferKind kind, domain::TransferTo to) {
  const size_t row = kind == TransferKind::kWarm ? 0 : 1;
  return row * 3 + static_cast<size_t>(to);
}

Duration AtLeastZero(Duration d) { return std::max(d, Duration()); }

}  // namespace

void ContactFold::Queued(const Event& e) {
  const EventTime t = e.time();
  if (bot_holds_) {
    handoff_ = t;
    if (!unanswered_since_) unanswered_since_ = t;
  }
  bot_holds_ = bot_may_hold_ = false;
  const bool continues = entry_ && entry_->queue == e.queue;
  if (entry_ && !continues) CloseEntry(QueueOutcome::kTransferred, t);
  queue_ = e.queue;
  if (continues) return;
  entry_ = Entry{.queue = queue_,
                 .direction = DirectionLabel(),
                 .since = t,
                 .last_customer_message = std::nullopt,
                 .silent_abandon = std::nullopt};
  Count(QueueLabels(queue_, DirectionLabel()), MetricId::kContactsOffered, t, had_entry_ ? 1 : 0);
  had_entry_ = true;
  if (DirectionLabel() == domain::Direction::kInbound) answer_awaited_ = true;
}

void ContactFold::AnswerEntry(const std::string& agent, EventTime t) {
  const domain::QueueRules& rules = RulesAt(rules_, t).ForQueue(entry_->queue);
  const Duration wait = AtLeastZero(t - entry_->since);
  const bool in_target = Within(wait, rules.answer_threshold, rules);
  Count(QueueLabels(entry_->queue, entry_->direction), MetricId::kAnswerSeconds, t, 0,
        wait.millis());
  Count(AgentLabels(agent), MetricId::kAgentAnswers, t, in_target ? 0 : 1);
  CloseEntry(in_target ? QueueOutcome::kAnsweredInTarget : QueueOutcome::kAnsweredLate, t);
}

void ContactFold::AbandonEntry(EventTime t) {
  const domain::QueueRules& rules = RulesAt(rules_, t).ForQueue(entry_->queue);
  const Duration wait = AtLeastZero(t - entry_->since);
  Count(QueueLabels(entry_->queue, entry_->direction), MetricId::kAbandonSeconds, t, 0,
        wait.millis());
  QueueOutcome outcome = QueueOutcome::kAbandonedLate;
  if (Within(wait, rules.answer_threshold, rules)) outcome = QueueOutcome::kAbandonedInTarget;
  if (Within(wait, rules.short_abandon, rules)) outcome = QueueOutcome::kAbandonedShort;
  CloseEntry(outcome, t);
}

size_t ContactFold::CloseEntry(QueueOutcome outcome, EventTime t) {
  const size_t place = Count(QueueLabels(entry_->queue, entry_->direction),
                             MetricId::kContactOutcomes, t, static_cast<size_t>(outcome));
  waited_ = waited_ + AtLeastZero(t - entry_->since);
  entry_.reset();
  return place;
}

void ContactFold::Missed(const Event& e) {
  size_t reason = 0;  // no_answer
  if (e.cause == Cause::kDeclined) reason = 1;
  if (e.cause == Cause::kCallerHungUp) reason = 2;
  const std::string agent(e.agent);
  EndRing(agent, e.time());
  Count(QueueLabels(queue_, DirectionLabel()), MetricId::kMissedOffers, e.time(), reason);
  Count(AgentLabels(agent), MetricId::kAgentMissedOffers, e.time(), reason);
}

bool ContactFold::IsActive(const std::string& agent) const {
  return std::any_of(legs_.begin(), legs_.end(),
                     [&](const Leg& leg) { return leg.agent == agent; });
}

void ContactFold::Activate(const Event& e) {
  const EventTime t = e.time();
  const std::string agent(e.agent);
  if (IsActive(agent)) return;
  EndRing(agent, t);
  if (e.type == EventType::kCallAnswered || e.type == EventType::kCallConnected) {
    while (!rings_.empty()) EndRing(std::string(rings_.begin()->first), t);
  }
  wrap_ups_.erase(agent);
  const bool joins = e.type == EventType::kCallJoined || e.type == EventType::kChatJoined;
  if (joins && !legs_.empty()) {
    Count(QueueLabels(queue_, DirectionLabel()), MetricId::kConferences, t);
  }
  legs_.push_back({.agent = agent, .queue = queue_, .since = t, .talk = {}, .hold = {}});
  last_person_ = agent;
  answered_by_person_ = true;
}

void ContactFold::SetHeld(const Event& e, bool held) {
  if (legs_.empty()) return;
  const std::string agent = e.agent.empty() ? legs_.back().agent : std::string(e.agent);
  for (Leg& leg : legs_) {
    if (leg.agent != agent || leg.held == held) continue;
    Duration& stretch = leg.held ? leg.hold : leg.talk;
    stretch = stretch + (e.time() - leg.since);
    leg.held = held;
    leg.ever_held = leg.ever_held || held;
    leg.since = e.time();
  }
}

void ContactFold::Transferred(const Event& e) {
  const EventTime t = e.time();
  domain::TransferTo to = domain::TransferTo::kExternal;
  if (!e.to_agent.empty()) to = domain::TransferTo::kAgent;
  if (!e.to_queue.empty()) to = domain::TransferTo::kQueue;
  const size_t closed = TransferIndex(e.transfer_kind, to);
  Count(QueueLabels(queue_, DirectionLabel()), MetricId::kTransfers, t, closed);
  ++transfers_;
  std::string agent(e.by_agent.empty() ? e.agent : e.by_agent);
  if (agent.empty() && !legs_.empty()) agent = legs_.back().agent;
  if (!agent.empty()) {
    Count(AgentLabels(agent), MetricId::kAgentTransfers, t, closed);
    EndLegOf(agent, t);
  }
  if (entry_) CloseEntry(QueueOutcome::kTransferred, t);
}

void ContactFold::WrappedUp(const Event& e) {
  const std::string agent(e.agent);
  const auto it = wrap_ups_.find(agent);
  if (it == wrap_ups_.end()) return;
  const Duration length = std::min(AtLeastZero(e.time() - it->second.since),
                                   RulesAt(rules_, e.time()).max_wrap_up);
  ObservePart(agent, it->second.queue, Part::kWrapUp, e.time(), length);
  ObservePart(agent, it->second.queue, Part::kHandle, e.time(), length);
  wrap_ups_.erase(it);
}

void ContactFold::EndRing(const std::string& agent, EventTime t) {
  const auto it = rings_.find(agent);
  if (it == rings_.end()) return;
  ObservePart(agent, it->second.queue, Part::kRing, t, AtLeastZero(t - it->second.since));
  rings_.erase(it);
}

void ContactFold::EndLegOf(const std::string& agent, EventTime t) {
  const auto it = std::find_if(legs_.begin(), legs_.end(),
                               [&](const Leg& leg) { return leg.agent == agent; });
  if (it == legs_.end()) return;
  Leg leg = *it;
  legs_.erase(it);
  Duration& stretch = leg.held ? leg.hold : leg.talk;
  stretch = stretch + AtLeastZero(t - leg.since);
  ObservePart(agent, leg.queue, Part::kTalk, t, leg.talk);
  if (leg.ever_held) ObservePart(agent, leg.queue, Part::kHold, t, leg.hold);
  ObservePart(agent, leg.queue, Part::kHandle, t, leg.talk + leg.hold);
  if (!handled_) Count(ContactLabels(leg.queue), MetricId::kHandledContacts, t);
  handled_ = true;
  if (kind_ != Kind::kTicket) wrap_ups_[agent] = {.queue = leg.queue, .since = t};
}

void ContactFold::EndAllLegs(EventTime t) {
  while (!legs_.empty()) EndLegOf(std::string(legs_.front().agent), t);
  while (!rings_.empty()) EndRing(std::string(rings_.begin()->first), t);
}

void ContactFold::ObservePart(const std::string& agent, const std::string& queue, Part part,
                              EventTime t, Duration length) {
  const auto closed = static_cast<size_t>(part);
  Count(ContactLabels(queue), MetricId::kHandlingSeconds, t, closed, length.millis());
  Count(AgentLabels(agent), MetricId::kAgentHandlingSeconds, t, closed, length.millis());
  if (!parts_seen_.emplace(agent, queue, part).second) return;
  Count(ContactLabels(queue), MetricId::kHandlingContacts, t, closed);
  Count(AgentLabels(agent), MetricId::kAgentHandlingContacts, t, closed);
}

}  // namespace touchline::naive
