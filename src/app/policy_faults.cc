#include "app/policy_faults.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "app/config_text.h"
#include "app/policy_config.h"
#include "domain/sla/policy_check.h"

namespace touchline::app {
namespace {

using domain::PolicyFault;
using What = PolicyFault::What;

std::string NamesOf(const std::vector<domain::Kind>& kinds) {
  std::vector<std::string> names;
  for (const domain::Kind kind : kinds) names.push_back(std::string(domain::Name(kind)) + "s");
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string NamesOf(domain::StatusSet statuses) {
  std::vector<std::string_view> names;
  for (const auto status : {domain::TicketStatus::kNew, domain::TicketStatus::kOpen,
                            domain::TicketStatus::kPending, domain::TicketStatus::kOnHold}) {
    if ((statuses & domain::BitOf(status)) != 0) names.push_back(domain::Name(status));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// What one fault is, for whoever wrote the policy.
class Teller {
 public:
  Teller(const Config& config, const PolicyFault& fault)
      : policies_(config.rules.policies),
        fault_(fault),
        version_(policies_[fault.policy].versions[fault.version]),
        path_(PathOfVersion(config, fault.policy, fault.version)) {}

  // The key that asks for it.
  std::string Key() const {
    switch (fault_.what) {
      case What::kNameTwice: return fmt::format("policies[{}].name", fault_.policy);
      case What::kShadowed: return path_;
      case What::kVersionsAtOnce:
      case What::kVersionsOutOfOrder: return path_ + ".effective_from";
      case What::kTargetOfOtherKinds:
      case What::kNoBudget: return Target();
      case What::kPriorityNotMatched:
      case What::kBudgetNeverUsedUp:
        return fault_.priority ? Target() + ".by_priority." + *fault_.priority
                               : Target() + ".budget";
      case What::kLeadBeyondBudget: return Target() + ".at_risk";
      case What::kPausedForEver:
      case What::kStartPaused:
      case What::kPauseWithoutStatus: return Target() + ".pause";
    }
    return path_;
  }

  std::string Sentence() const {
    switch (fault_.what) {
      case What::kNameTwice: return fmt::format("'{}' is listed twice", Policy().name);
      case What::kVersionsAtOnce:
        return "is that of the version before it, too: the two overlap, and the first would never "
               "count";
      case What::kVersionsOutOfOrder:
        return "is before that of the version before it; versions stand in order of time";
      case What::kShadowed:
        return fmt::format("'{}' can never be in force: '{}' above it takes every contact that it "
                           "matches; move it up, or narrow the other's match",
                           Policy().name, policies_[fault_.other].name);
      case What::kTargetOfOtherKinds:
        return fmt::format("is a target of {}, but the policy matches only {}",
                           NamesOf(domain::KindsOf(*fault_.target)), NamesOf(version_.match.kinds));
      case What::kNoBudget: return "needs 'budget' or 'by_priority'";
      case What::kPriorityNotMatched:
        return fmt::format("can never be used: the policy matches only the priorities {}",
                           fmt::join(version_.match.priorities, ", "));
      default: return SentenceOfTarget();
    }
  }

 private:
  std::string SentenceOfTarget() const {
    const domain::TargetRule& rule = *version_.targets[static_cast<size_t>(*fault_.target)];
    switch (fault_.what) {
      case What::kBudgetNeverUsedUp:
        return fmt::format("can never be used up: the calendar '{}' has only {} of open time{}",
                           rule.calendar, FormatDuration(fault_.limit),
                           version_.effective_from == EventTime::Min() ? "" : " from then on");
      case What::kLeadBeyondBudget:
        return fmt::format("is {} before due, longer than the budget{}, {}: at risk from the start",
                           FormatDuration(*rule.at_risk_lead),
                           fault_.priority ? fmt::format(" of '{}'", *fault_.priority) : "",
                           FormatDuration(fault_.limit));
      case What::kPausedForEver:
        return fmt::format("holds every status in which the clock could run ({}): it would be "
                           "paused for ever",
                           NamesOf(domain::kRunStatuses));
      case What::kStartPaused:
        return fmt::format("holds every status in which the clock starts ({}): start and pause "
                           "exclude each other",
                           NamesOf(domain::StartStatuses(*fault_.target)));
      default:
        return "is of no use: only tickets have a status to pause in, and no ticket has this "
               "promise";
    }
  }

  const domain::Policy& Policy() const { return policies_[fault_.policy]; }
  std::string Target() const {
    return fmt::format("{}.targets.{}", path_, domain::Name(*fault_.target));
  }

  const std::vector<domain::Policy>& policies_;
  const PolicyFault& fault_;
  const domain::PolicyVersion& version_;
  const std::string path_;
};

}  // namespace

void ReportPolicyFaults(const Config& config, Mistakes* mistakes) {
  std::vector<domain::Policy> as_meant = config.rules.policies;
  for (size_t i = 0; i < as_meant.size(); ++i) {
    if (mistakes->HasAny(fmt::format("policies[{}]", i))) as_meant[i].versions.clear();
  }
  for (const PolicyFault& fault : domain::FindPolicyFaults(as_meant, config.rules.calendars)) {
    const Teller teller(config, fault);
    mistakes->AddAt(teller.Key(), teller.Sentence());
  }
}

}  // namespace touchline::app
