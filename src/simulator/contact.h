#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "domain/event.h"
#include "simulator/staff.h"

namespace touchline::simulator {

using CustomerIndex = uint32_t;

// Why a contact comes to be: what is known before its first event. Small, for those planned for
// later (a return in three days) wait in this form.
struct Occasion {
  int64_t at_ns = 0;
  uint64_t order = 0;           // among those of one instant
  uint64_t related_serial = 0;  // the contact that it is linked to, when relation is set
  CustomerIndex customer = 0;
  QueueIndex queue = 0;
  domain::Kind kind = domain::Kind::kCall;
  domain::Kind related_kind = domain::Kind::kCall;
  domain::Relation relation = domain::Relation::kNone;
  domain::Party initiator = domain::Party::kCustomer;
  bool outbound = false;   // we dial
  bool duplicate = false;  // a ticket that will be merged into the related one, unlinked till then
  uint8_t reason = 0;
  uint8_t attempt = 0;  // how many contacts about the same came before
};

// One interaction under way. Shared by its own story and those that outlast it (a wrap-up).
struct Contact {
  Occasion occasion;
  domain::Kind kind = domain::Kind::kCall;
  uint64_t serial = 0;
  std::string id;
  QueueIndex queue = 0;    // where it is now
  uint16_t source = 0;     // the system that tells it, from first to last
  bool identified = true;  // the customer is known
  bool reason_known = true;
  bool moved_on = false;  // by overflow
  domain::Direction direction = domain::Direction::kInbound;
  domain::Channel channel = domain::Channel::kNone;

  uint32_t told = 0;  // events so far
  int64_t last_time_ns = 0;
  uint8_t last_rank = 0;
};
using ContactPtr = std::shared_ptr<Contact>;

}  // namespace touchline::simulator
