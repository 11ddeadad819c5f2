#include "domain/rules.h"

#include "domain/field_codec.h"

namespace touchline::domain {
namespace {

// Names every field in the order of the state format; serves writing and reading.
template <class A, class Q>
void VisitQueue(A& a, Q& q) {
  a(q.answer_threshold);
  a(q.short_abandon);
  a(q.threshold_inclusive);
  a(q.business_calendar);
}

template <class A, class R>
void Visit(A& a, R& r) {
  a(r.effective_from);
  VisitQueue(a, r.default_queue);
  a(r.reap_call_after);
  a(r.reap_chat_after);
  a(r.reopen_window);
  a(r.retention);
  a(r.max_wrap_up);
  a(r.silent_abandon_after);
  a(r.max_log_entries);
  a(r.journey_quiet_period);
  a(r.journey_retention);
  a(r.effort_repeat_within);
  a(r.max_contacts_per_journey);
  a(r.effort.waiting_milli);
  a(r.effort.repeat_contact_milli);
  a(r.effort.channel_switch_milli);
  a(r.effort.transfer_milli);
  a(r.effort.reopening_milli);
  a(r.effort.abandoned_milli);
  a(r.effort.repeated_info_milli);
}

}  // namespace

void RuleSet::Encode(ByteWriter* out) const {
  FieldWriter<ByteWriter> w{*out};
  Visit(w, *this);
  out->Varint(queues.size());
  for (const auto& [name, rules] : queues) {
    out->String(name);
    VisitQueue(w, rules);
  }
  out->Varint(calendars.size());
  for (const auto& [name, spec] : calendars) {
    out->String(name);
    domain::Encode(spec, out);
  }
  out->Varint(policies.size());
  for (const Policy& policy : policies) domain::Encode(policy, out);
  out->Varint(agents.size());
  for (const auto& [name, entry] : agents) {
    out->String(name);
    out->String(entry.team);
    out->String(entry.partner);
  }
}

bool RuleSet::Decode(ByteReader* in) {
  *this = RuleSet();
  FieldReader r{*in};
  Visit(r, *this);
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    const std::string name(in->String());
    VisitQueue(r, queues[name]);
  }
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    const std::string name(in->String());
    if (!domain::Decode(in, &calendars[name])) return false;
  }
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    if (!domain::Decode(in, &policies.emplace_back())) return false;
  }
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    AgentEntry& entry = agents[std::string(in->String())];
    entry.team = in->String();
    entry.partner = in->String();
  }
  return in->ok();
}

}  // namespace touchline::domain
