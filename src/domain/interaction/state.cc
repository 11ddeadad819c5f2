#include "domain/interaction/state.h"

#include "domain/field_codec.h"

namespace touchline::domain {
namespace {

// One description serves writing, reading and comparing: Visit(archive, state) names every field
// in the order of the state format (docs/state_format.md).
template <class A, class T>
void VisitEntry(A& a, T& e) {
  a(e.open);
  a(e.queue);
  a(e.direction);
  a(e.since);
  a(e.silent_counted);
  a(e.silent_at);
  a(e.silent_partner);
  a(e.silent_channel);
  a(e.last_customer_message);
}

template <class A, class T>
void VisitLeg(A& a, T& l) {
  a(l.agent);
  a(l.ringing);
  a(l.ring_queue);
  a(l.ring_since);
  a(l.active);
  a(l.on_hold);
  a(l.held);
  a(l.queue);
  a(l.turn);
  a(l.since);
  a(l.talk_ms);
  a(l.hold_ms);
  a(l.wrapping);
  a(l.wrap_queue);
  a(l.wrap_since);
}

void VisitClock(FieldWriter<RecordWriter>& w, const SlaClock& clock, EventTime created_at) {
  Encode(clock, created_at, &w.out);
}
void VisitClock(FieldReader& r, SlaClock& clock, EventTime created_at) {
  Decode(&r.in, created_at, &clock);
}

template <class A, class T>
void VisitContribution(A& a, T& c) {
  a(c.scope.kind);
  a(c.scope.contact);
  a(c.scope.channel);
  a(c.scope.direction);
  a(c.scope.partner);
  a(c.scope.subject);
  a(c.scope.policy);
  a(c.cell.metric);
  a(c.cell.closed);
  a(c.cell.bucket);
  a(c.at);
  a(c.value);
}

template <class A, class T>
void Visit(A& a, T& s) {
  a(s.kind);
  a(s.created);
  a(s.channel);
  a(s.channel_named);
  a(s.direction);
  a(s.partner);
  a(s.first_partner);
  a(s.queue);
  a(s.priority);
  a(s.tier);
  a(s.segment);
  a(s.reason);
  a(s.reason_at_end);
  a(s.customer);
  a(s.initiator);
  a(s.linked);
  a(s.created_at);
  a(s.last_event_at);
  a(s.last_fired_at);
  VisitEntry(a, s.entry);
  a(s.had_entry);
  a.Each(s.legs, [&a](auto& l) { VisitLeg(a, l); });
  a.Each(s.segments, [&a](auto& g) {
    a(g.agent);
    a(g.queue);
    a(g.parts);
  });
  a(s.turns);
  a(s.handled);
  a(s.last_handler);
  a(s.unanswered);
  a(s.first_start);
  a(s.first_done);
  a(s.person_replied);
  a(s.customer_wrote);
  a(s.bot_holds);
  a(s.handoff_done);
  a(s.handoff_pending);
  a(s.in_self_service);
  a(s.status);
  a(s.status_since);
  a(s.requester_ms);
  a(s.work_ms);
  a(s.assignee);
  a(s.solved);
  a(s.ever_solved);
  a(s.last_solved_at);
  a(s.solved_ms);
  a(s.solved_ms_before_last);
  a(s.end);
  a(s.ended_at);
  a.Each(s.published_by_end, [&a](auto& c) { VisitContribution(a, c); });
  StretchLog::Visit(a, s.stretches);
  VisitEntry(a, s.dropped_entry);
  a(s.dropped_wait_ms);
  a.Each(s.clocks, [&a, &s](auto& c) { VisitClock(a, c, s.created_at); });
  a(s.policy_labels.partner);
  a(s.policy_labels.kind);
  a(s.policy_labels.channel);
  a(s.policy_labels.queue);
  a(s.policy_labels.priority);
  a(s.policy_labels.tier);
  a(s.policy_at);
  a(s.promised);
  a(s.awaits_answer);
  a(s.dropped_awaits_answer);
  a(s.pause_lifted);
  a.Each(s.teams, [&a](auto& t) {
    a(t.agent);
    a(t.team);
  });
  a(s.waited_ms);
  a(s.transfers);
  a(s.reopenings);
  a(s.repeated_info);
  a(s.answered_by_person);
  a(s.abandoned);
}

}  // namespace

void InteractionState::Encode(RecordWriter* out) const {
  FieldWriter<RecordWriter> w{*out};
  Visit(w, *this);
}

bool InteractionState::Decode(ByteReader* in) {
  FieldReader r{*in};
  Visit(r, *this);
  clock_inputs = {};
  clock_timer = FirstTimer(clocks);
  return in->ok();
}

bool InteractionState::operator==(const InteractionState& other) const {
  ByteBuffer a, b;
  RecordWriter wa(&a), wb(&b);
  Encode(&wa);
  other.Encode(&wb);
  return a.view() == b.view();
}

size_t InteractionState::heap_bytes() const {
  // Asked after each event: a look into each clock for what is kept apart, which hardly any has,
  // would cost more than it tells.
  return HeapBytes(legs) + HeapBytes(segments) + HeapBytes(published_by_end) + HeapBytes(teams) +
         stretches.heap_bytes() + clocks.capacity() * sizeof(SlaClock);
}

}  // namespace touchline::domain
