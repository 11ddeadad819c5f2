#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/codec.h"
#include "base/time.h"
#include "domain/event.h"

namespace touchline::domain {

// What the journeys stage needs to know of one contact: a few upserts per contact, each with the
// whole content, so that a correction replaces what it corrects (docs/folding_rules.md section 10).
// Its texts belong to whoever made it, or are where it was read.
struct ContactFact {
  Kind kind = Kind::kCall;
  std::string_view id;
  // A number that the task gives to each contact with its first fact, and never twice. Part of the
  // identity: an id that comes back long after its contact was forgotten is another contact.
  uint64_t birth = 0;
  uint64_t revision = 0;   // counts per contact, across keys
  bool withdrawn = false;  // no longer this key's: the rest, but the identity, is empty

  std::string_view customer;  // empty: unidentified
  Channel channel = Channel::kNone;
  std::string_view first_partner, partner, queue;
  Party initiator = Party::kNone;
  bool linked = false;
  EventTime start;
  std::optional<EventTime> end;
  bool answered_by_person = false;
  bool abandoned = false;
  std::string_view reason, segment, tier;
  Duration waited;
  uint32_t transfers = 0;
  uint32_t reopenings = 0;
  uint32_t repeated_info = 0;

  void AppendTo(std::string* bytes) const;
  // False if the bytes are not a fact.
  bool Decode(ByteReader* in);
  bool operator==(const ContactFact&) const = default;
};

}  // namespace touchline::domain
