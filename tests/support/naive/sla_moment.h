#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/event.h"
#include "domain/sla/policy.h"
#include "tests/support/naive/sla_policy.h"

namespace touchline::naive {

// Who has a contact: a bot, an agent, or, with neither, a queue.
struct Hands {
  bool bot = false;
  std::string agent;
  std::string told_team;  // of the agent, by the contact's events; "": they did not say
  bool operator==(const Hands&) const = default;
};

// A contact as it is after one of its events, or of the timers that end it: what its clocks go by.
struct SlaMoment {
  EventTime at;
  PolicySubject subject;
  // Tickets; nullopt: calls and chats, which have no pauses.
  std::optional<domain::TicketStatus> status;
  bool customer_wrote = false;  // the status is pending, and he has since it is
  Hands holder;
  std::optional<Hands> changer;  // whom the event names as its doer; nullopt: the holder

  // By target: whether a cycle is wanted from here on, ...
  std::array<bool, domain::kSlaTargets> wanted{};
  // ... and what is said to one that was open: this meets it (else it cancels, if it ends).
  std::array<bool, domain::kSlaTargets> met{};
  bool begins_update = false;  // the periodic update's next cycle, at once
  bool reaped = false;         // the reaper dropped the entry with its answer clock
  bool reinstated = false;     // a revival opens that entry again
};

}  // namespace touchline::naive
