#include "domain/sla/clock.h"

// A clock's bytes: docs/state_format.md.

namespace touchline::domain {
namespace {

// The first byte: target and end, then flags.
constexpr unsigned kTargetMask = 7, kEndShift = 3, kEndMask = 3;
constexpr unsigned kMayResume = 1u << 5, kRunning = 1u << 6, kAtRisk = 1u << 7;
// The second: flags, then which of the rest is there.
constexpr unsigned kForecast = 1u << 0, kSuperseded = 1u << 1, kBreached = 1u << 2;
constexpr unsigned kDue = 1u << 3, kAtRiskAt = 1u << 4, kHeld = 1u << 5;
constexpr unsigned kDueLabels = 1u << 6, kEndLabels = 1u << 7;

constexpr unsigned If(bool is_so, unsigned bit) { return is_so ? bit : 0; }

// Differences wrap around: bytes that nobody wrote must not be able to overflow.
int64_t Difference(EventTime from, EventTime to) {
  return static_cast<int64_t>(static_cast<uint64_t>(to.millis()) -
                              static_cast<uint64_t>(from.millis()));
}

EventTime TimeAfter(EventTime from, ByteReader* in) {
  return EventTime::FromMillis(static_cast<int64_t>(static_cast<uint64_t>(from.millis()) +
                                                    static_cast<uint64_t>(in->Signed())));
}

void EncodeLabels(const SlaLabels& labels, RecordWriter* out) {
  out->Varint(labels.partner);
  out->Varint(labels.queue);
  out->U8(static_cast<uint8_t>(labels.channel));
}

SlaLabels DecodeLabels(ByteReader* in) {
  SlaLabels labels;
  labels.partner = in->Varint32();
  labels.queue = in->Varint32();
  labels.channel = static_cast<Channel>(in->U8());
  return labels;
}

void EncodeHeld(const SlaClock& clock, RecordWriter* out) {
  size_t holders = 0;
  clock.EachHeld([&holders](const SlaClock::Held&) { ++holders; });
  out->Varint(holders);
  clock.EachHeld([out](const SlaClock::Held& held) {
    out->Varint(held.holder);
    out->Signed(held.ms);
  });
}

void DecodeHeld(ByteReader* in, SlaClock* clock) {
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    const Symbol holder = in->Varint32();
    clock->AddHeld({.holder = holder, .ms = in->Signed()});
  }
}

}  // namespace

void Encode(const SlaClock& c, EventTime created_at, RecordWriter* out) {
  bool is_held = false;
  c.EachHeld([&is_held](const SlaClock::Held&) { is_held = true; });
  const SlaClock::Apart none;
  const SlaClock::Apart& apart = c.apart.get() != nullptr ? *c.apart.get() : none;
  out->U8(static_cast<uint8_t>(static_cast<unsigned>(c.target) |
                               static_cast<unsigned>(c.end) << kEndShift |
                               If(c.may_resume, kMayResume) | If(c.running, kRunning) |
                               If(c.at_risk, kAtRisk)));
  out->U8(static_cast<uint8_t>(
      If(c.is_forecast, kForecast) | If(c.superseded, kSuperseded) | If(c.breached, kBreached) |
      If(c.due != EventTime::Max(), kDue) | If(c.at_risk_at != EventTime::Max(), kAtRiskAt) |
      If(is_held, kHeld) | If(apart.due_labels.has_value(), kDueLabels) |
      If(apart.end_labels.has_value(), kEndLabels)));
  out->Varint(c.cycle);
  out->Varint(c.policy);
  out->Varint(c.holder);
  out->U8(c.pause);
  out->Signed(c.budget.millis());
  out->Signed(Difference(created_at, c.since));
  if (c.due != EventTime::Max()) out->Signed(Difference(c.since, c.due));
  if (c.at_risk_at != EventTime::Max()) out->Signed(Difference(c.since, c.at_risk_at));
  if (c.breached) {
    out->Signed(Difference(created_at, c.breached_at));
    out->Varint(c.breach_holder);
  }
  if (is_held) EncodeHeld(c, out);
  if (apart.due_labels) EncodeLabels(*apart.due_labels, out);
  if (apart.end_labels) EncodeLabels(*apart.end_labels, out);
}

void Decode(ByteReader* in, EventTime created_at, SlaClock* c) {
  *c = SlaClock();
  const unsigned first = in->U8();
  const unsigned second = in->U8();
  c->target = static_cast<SlaTarget>(first & kTargetMask);
  c->end = static_cast<SlaClock::End>(first >> kEndShift & kEndMask);
  c->may_resume = (first & kMayResume) != 0;
  c->running = (first & kRunning) != 0;
  c->at_risk = (first & kAtRisk) != 0;
  c->is_forecast = (second & kForecast) != 0;
  c->superseded = (second & kSuperseded) != 0;
  c->breached = (second & kBreached) != 0;
  c->cycle = in->Varint32();
  c->policy = in->Varint32();
  c->holder = in->Varint32();
  c->pause = in->U8();
  c->budget = Duration::Millis(in->Signed());
  c->since = TimeAfter(created_at, in);
  if ((second & kDue) != 0) c->due = TimeAfter(c->since, in);
  if ((second & kAtRiskAt) != 0) c->at_risk_at = TimeAfter(c->since, in);
  if (c->breached) {
    c->breached_at = TimeAfter(created_at, in);
    c->breach_holder = in->Varint32();
  }
  if ((second & kHeld) != 0) DecodeHeld(in, c);
  if ((second & kDueLabels) != 0) c->apart.Make().due_labels = DecodeLabels(in);
  if ((second & kEndLabels) != 0) c->apart.Make().end_labels = DecodeLabels(in);
}

}  // namespace touchline::domain
