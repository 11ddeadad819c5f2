#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec.h"
#include "base/time.h"
#include "domain/event.h"

namespace touchline::domain {

// What an SLA clock measures. Source: METRICS.md section 4. Numbers are part of the state format
// and of the label `target`: append only.
enum class SlaTarget : uint8_t {
  kAnswer,
  kFirstResponse,
  kNextResponse,
  kPeriodicUpdate,
  kRequesterWait,
  kAgentWork,
  kResolution,
};
inline constexpr size_t kSlaTargets = 7;
std::string_view Name(SlaTarget target);

// Statuses of a ticket, as bits: 1 << TicketStatus.
using StatusSet = uint8_t;
constexpr StatusSet BitOf(TicketStatus status) {
  return static_cast<StatusSet>(1u << static_cast<unsigned>(status));
}
// Source: METRICS.md section 4, "pause".
StatusSet DefaultPause(SlaTarget target);

// What a policy promises for one target.
struct TargetRule {
  std::optional<Duration> budget;             // of priorities that are not named; open time
  std::map<std::string, Duration> by_priority;
  std::string calendar;                       // its name
  StatusSet pause = 0;
  // At risk from this share of the budget on, in thousandths, unless a lead is given.
  int32_t at_risk_permille = 800;
  std::optional<Duration> at_risk_lead;       // open time before due
  bool operator==(const TargetRule&) const = default;

  // nullopt: not promised to this priority.
  std::optional<Duration> BudgetOf(const std::string& priority) const {
    const auto it = by_priority.find(priority);
    return it == by_priority.end() ? budget : std::optional(it->second);
  }
};

// Which contacts a policy is for: an empty list is any; "" stands for what is not known.
struct PolicyMatch {
  std::vector<std::string> partners, queues, priorities, tiers;
  std::vector<Kind> kinds;
  std::vector<Channel> channels;
  bool operator==(const PolicyMatch&) const = default;
};

struct PolicyVersion {
  EventTime effective_from = EventTime::Min();
  PolicyMatch match;
  std::array<std::optional<TargetRule>, kSlaTargets> targets;
  bool operator==(const PolicyVersion&) const = default;
};

// A named promise. Of several, the first that matches a contact is in force for it.
struct Policy {
  std::string name;  // the label `policy`
  std::vector<PolicyVersion> versions;  // ascending effective_from; at least one
  bool operator==(const Policy&) const = default;
};

// In the state's format.
void Encode(const Policy& policy, ByteWriter* out);
// False if the bytes are not a policy.
bool Decode(ByteReader* in, Policy* policy);

}  // namespace touchline::domain
