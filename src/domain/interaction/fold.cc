#include "domain/interaction/fold.h"

#include <array>

namespace touchline::domain {
namespace {

bool IsUpdate(EventType t) {
  return t == EventType::kCallUpdated || t == EventType::kChatUpdated ||
         t == EventType::kTicketUpdated;
}

bool Opens(EventType t) {
  return t == EventType::kCallStarted || t == EventType::kCallQueued ||
         t == EventType::kCallDialed || t == EventType::kChatStarted ||
         t == EventType::kChatQueued || t == EventType::kTicketCreated;
}

Channel DefaultChannel(Kind kind) {
  switch (kind) {
    case Kind::kCall:
      return Channel::kVoice;
    case Kind::kChat:
      return Channel::kWeb;
    case Kind::kTicket:
      break;
  }
  return Channel::kEmail;
}

// Who began the contact: customer, agent or system.
Party InitiatorOf(Party given, Direction direction) {
  switch (given) {
    case Party::kCustomer:
    case Party::kAgent:
    case Party::kSystem:
      return given;
    case Party::kBot:
    case Party::kThirdParty:
      return Party::kSystem;
    case Party::kNone:
      break;
  }
  switch (direction) {
    case Direction::kOutbound:
      return Party::kAgent;
    case Direction::kCallback:
      return Party::kSystem;
    case Direction::kNone:
    case Direction::kInbound:
      break;
  }
  return Party::kCustomer;
}

// The index in the closed label set `initiator`.
uint8_t InitiatorIndex(Party p) {
  if (p == Party::kCustomer) return 0;
  return p == Party::kAgent ? 1 : 2;
}

template <class T>
void Learn(T given, T* field) {
  if (given != T{}) *field = given;
}

}  // namespace

void Fold::Apply(const LogEntry& e) {
  now_ = e.time();
  replied_ = answered_ = false;
  LearnTeam(e);
  Learn(e.partner, &s_.partner);
  if (s_.first_partner == 0) s_.first_partner = s_.partner;
  if (!s_.created) {
    Create(e);
  } else {
    LearnFields(e);
  }
  if (s_.ended() && Revives(e)) Revive(e);
  if (s_.ended()) {
    ApplyEnded(e);
  } else {
    ApplyOpen(e);
    DriveClocks(&e);
  }
  s_.last_event_at = now_;
}

void Fold::Create(const LogEntry& e) {
  s_.created = true;
  s_.kind = *KindOf(e.type);
  s_.created_at = now_;
  s_.channel = DefaultChannel(s_.kind);
  s_.direction =
      e.type == EventType::kCallDialed ? Direction::kOutbound : Direction::kInbound;
  if (s_.kind == Kind::kTicket) {
    s_.status = TicketStatus::kNew;
    s_.status_since = now_;
  }
  LearnFields(e);
  s_.initiator = InitiatorOf(Opens(e.type) ? e.initiator : Party::kNone, s_.direction);
  if (s_.initiator == Party::kCustomer) s_.first_start = now_;
  s_.in_self_service =
      (e.type == EventType::kCallStarted && s_.direction == Direction::kInbound) ||
      (e.type == EventType::kChatStarted && e.has(LogEntry::kBot));
  // The contact counts in the queue that its first event puts it into.
  const bool enters = e.type == EventType::kTicketCreated || e.type == EventType::kCallQueued ||
                      e.type == EventType::kChatQueued;
  Count(out_, QueueScope(enters ? e.queue : 0, s_.direction), MetricId::kContacts,
        InitiatorIndex(s_.initiator), now_);
}

// Section 1: what an event says of the contact as a whole.
void Fold::LearnFields(const LogEntry& e) {
  const bool names_called =
      e.type == EventType::kCallConnected || e.type == EventType::kCallNotConnected;
  if (!Opens(e.type) && !IsUpdate(e.type) && !names_called) return;
  Learn(e.customer, &s_.customer);
  if (names_called) return;
  Learn(e.priority, &s_.priority);
  Learn(e.tier, &s_.tier);
  Learn(e.reason, &s_.reason);
  if (IsUpdate(e.type)) {
    if (e.has(LogEntry::kRepeatedInfo)) ++s_.repeated_info;
    return;
  }
  Learn(e.segment, &s_.segment);
  Learn(e.direction, &s_.direction);
  if (e.channel != Channel::kNone && !s_.channel_named) {
    s_.channel = e.channel;
    s_.channel_named = true;
  }
  if (e.has(LogEntry::kLinked)) s_.linked = true;
}

void Fold::ApplyOpen(const LogEntry& e) {
  switch (e.type) {
    case EventType::kTicketCreated:
      Learn(e.queue, &s_.queue);
      if (e.status != TicketStatus::kNone) SetStatus(e.status);
      break;
    case EventType::kTicketMessage:
    case EventType::kChatMessage:
      Message(e);
      break;
    case EventType::kTicketUpdated:
      TicketUpdated(e);
      break;
    case EventType::kTicketWorkStarted:
      Activate(e);
      break;
    case EventType::kTicketWorkEnded:
      EndLeg(LegOf(e.agent), now_);
      break;
    case EventType::kTicketMerged:
      EndContact(EndKind::kMerged, now_, now_);
      break;
    default:
      ApplyCallOrChat(e);
  }
}

void Fold::ApplyCallOrChat(const LogEntry& e) {
  switch (e.type) {
    case EventType::kCallQueued:
    case EventType::kChatQueued:
      return Queued(e);
    case EventType::kCallLeftQueue:
    case EventType::kChatLeftQueue:
      s_.awaits_answer = false;
      return CloseEntry(QueueOutcome::kFlowOut);
    case EventType::kCallRinging:
    case EventType::kChatOffered:
      return Offered(e);
    case EventType::kCallMissed:
    case EventType::kChatMissed:
      return Missed(e);
    case EventType::kCallAnswered:
    case EventType::kCallConnected:
    case EventType::kCallJoined:
    case EventType::kChatJoined:
      return Activate(e);
    case EventType::kCallNotConnected: {
      // no_answer, busy, voicemail, wrong_number; connected is counted by Activate.
      uint8_t result = 1;
      if (e.cause == Cause::kBusy) result = 2;
      if (e.cause == Cause::kVoicemail) result = 3;
      if (e.cause == Cause::kWrongNumber) result = 4;
      return Count(out_, QueueScope(s_.queue, s_.direction), MetricId::kOutbound, result, now_);
    }
    case EventType::kCallHeld:
    case EventType::kCallResumed:
      return HoldOrResume(e);
    case EventType::kCallConsulted:
      return Count(out_, QueueScope(s_.queue, s_.direction), MetricId::kConsults, 0, now_);
    case EventType::kCallLeft:
    case EventType::kChatLeft:
      return EndLeg(LegOf(e.agent), now_);
    case EventType::kCallTransferred:
    case EventType::kChatTransferred:
      return Transferred(e);
    case EventType::kCallAbandoned:
    case EventType::kChatAbandoned:
      Abandoned();
      return EndContact(EndKind::kAbandoned, now_, now_);
    case EventType::kCallEnded:
    case EventType::kChatEnded:
      return EndedBy(e);
    case EventType::kCallWrappedUp:
    case EventType::kChatWrappedUp:
      return WrappedUp(e);
    case EventType::kChatStarted:
      if (e.has(LogEntry::kBot) && !s_.had_entry && !s_.answered_by_person) s_.bot_holds = true;
      return;
    case EventType::kCallUpdated:
    case EventType::kChatUpdated:
      return Learn(e.queue, &s_.queue);
    default:
      return;  // call.started, call.dialed, chat.reopened: nothing beyond labels and revival
  }
}

Scope Fold::QueueScope(Symbol queue, Direction direction) const {
  return {.kind = ScopeKind::kQueue, .contact = s_.kind, .channel = s_.channel,
          .direction = direction, .partner = s_.partner, .subject = queue};
}

Scope Fold::ContactScope(Symbol queue) const {
  return {.kind = ScopeKind::kContact, .contact = s_.kind, .channel = s_.channel,
          .partner = s_.partner, .subject = queue};
}

Scope Fold::AgentScope(Symbol agent) const {
  return {.kind = ScopeKind::kAgent, .contact = s_.kind, .channel = s_.channel,
          .partner = s_.partner, .subject = agent};
}

void Fold::CountAgent(Symbol agent, MetricId metric, uint8_t closed, int64_t value) {
  if (agent != 0) Count(out_, AgentScope(agent), metric, closed, now_, value);
}

}  // namespace touchline::domain
