#include "simulator/options.h"

#include <cmath>

namespace touchline::simulator {
namespace {

class Checker {
 public:
  void Share(const char* name, double v) {
    Require(v >= 0 && v <= 1, name, "must lie between 0 and 1");
  }
  void Positive(const char* name, double v, double most) {
    Require(v > 0 && v <= most, name, "must be above 0 and at most " + Text(most));
  }
  void Within(const char* name, double v, double least, double most) {
    Require(v >= least && v <= most, name,
            "must lie between " + Text(least) + " and " + Text(most));
  }
  void Length(const char* name, Duration d) {
    Require(d >= Duration() && d <= Duration::Days(3660), name,
            "must not be negative, nor longer than ten years");
  }
  void Require(bool ok, const char* name, const std::string& rule) {
    if (!ok) mistakes_.push_back(std::string(name) + " " + rule + ".");
  }
  std::vector<std::string> Take() { return std::move(mistakes_); }

 private:
  static std::string Text(double v) { return std::to_string(static_cast<int64_t>(v)); }
  std::vector<std::string> mistakes_;
};

void CheckBehaviour(const Behaviour& b, Checker* c) {
  c->Share("behaviour.outbound", b.outbound);
  c->Share("behaviour.proactive", b.proactive);
  c->Share("behaviour.unidentified", b.unidentified);
  c->Positive("behaviour.patience_s", b.patience_s, 86'400);
  c->Share("behaviour.missed_offer", b.missed_offer);
  c->Share("behaviour.hold", b.hold);
  c->Share("behaviour.consult", b.consult);
  c->Share("behaviour.conference", b.conference);
  c->Share("behaviour.transfer", b.transfer);
  c->Share("behaviour.bot", b.bot);
  c->Share("behaviour.silent", b.silent);
  c->Share("behaviour.resolved", b.resolved);
  c->Share("behaviour.repeat", b.repeat);
  c->Share("behaviour.channel_switch", b.channel_switch);
  c->Share("behaviour.escalation", b.escalation);
  c->Share("behaviour.callback", b.callback);
  c->Share("behaviour.reopen", b.reopen);
  c->Share("behaviour.merge", b.merge);
  c->Share("behaviour.forgotten", b.forgotten);
  c->Within("behaviour.incidents_per_day", b.incidents_per_day, 0, 1000);
}

void CheckDelivery(const DeliveryKnobs& d, Checker* c) {
  c->Share("delivery.duplicate_share", d.duplicate_share);
  c->Length("delivery.duplicate_within", d.duplicate_within);
  c->Share("delivery.disorder_share", d.disorder_share);
  c->Length("delivery.disorder_max", d.disorder_max);
  c->Share("delivery.late_share", d.late_share);
  c->Length("delivery.late_max", d.late_max);
  c->Require(d.late_share <= 0 || d.late_max >= d.disorder_max, "delivery.late_max",
             "must be at least delivery.disorder_max");
  c->Share("delivery.missing_end_share", d.missing_end_share);
  c->Share("delivery.poison_share", d.poison_share);
  c->Share("delivery.unknown_type_share", d.unknown_type_share);
  c->Length("delivery.heartbeat_every", d.heartbeat_every);
}

}  // namespace

DeliveryKnobs DeliveryKnobs::Rough() {
  return {.duplicate_share = 0.03,
          .disorder_share = 0.20,
          .late_share = 0.01,
          .missing_end_share = 0.02,
          .poison_share = 0.002,
          .unknown_type_share = 0.002};
}

std::vector<std::string> Validate(const SimulatorOptions& o) {
  Checker c;
  // Nanoseconds since 1970 fit 64 bits until 2262; the contract's times end in 2199.
  c.Require(o.start >= EventTime() && o.start < EventTime::FromMillis(7'000'000'000'000), "start",
            "must lie between 1970 and 2191");
  if (o.length) c.Length("length", *o.length);
  c.Require(!o.cut_at_length || o.length.has_value(), "cut_at_length", "needs a length");
  c.Positive("pace", o.pace, 3600);
  // The centre's own clock counts nanoseconds in 64 bits.
  c.Require(!o.length || static_cast<double>(o.length->millis()) * o.pace < 3.1e12, "length",
            "times pace must be below 98 years");
  c.Positive("contacts_per_hour", o.contacts_per_hour, 1e8);
  c.Require(o.agents == 0 || o.agents >= 4, "agents", "must be 0 (automatic) or at least 4");
  c.Within("queues", o.queues, 1, 256);
  c.Within("partners", o.partners, 1, 64);
  c.Require(o.partners <= o.queues, "partners", "must not exceed queues: each partner has one");
  c.Require(o.customers >= 1, "customers", "must be at least 1");
  c.Require(o.mix.calls >= 0 && o.mix.chats >= 0 && o.mix.tickets >= 0 &&
                o.mix.calls + o.mix.chats + o.mix.tickets > 0,
            "mix", "needs weights of at least 0, one of them above");
  CheckBehaviour(o.behaviour, &c);
  CheckDelivery(o.delivery, &c);
  return c.Take();
}

}  // namespace touchline::simulator
