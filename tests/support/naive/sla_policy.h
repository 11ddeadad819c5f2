#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/event.h"
#include "domain/sla/policy.h"
#include "tests/support/naive/rules.h"

namespace touchline::naive {

// What policies ask of a contact, as it is at an instant. "": not known.
struct PolicySubject {
  std::string partner, queue, priority, tier;
  domain::Kind kind = domain::Kind::kCall;
  domain::Channel channel = domain::Channel::kNone;
};

// What is promised to a contact for one target. Views the rules.
struct Promise {
  std::string policy;
  EventTime version;  // its effective_from
  Duration budget;
  const domain::TargetRule* rule = nullptr;
  const domain::CalendarSpec* calendar = nullptr;
  // By what it says, not by where it stands: an edited rule set may say the same again.
  bool operator==(const Promise& other) const;
};

// docs/sla_clocks.md section 1; nullopt: no policy in force sets the target.
std::optional<Promise> PromiseAt(const Rules& rules, EventTime t, const PolicySubject& subject,
                                 domain::SlaTarget target);

// Whenever another rule set or another version may come into force: ascending, each once.
std::vector<EventTime> ChangeInstants(const Rules& rules);

}  // namespace touchline::naive
