#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/calendar/calendar_spec.h"
#include "domain/sla/policy.h"

namespace touchline::domain {

// Something that a policy asks for and that can never come about.
struct PolicyFault {
  enum class What : uint8_t {
    kNameTwice,           // `other` has its name
    kVersionsAtOnce,      // begins with the version before it, which is never in force
    kVersionsOutOfOrder,  // begins before the version before it
    kShadowed,            // all that it matches goes to one above it, for its whole life; `other`
                          // is the one, or the last of several that take turns
    kTargetOfOtherKinds,  // none of the kinds that it matches has the target
    kNoBudget,            // neither for a priority nor in common
    kPriorityNotMatched,  // a budget for a priority that the match leaves out
    kBudgetNeverUsedUp,   // the calendar has only `limit` of open time from the version on
    kLeadBeyondBudget,    // at risk longer before due than the budget, `limit`
    kPausedForEver,       // the pause set holds every status in which the clock could run
    kStartPaused,         // the pause set holds every status in which the clock starts
    kPauseWithoutStatus,  // a pause set of its own, but only tickets have a status
  };
  What what = What::kNameTwice;
  size_t policy = 0;   // its place in the list
  size_t version = 0;  // its place in the policy's
  std::optional<SlaTarget> target;
  std::optional<std::string> priority;  // of a budget; nullopt: the common one
  size_t other = 0;
  Duration limit;
  bool operator==(const PolicyFault&) const = default;
};

// All faults, by policy, version, target. A target whose calendar is missing, or cannot be built,
// is not asked how much it is open.
// Source: docs/sla_clocks.md sections 1 to 3.
std::vector<PolicyFault> FindPolicyFaults(const std::vector<Policy>& policies,
                                          const std::map<std::string, CalendarSpec>& calendars);

// The kinds that have such a target.
std::vector<Kind> KindsOf(SlaTarget target);
// The statuses of a ticket in which the target's clock starts; 0: it starts with a message.
StatusSet StartStatuses(SlaTarget target);
// Those in which a clock can run: any but solved and closed.
inline constexpr StatusSet kRunStatuses =
    BitOf(TicketStatus::kNew) | BitOf(TicketStatus::kOpen) | BitOf(TicketStatus::kPending) |
    BitOf(TicketStatus::kOnHold);

}  // namespace touchline::domain
