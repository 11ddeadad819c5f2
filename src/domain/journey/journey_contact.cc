#include "domain/journey/journey_contact.h"

#include "domain/field_codec.h"

namespace touchline::domain {
namespace {

template <class Archive, class Contact>
void Visit(Archive& a, Contact& c) {
  a(c.kind);
  a(c.id);
  a(c.birth);
  a(c.revision);
  a(c.start);
  a(c.end);
  a(c.waited);
  a(c.first_partner);
  a(c.partner);
  a(c.segment);
  a(c.reason);
  a(c.transfers);
  a(c.reopenings);
  a(c.repeated_info);
  a(c.channel);
  a(c.initiator);
  a(c.linked);
  a(c.abandoned);
}

}  // namespace

void JourneyContact::Assign(const ContactFact& fact, SymbolTable* symbols) {
  kind = fact.kind;
  id = fact.id;
  birth = fact.birth;
  revision = fact.revision;
  start = fact.start;
  end = fact.end;
  waited = fact.waited;
  first_partner = symbols->Intern(fact.first_partner);
  partner = symbols->Intern(fact.partner);
  segment = symbols->Intern(fact.segment);
  reason = symbols->Intern(fact.reason);
  transfers = fact.transfers;
  reopenings = fact.reopenings;
  repeated_info = fact.repeated_info;
  channel = fact.channel;
  initiator = fact.initiator;
  linked = fact.linked;
  abandoned = fact.abandoned;
}

void JourneyContact::Encode(RecordWriter* out) const {
  FieldWriter<RecordWriter> archive{*out};
  Visit(archive, *this);
}

bool JourneyContact::Decode(ByteReader* in) {
  FieldReader archive{*in};
  Visit(archive, *this);
  return in->ok() && kind <= Kind::kTicket && channel <= Channel::kSocial &&
         initiator <= Party::kThirdParty;
}

}  // namespace touchline::domain
