#include <algorithm>

#include "domain/interaction/fold.h"

// docs/folding_rules.md section 3.

namespace touchline::domain {
namespace {

constexpr uint8_t kMissedNoAnswer = 0, kMissedDeclined = 1, kMissedCallerHungUp = 2;

uint8_t MissedReason(Cause cause) {
  if (cause == Cause::kDeclined) return kMissedDeclined;
  return cause == Cause::kCallerHungUp ? kMissedCallerHungUp : kMissedNoAnswer;
}

int64_t MillisBetween(EventTime from, EventTime to) {
  return std::max(int64_t{0}, (to - from).millis());
}

}  // namespace

Leg& Fold::LegOf(Symbol agent) {
  for (Leg& leg : s_.legs) {
    if (leg.agent == agent) return leg;
  }
  Leg& leg = s_.legs.emplace_back();
  leg.agent = agent;
  return leg;
}

Leg* Fold::NewestActiveLeg() {
  Leg* newest = nullptr;
  for (Leg& leg : s_.legs) {
    if (leg.active && (newest == nullptr || leg.turn > newest->turn)) newest = &leg;
  }
  return newest;
}

void Fold::Offered(const LogEntry& e) {
  LeaveSelfService();
  CountAgent(e.agent, MetricId::kAgentOffers, 0);
  Leg& leg = LegOf(e.agent);
  if (leg.ringing) return;
  leg.ringing = true;
  leg.ring_queue = s_.queue;
  leg.ring_since = now_;
}

void Fold::Missed(const LogEntry& e) {
  EndRing(LegOf(e.agent), now_);
  const uint8_t reason = MissedReason(e.cause);
  Count(out_, QueueScope(s_.queue, s_.direction), MetricId::kMissedOffers, reason, now_);
  CountAgent(e.agent, MetricId::kAgentMissedOffers, reason);
}

void Fold::Activate(const LogEntry& e) {
  LeaveSelfService();
  const bool joins = e.type == EventType::kCallJoined || e.type == EventType::kChatJoined;
  const bool takes = e.type == EventType::kCallAnswered || e.type == EventType::kCallConnected;
  if (e.type == EventType::kCallConnected) {
    Count(out_, QueueScope(s_.queue, s_.direction), MetricId::kOutbound, 0, now_);
  }
  if (takes || e.type == EventType::kChatJoined) {
    Answered(e.agent);
    answered_ = s_.awaits_answer;
    s_.awaits_answer = false;
  }
  s_.bot_holds = false;
  s_.answered_by_person = true;

  if (LegOf(e.agent).active) return;
  const Leg* other = NewestActiveLeg();
  if (joins && other != nullptr) {
    Count(out_, QueueScope(s_.queue, s_.direction), MetricId::kConferences, 0, now_);
  }
  for (Leg& leg : s_.legs) {
    if (takes || leg.agent == e.agent) EndRing(leg, now_);
  }
  Leg& leg = LegOf(e.agent);
  leg.active = true;
  leg.on_hold = leg.held = leg.wrapping = false;
  leg.queue = s_.queue;
  leg.turn = ++s_.turns;
  leg.since = now_;
  leg.talk_ms = leg.hold_ms = 0;
  s_.last_handler = e.agent;
}

void Fold::HoldOrResume(const LogEntry& e) {
  Leg* leg = e.agent != 0 ? &LegOf(e.agent) : NewestActiveLeg();
  const bool to_hold = e.type == EventType::kCallHeld;
  if (leg == nullptr || !leg->active || leg->on_hold == to_hold) return;
  (to_hold ? leg->talk_ms : leg->hold_ms) += MillisBetween(leg->since, now_);
  leg->since = now_;
  leg->on_hold = to_hold;
  leg->held = leg->held || to_hold;
}

void Fold::Transferred(const LogEntry& e) {
  LeaveSelfService();
  const uint8_t transfer = e.has(LogEntry::kWarm) ? 0 : 1;
  const uint8_t indices[] = {transfer, static_cast<uint8_t>(e.to - 1)};
  const uint8_t closed = ClosedIndex(Spec(MetricId::kTransfers), indices);
  Count(out_, QueueScope(s_.queue, s_.direction), MetricId::kTransfers, closed, now_);
  ++s_.transfers;

  Symbol agent = e.by_agent != 0 ? e.by_agent : e.agent;
  Leg* leg = agent != 0 ? &LegOf(agent) : NewestActiveLeg();
  if (leg != nullptr) agent = leg->agent;
  CountAgent(agent, MetricId::kAgentTransfers, closed);
  if (leg != nullptr) EndLeg(*leg, now_);
  CloseEntry(QueueOutcome::kTransferred);
}

void Fold::WrappedUp(const LogEntry& e) {
  Leg& leg = LegOf(e.agent);
  if (!leg.wrapping) return;
  leg.wrapping = false;
  const int64_t ms = std::min(MillisBetween(leg.wrap_since, now_),
                              rules_.At(now_).max_wrap_up.millis());
  ObservePart(leg.agent, leg.wrap_queue, Part::kWrapUp, ms, now_);
  ObservePart(leg.agent, leg.wrap_queue, Part::kHandle, ms, now_);
}

void Fold::EndRing(Leg& leg, EventTime at) {
  if (!leg.ringing) return;
  leg.ringing = false;
  ObservePart(leg.agent, leg.ring_queue, Part::kRing, MillisBetween(leg.ring_since, at), at);
}

void Fold::EndLeg(Leg& leg, EventTime at) {
  if (!leg.active) return;
  leg.active = false;
  (leg.on_hold ? leg.hold_ms : leg.talk_ms) += MillisBetween(leg.since, at);
  leg.on_hold = false;
  ObservePart(leg.agent, leg.queue, Part::kTalk, leg.talk_ms, at);
  if (leg.held) ObservePart(leg.agent, leg.queue, Part::kHold, leg.hold_ms, at);
  ObservePart(leg.agent, leg.queue, Part::kHandle, leg.talk_ms + leg.hold_ms, at);
  if (!s_.handled) {
    s_.handled = true;
    Count(out_, ContactScope(leg.queue), MetricId::kHandledContacts, 0, at);
  }
  if (s_.kind == Kind::kTicket) return;
  leg.wrapping = true;
  leg.wrap_queue = leg.queue;
  leg.wrap_since = at;
}

void Fold::EndAllLegs(EventTime at) {
  for (Leg& leg : s_.legs) EndRing(leg, at);
  // Few legs: picking the oldest again and again is cheaper than sorting a copy.
  while (true) {
    Leg* oldest = nullptr;
    for (Leg& leg : s_.legs) {
      if (leg.active && (oldest == nullptr || leg.turn < oldest->turn)) oldest = &leg;
    }
    if (oldest == nullptr) return;
    EndLeg(*oldest, at);
  }
}

void Fold::ObservePart(Symbol agent, Symbol queue, Part part, int64_t ms, EventTime at) {
  const auto index = static_cast<uint8_t>(part);
  Segment* segment = nullptr;
  for (Segment& s : s_.segments) {
    if (s.agent == agent && s.queue == queue) segment = &s;
  }
  if (segment == nullptr) {
    segment = &s_.segments.emplace_back(Segment{.agent = agent, .queue = queue, .parts = 0});
  }
  const auto bit = static_cast<uint8_t>(1u << index);
  const bool first = (segment->parts & bit) == 0;
  segment->parts = static_cast<uint8_t>(segment->parts | bit);

  const Scope contact = ContactScope(queue);
  const Scope of_agent = AgentScope(agent);
  Count(out_, contact, MetricId::kHandlingSeconds, index, at, ms);
  Count(out_, of_agent, MetricId::kAgentHandlingSeconds, index, at, ms);
  if (!first) return;
  Count(out_, contact, MetricId::kHandlingContacts, index, at);
  Count(out_, of_agent, MetricId::kAgentHandlingContacts, index, at);
}

}  // namespace touchline::domain
