#include "tests/support/naive/contact_fold.h"

#include <algorithm>

#include "tests/support/naive/sla_values.h"

namespace touchline::naive {

using domain::Cause;
using domain::Channel;
using domain::Direction;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::MetricId;
using domain::Party;
using domain::QueueOutcome;
using domain::TicketStatus;
using pipeline::ScopeLabels;

ContactResult FoldContact(const std::vector<Event>& events, EventTime watermark,
                          const Rules& rules) {
  ContactFold fold(*domain::KindOf(events.front().type), rules);
  fold.Run(events, watermark);
  ContactResult result = fold.Result(std::string(events.front().subject));
  result.sla = RunClocks(fold.moments(), watermark, rules);
  AddTo(&result.values, Spread(CountClocks(result.sla, result.facts.kind)));
  return result;
}

void ContactFold::Run(const std::vector<Event>& events, EventTime watermark) {
  for (const Event& e : events) {
    FireTimers(e.time(), watermark);
    Apply(e);
  }
  FireTimers(EventTime::Max(), watermark);
}

ContactResult ContactFold::Result(const std::string& id) const {
  ContactResult result;
  std::vector<Counted> counted = counted_;
  CountGauges(&counted, &result.waiting);
  result.values = Spread(counted);
  result.facts = {.kind = kind_,
                  .id = id,
                  .customer = customer_,
                  .first_partner = first_partner_,
                  .partner = partner_,
                  .queue = queue_,
                  .reason = end_ ? reason_at_end_ : reason_,
                  .segment = segment_,
                  .tier = tier_,
                  .channel = ChannelLabel(),
                  .initiator = initiator_,
                  .linked = linked_,
                  .answered_by_person = answered_by_person_,
                  .abandoned = abandoned_,
                  .start = created_at_,
                  .end = end_,
                  .waited = waited_,
                  .transfers = transfers_,
                  .reopenings = reopenings_,
                  .repeated_info = repeated_info_};
  return result;
}

void ContactFold::FireTimers(EventTime before, EventTime watermark) {
  enum Timer { kSilentAbandon, kReaper, kReopenWindow };
  for (;;) {
    std::vector<std::pair<EventTime, Timer>> pending;
    if (!end_ && kind_ == Kind::kChat && entry_ && !entry_->silent_abandon) {
      const EventTime from = entry_->silent_from();
      pending.emplace_back(from + RulesAt(rules_, from).silent_abandon_after, kSilentAbandon);
    }
    if (!end_ && created_ && kind_ != Kind::kTicket) {
      const domain::RuleSet& rules = RulesAt(rules_, last_event_);
      pending.emplace_back(
          last_event_ + (kind_ == Kind::kCall ? rules.reap_call_after : rules.reap_chat_after),
          kReaper);
    }
    if (!end_ && created_ && kind_ == Kind::kTicket && status_ == TicketStatus::kSolved) {
      pending.emplace_back(status_since_ + RulesAt(rules_, status_since_).reopen_window,
                           kReopenWindow);
    }
    if (pending.empty()) return;
    const auto [due, timer] = *std::min_element(pending.begin(), pending.end());
    if (due >= before || due >= watermark) return;
    if (timer == kSilentAbandon) SilentAbandon(due);
    if (timer == kReaper) Reap(due);
    if (timer == kReopenWindow) {
      End(due, due);
      ended_by_window_ = true;
    }
    if (timer != kSilentAbandon) NoteMoment(due, std::nullopt);
  }
}

void ContactFold::Apply(const Event& e) {
  const bool first = !created_;
  if (first) {
    created_ = true;
    created_at_ = status_since_ = unsolved_since_ = e.time();
    first_is_dialed_ = e.type == EventType::kCallDialed;
  }
  Learn(e);
  if (first) {
    CountContact(e);
    const bool to_ivr =
        e.type == EventType::kCallStarted && DirectionLabel() == Direction::kInbound;
    self_service_ = to_ivr || (e.type == EventType::kChatStarted && e.bot);
  }
  if (end_ && Revives(e)) Revive(e);
  if (!end_) ReachPeople(e);
  if (end_) {
    ApplyAfterEnd(e);
  } else if (kind_ == Kind::kTicket) {
    ApplyTicket(e);
  } else {
    ApplyCallOrChat(e);
  }
  last_event_ = e.time();
  NoteMoment(e.time(), ChangerOf(e));
}

void ContactFold::Learn(const Event& e) {
  const EventType type = e.type;
  const bool opening = type == EventType::kCallStarted || type == EventType::kChatStarted ||
                       type == EventType::kCallQueued || type == EventType::kChatQueued ||
                       type == EventType::kCallDialed || type == EventType::kTicketCreated;
  const bool updated = type == EventType::kCallUpdated || type == EventType::kChatUpdated ||
                       type == EventType::kTicketUpdated;
  const auto learn = [](std::string* known, std::string_view told) {
    if (!told.empty()) *known = told;
  };
  learn(&partner_, e.partner);
  if (first_partner_.empty()) first_partner_ = partner_;
  if (type == EventType::kCallConnected || type == EventType::kCallNotConnected) {
    learn(&customer_, e.customer);
  }
  if (opening || updated) {
    learn(&customer_, e.customer);
    learn(&priority_, e.priority);
    learn(&tier_, e.tier);
    learn(&reason_, e.reason);
  }
  if (opening) {
    learn(&segment_, e.segment);
    if (e.relation != domain::Relation::kNone) linked_ = true;
    if (channel_ == Channel::kNone) channel_ = e.channel;
    if (e.direction != Direction::kNone) direction_ = e.direction;
  }
  if (updated && e.repeated_info) ++repeated_info_;
  if (!e.agent.empty() && !e.team.empty()) told_teams_[std::string(e.agent)] = e.team;
}

void ContactFold::CountContact(const Event& first) {
  const bool opens_queue = first.type == EventType::kCallQueued ||
                           first.type == EventType::kChatQueued ||
                           first.type == EventType::kTicketCreated;
  const bool opening = opens_queue || first.type == EventType::kCallStarted ||
                       first.type == EventType::kChatStarted ||
                       first.type == EventType::kCallDialed;
  Party initiator = opening ? first.initiator : Party::kNone;
  if (initiator == Party::kNone && first.type == EventType::kTicketCreated) {
    initiator = first.created_by;
  }
  if (initiator == Party::kNone) {
    initiator = Party::kCustomer;
    if (DirectionLabel() == Direction::kOutbound) initiator = Party::kAgent;
    if (DirectionLabel() == Direction::kCallback) initiator = Party::kSystem;
  }
  if (initiator == Party::kBot || initiator == Party::kThirdParty) initiator = Party::kSystem;
  initiator_ = initiator;
  const size_t closed = initiator == Party::kCustomer ? 0 : initiator == Party::kAgent ? 1 : 2;
  const std::string queue = opens_queue ? std::string(first.queue) : "";
  Count(QueueLabels(queue, DirectionLabel()), MetricId::kContacts, first.time(), closed);
}

void ContactFold::ApplyCallOrChat(const Event& e) {
  const EventTime t = e.time();
  const std::string agent(e.agent);
  switch (e.type) {
    case EventType::kChatStarted:
      if (e.bot && bot_may_hold_) bot_holds_ = true;
      break;
    case EventType::kCallQueued:
    case EventType::kChatQueued:
      Queued(e);
      break;
    case EventType::kCallUpdated:
    case EventType::kChatUpdated:
      if (!e.queue.empty()) queue_ = e.queue;
      break;
    case EventType::kCallLeftQueue:
    case EventType::kChatLeftQueue:
      if (entry_) CloseEntry(QueueOutcome::kFlowOut, t);
      answer_awaited_ = false;
      break;
    case EventType::kCallRinging:
    case EventType::kChatOffered:
      rings_.try_emplace(agent, Ring{.queue = queue_, .since = t});
      Count(AgentLabels(agent), MetricId::kAgentOffers, t);
      break;
    case EventType::kCallMissed:
    case EventType::kChatMissed:
      Missed(e);
      break;
    case EventType::kCallConnected:
      Count(QueueLabels(queue_, DirectionLabel()), MetricId::kOutbound, t, 0);
      [[fallthrough]];
    case EventType::kCallAnswered:
    case EventType::kChatJoined:
      if (entry_) AnswerEntry(agent, t);
      answer_awaited_ = false;
      happened_.answered = true;
      Activate(e);
      if (e.type == EventType::kChatJoined) bot_holds_ = bot_may_hold_ = false;
      break;
    case EventType::kCallJoined:
      Activate(e);
      break;
    case EventType::kCallNotConnected: {
      size_t result = 1;  // no_answer
      if (e.cause == Cause::kBusy) result = 2;
      if (e.cause == Cause::kVoicemail) result = 3;
      if (e.cause == Cause::kWrongNumber) result = 4;
      Count(QueueLabels(queue_, DirectionLabel()), MetricId::kOutbound, t, result);
      break;
    }
    case EventType::kCallHeld:
      SetHeld(e, true);
      break;
    case EventType::kCallResumed:
      SetHeld(e, false);
      break;
    case EventType::kCallConsulted:
      Count(QueueLabels(queue_, DirectionLabel()), MetricId::kConsults, t);
      break;
    case EventType::kCallLeft:
    case EventType::kChatLeft:
      EndLegOf(agent, t);
      break;
    case EventType::kCallTransferred:
    case EventType::kChatTransferred:
      Transferred(e);
      break;
    case EventType::kCallAbandoned:
    case EventType::kChatAbandoned:
      if (entry_) AbandonEntry(t);
      abandoned_ = true;
      if (self_service_) {
        published_at_end_.push_back(CountSelfService(domain::SelfServiceResult::kAbandoned, t));
      }
      End(t, t);
      break;
    case EventType::kCallEnded:
    case EventType::kChatEnded:
      Ended(e);
      break;
    case EventType::kCallWrappedUp:
    case EventType::kChatWrappedUp:
      WrappedUp(e);
      break;
    case EventType::kChatMessage:
      Message(e);
      break;
    default:  // started, dialed, reopened: nothing beyond what was learnt
      break;
  }
}

Channel ContactFold::ChannelLabel() const {
  if (channel_ != Channel::kNone) return channel_;
  if (kind_ == Kind::kCall) return Channel::kVoice;
  return kind_ == Kind::kChat ? Channel::kWeb : Channel::kEmail;
}

Direction ContactFold::DirectionLabel() const {
  if (direction_ != Direction::kNone) return direction_;
  return first_is_dialed_ ? Direction::kOutbound : Direction::kInbound;
}

ScopeLabels ContactFold::QueueLabels(const std::string& queue, Direction direction) const {
  return {.scope = domain::ScopeKind::kQueue,
          .partner = partner_,
          .kind = kind_,
          .channel = ChannelLabel(),
          .direction = direction,
          .subject = queue};
}

ScopeLabels ContactFold::ContactLabels(const std::string& queue) const {
  ScopeLabels labels = QueueLabels(queue, Direction::kNone);
  labels.scope = domain::ScopeKind::kContact;
  return labels;
}

ScopeLabels ContactFold::AgentLabels(const std::string& agent) const {
  ScopeLabels labels = ContactLabels(agent);
  labels.scope = domain::ScopeKind::kAgent;
  return labels;
}

size_t ContactFold::Count(const ScopeLabels& labels, MetricId metric, EventTime at, size_t closed,
                          int64_t value) {
  counted_.push_back({.labels = labels,
                      .metric = metric,
                      .closed = static_cast<uint8_t>(closed),
                      .at = at,
                      .value = value});
  return counted_.size() - 1;
}

void ContactFold::CountGauges(std::vector<Counted>* counted, LongestWaiting* waiting) const {
  if (end_) return;
  const auto gauge = [&](const ScopeLabels& labels, MetricId metric, size_t closed) {
    counted->push_back({.labels = labels,
                        .metric = metric,
                        .closed = static_cast<uint8_t>(closed),
                        .at = last_event_,
                        .value = 1});
  };
  if (entry_) {
    const ScopeLabels labels = QueueLabels(entry_->queue, entry_->direction);
    gauge(labels, MetricId::kWaitingContacts, 0);
    waiting->emplace(labels, entry_->since);
  }
  domain::OpenStatus status = domain::OpenStatus::kSelfService;
  if (!legs_.empty()) status = domain::OpenStatus::kActive;
  if (entry_) status = domain::OpenStatus::kWaiting;
  if (kind_ == Kind::kTicket) {
    if (status_ == TicketStatus::kNew) status = domain::OpenStatus::kNew;
    if (status_ == TicketStatus::kOpen) status = domain::OpenStatus::kOpen;
    if (status_ == TicketStatus::kPending) status = domain::OpenStatus::kPending;
    if (status_ == TicketStatus::kOnHold) status = domain::OpenStatus::kOnHold;
    if (status_ == TicketStatus::kSolved) status = domain::OpenStatus::kSolved;
  }
  gauge(ContactLabels(queue_), MetricId::kOpenContacts, static_cast<size_t>(status));
  const bool attended = kind_ == Kind::kCall || StatusIsSolved() ||
                        (!unanswered_since_ && !FirstResponseStart());
  if (!attended) gauge(ContactLabels(queue_), MetricId::kUnattendedContacts, 0);
}

}  // namespace touchline::naive
