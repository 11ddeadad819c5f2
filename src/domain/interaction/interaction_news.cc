#include <array>

#include "domain/interaction/interaction.h"
#include "domain/pseudonym.h"

// What others are told of a contact: facts for the journeys, alerts for whoever is paged.

namespace touchline::domain {

ContactFact Interaction::Fact(std::string_view id, const SymbolTable& symbols) const {
  const InteractionState& s = state_;
  ContactFact fact;
  fact.kind = s.kind;
  fact.id = id;
  fact.birth = fact_birth_;
  if (s.customer != 0) fact.customer = customers_[s.customer - 1u];
  fact.channel = s.channel;
  fact.first_partner = symbols.name(s.first_partner);
  fact.partner = symbols.name(s.partner);
  fact.queue = symbols.name(s.queue);
  fact.initiator = s.initiator;
  fact.linked = s.linked;
  fact.start = s.created_at;
  if (s.ended()) fact.end = s.ended_at;
  fact.answered_by_person = s.answered_by_person;
  fact.abandoned = s.abandoned;
  fact.reason = symbols.name(s.ended() ? s.reason_at_end : s.reason);
  fact.segment = symbols.name(s.segment);
  fact.tier = symbols.name(s.tier);
  fact.waited = Duration::Millis(s.waited_ms);
  fact.transfers = s.transfers;
  fact.reopenings = s.reopenings;
  fact.repeated_info = s.repeated_info;
  return fact;
}

// Tells whether a fact made now would say anything new. Of texts their symbols: those are the
// task's own and for good. Never 0.
uint64_t Interaction::FactDigest() const {
  const InteractionState& s = state_;
  const std::array<int64_t, 18> said = {
      static_cast<int64_t>(s.kind),
      s.customer,
      static_cast<int64_t>(s.channel),
      s.first_partner,
      s.partner,
      s.queue,
      static_cast<int64_t>(s.initiator),
      s.linked,
      s.created_at.millis(),
      s.ended() ? s.ended_at.millis() : EventTime::Max().millis(),
      s.answered_by_person,
      s.abandoned,
      s.ended() ? s.reason_at_end : s.reason,
      (static_cast<int64_t>(s.segment) << 32) | s.tier,
      s.waited_ms,
      s.transfers,
      s.reopenings,
      s.repeated_info,
  };
  return Hash64({reinterpret_cast<const char*>(said.data()), sizeof(said)}) | 1;
}

void Interaction::TakeFacts(std::string_view id, uint64_t birth, const SymbolTable& symbols,
                            std::vector<ContactFact>* out) {
  if (!state_.created || tombstone_) return;
  const uint64_t digest = FactDigest();
  if (digest == fact_digest_) return;
  if (fact_revision_ == 0) fact_birth_ = birth;
  if (fact_revision_ != 0 && fact_customer_ != state_.customer) {
    ContactFact withdrawn;
    withdrawn.kind = state_.kind;
    withdrawn.id = id;
    withdrawn.birth = fact_birth_;
    withdrawn.revision = ++fact_revision_;
    withdrawn.withdrawn = true;
    if (fact_customer_ != 0) withdrawn.customer = customers_[fact_customer_ - 1u];
    out->push_back(std::move(withdrawn));
  }
  ContactFact fact = Fact(id, symbols);
  fact.revision = ++fact_revision_;
  fact_customer_ = state_.customer;
  fact_digest_ = digest;
  out->push_back(std::move(fact));
}

void Interaction::TakeAlerts(std::string_view id, const SymbolTable& symbols,
                             std::vector<SlaAlert>* out) {
  if (alerts_ == nullptr) return;
  alerts_->Take([&](const SlaNotice& n, bool is_stale, uint64_t revision, uint64_t retracts) {
    const auto said = n.kind == SlaNotice::Kind::kBreached ? SlaAlertKind::kBreached
                                                           : SlaAlertKind::kAtRisk;
    out->push_back({.kind = retracts != 0 ? SlaAlertKind::kRetracted : said,
                    .revision = revision,
                    .retracts = retracts,
                    .retracted = said,
                    .contact = state_.kind,
                    .id = std::string(id),
                    .birth = fact_birth_,
                    .customer = std::string(NameOfCustomer(customer(state_.customer))),
                    .partner = symbols.name(n.labels.partner),
                    .queue = symbols.name(n.labels.queue),
                    .policy = symbols.name(n.policy),
                    .holder = symbols.name(n.holder),
                    .channel = n.labels.channel,
                    .target = n.target,
                    .cycle = n.cycle,
                    .at = n.at,
                    .due = n.due,
                    .budget = n.budget,
                    .is_stale = is_stale});
  });
}

}  // namespace touchline::domain
