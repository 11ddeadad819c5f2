#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/codec.h"
#include "base/time.h"
#include "domain/contact_fact.h"
#include "domain/symbols.h"

namespace touchline::domain {

// Of a contact's newest fact, what journeys are made of. What recurs are symbols of the journeys'
// task: customers are many, and mostly have one contact.
struct JourneyContact {
  std::string id;
  uint64_t birth = 0;
  uint64_t revision = 0;
  EventTime start;
  std::optional<EventTime> end;
  Duration waited;
  Symbol first_partner = 0;
  Symbol partner = 0;
  Symbol segment = 0;
  Symbol reason = 0;
  uint32_t transfers = 0;
  uint32_t reopenings = 0;
  uint32_t repeated_info = 0;
  Kind kind = Kind::kCall;
  Channel channel = Channel::kNone;
  Party initiator = Party::kNone;
  bool linked = false;
  bool abandoned = false;

  // Takes over what the fact says. REQUIRES: it does not withdraw.
  void Assign(const ContactFact& fact, SymbolTable* symbols);
  void Encode(RecordWriter* out) const;
  // False if the bytes are not a contact.
  bool Decode(ByteReader* in);
};

}  // namespace touchline::domain
