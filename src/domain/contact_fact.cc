#include "domain/contact_fact.h"

namespace touchline::domain {

void ContactFact::AppendTo(std::string* bytes) const {
  constexpr size_t kNumbers = 24;  // lengths included
  TailBytes tail(bytes, kNumbers * kMaxVarintBytes + id.size() + customer.size() +
                            first_partner.size() + partner.size() + queue.size() + reason.size() +
                            segment.size() + tier.size());
  BasicByteWriter out(&tail);
  out.U8(static_cast<uint8_t>(kind));
  out.String(id);
  out.Varint(birth);
  out.Varint(revision);
  out.Bool(withdrawn);
  if (withdrawn) return;
  out.String(customer);
  out.U8(static_cast<uint8_t>(channel));
  out.String(first_partner);
  out.String(partner);
  out.String(queue);
  out.U8(static_cast<uint8_t>(initiator));
  out.Bool(linked);
  out.Time(start);
  out.Bool(end.has_value());
  if (end) out.Time(*end);
  out.Bool(answered_by_person);
  out.Bool(abandoned);
  out.String(reason);
  out.String(segment);
  out.String(tier);
  out.Signed(waited.millis());
  out.Varint(transfers);
  out.Varint(reopenings);
  out.Varint(repeated_info);
}

bool ContactFact::Decode(ByteReader* in) {
  *this = ContactFact();
  kind = static_cast<Kind>(in->U8());
  id = in->String();
  birth = in->Varint();
  revision = in->Varint();
  withdrawn = in->Bool();
  if (withdrawn) return in->ok();
  customer = in->String();
  channel = static_cast<Channel>(in->U8());
  first_partner = in->String();
  partner = in->String();
  queue = in->String();
  initiator = static_cast<Party>(in->U8());
  linked = in->Bool();
  start = in->Time();
  if (in->Bool()) end = in->Time();
  answered_by_person = in->Bool();
  abandoned = in->Bool();
  reason = in->String();
  segment = in->String();
  tier = in->String();
  waited = Duration::Millis(in->Signed());
  transfers = in->Varint32();
  reopenings = in->Varint32();
  repeated_info = in->Varint32();
  return in->ok() && kind <= Kind::kTicket && channel <= Channel::kSocial &&
         initiator <= Party::kThirdParty;
}

}  // namespace touchline::domain
