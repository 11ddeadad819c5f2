#include "domain/sla/policy_check.h"

#include <algorithm>
#include <set>
#include <utility>

#include "domain/calendar/calendar.h"

namespace touchline::domain {
namespace {

using What = PolicyFault::What;

constexpr size_t kKinds = 3;
constexpr size_t kChannels = 9;

template <class T>
bool Holds(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Whether `wide` lets through all that `narrow` does. An empty list is any, and so is one of all
// the values that there are (0: no end of them).
template <class T>
bool CoversList(const std::vector<T>& wide, const std::vector<T>& narrow, size_t values = 0) {
  if (wide.empty() || (values > 0 && wide.size() == values)) return true;
  return !narrow.empty() && std::all_of(narrow.begin(), narrow.end(),
                                        [&](const T& value) { return Holds(wide, value); });
}

bool Covers(const PolicyMatch& wide, const PolicyMatch& narrow) {
  return CoversList(wide.partners, narrow.partners) && CoversList(wide.queues, narrow.queues) &&
         CoversList(wide.priorities, narrow.priorities) && CoversList(wide.tiers, narrow.tiers) &&
         CoversList(wide.kinds, narrow.kinds, kKinds) &&
         CoversList(wide.channels, narrow.channels, kChannels);
}

const PolicyVersion* InForce(const Policy& policy, EventTime t) {
  const PolicyVersion* in_force = nullptr;
  for (const PolicyVersion& version : policy.versions) {
    if (version.effective_from <= t) in_force = &version;
  }
  return in_force;
}

class Checker {
 public:
  Checker(const std::vector<Policy>& policies, const std::map<std::string, CalendarSpec>& calendars)
      : policies_(policies) {
    for (const auto& [name, spec] : calendars) {
      if (auto built = Calendar::Build(spec)) calendars_.emplace(name, std::move(*built));
    }
  }

  std::vector<PolicyFault> Check() {
    for (size_t i = 0; i < policies_.size(); ++i) {
      at_ = {.policy = i};
      CheckName();
      for (size_t k = 0; k < policies_[i].versions.size(); ++k) {
        at_ = {.policy = i, .version = k};
        CheckInstant();
        CheckShadow();
        CheckTargets();
      }
    }
    return std::move(faults_);
  }

 private:
  const Policy& policy() const { return policies_[at_.policy]; }
  const PolicyVersion& version() const { return policy().versions[at_.version]; }

  PolicyFault& Add(What what) {
    at_.what = what;
    return faults_.emplace_back(at_);
  }
  void AddAbout(What what, size_t other) { Add(what).other = other; }

  void CheckName() {
    for (size_t i = 0; i < at_.policy; ++i) {
      if (policies_[i].name == policy().name) return AddAbout(What::kNameTwice, i);
    }
  }

  void CheckInstant() {
    if (at_.version == 0) return;
    const EventTime before = policy().versions[at_.version - 1].effective_from;
    if (version().effective_from == before) Add(What::kVersionsAtOnce);
    if (version().effective_from < before) Add(What::kVersionsOutOfOrder);
  }

  // Above it, what matches may change while this version is in force: it is of use unless each of
  // those stretches has a policy that leaves nothing for it.
  void CheckShadow() {
    const EventTime begin = version().effective_from;
    const bool is_last = at_.version + 1 == policy().versions.size();
    const EventTime end =
        is_last ? EventTime::Max() : policy().versions[at_.version + 1].effective_from;
    if (begin >= end) return;
    std::set<EventTime> instants = {begin};
    for (size_t i = 0; i < at_.policy; ++i) {
      for (const PolicyVersion& above : policies_[i].versions) {
        if (above.effective_from > begin && above.effective_from < end) {
          instants.insert(above.effective_from);
        }
      }
    }
    std::optional<size_t> shadowed_by;
    for (const EventTime instant : instants) {
      shadowed_by = CoveredBy(instant);
      if (!shadowed_by) return;
    }
    AddAbout(What::kShadowed, *shadowed_by);
  }

  std::optional<size_t> CoveredBy(EventTime instant) const {
    for (size_t i = 0; i < at_.policy; ++i) {
      const PolicyVersion* above = InForce(policies_[i], instant);
      if (above != nullptr && Covers(above->match, version().match)) return i;
    }
    return std::nullopt;
  }

  void CheckTargets() {
    for (size_t i = 0; i < kSlaTargets; ++i) {
      if (!version().targets[i]) continue;
      at_.target = static_cast<SlaTarget>(i);
      CheckKinds();
      CheckPause(*version().targets[i]);
      CheckBudgets(*version().targets[i]);
    }
    at_.target.reset();
  }

  bool Matches(Kind kind) const {
    return version().match.kinds.empty() || Holds(version().match.kinds, kind);
  }

  void CheckKinds() {
    const std::vector<Kind> kinds = KindsOf(*at_.target);
    if (std::none_of(kinds.begin(), kinds.end(), [&](Kind kind) { return Matches(kind); })) {
      Add(What::kTargetOfOtherKinds);
    }
  }

  void CheckPause(const TargetRule& rule) {
    const bool has_status = Matches(Kind::kTicket) && Holds(KindsOf(*at_.target), Kind::kTicket);
    const StatusSet start = StartStatuses(*at_.target);
    if (!has_status) {
      if (rule.pause != 0 && rule.pause != DefaultPause(*at_.target)) {
        Add(What::kPauseWithoutStatus);
      }
    } else if ((rule.pause & kRunStatuses) == kRunStatuses) {
      Add(What::kPausedForEver);
    } else if (start != 0 && (rule.pause & start) == start) {
      Add(What::kStartPaused);
    }
  }

  void CheckBudgets(const TargetRule& rule) {
    if (!rule.budget && rule.by_priority.empty()) Add(What::kNoBudget);
    if (rule.budget) CheckBudget(rule, *rule.budget);
    const std::vector<std::string>& matched = version().match.priorities;
    for (const auto& [priority, budget] : rule.by_priority) {
      at_.priority = priority;
      if (!matched.empty() && !Holds(matched, priority)) Add(What::kPriorityNotMatched);
      CheckBudget(rule, budget);
    }
    at_.priority.reset();
  }

  void CheckBudget(const TargetRule& rule, Duration budget) {
    const auto calendar = calendars_.find(rule.calendar);
    if (calendar != calendars_.end()) {
      const Duration open = calendar->second.OpenBetween(version().effective_from, Calendar::kEnd);
      if (open < budget) Add(What::kBudgetNeverUsedUp).limit = open;
    }
    if (rule.at_risk_lead && *rule.at_risk_lead > budget) {
      Add(What::kLeadBeyondBudget).limit = budget;
    }
  }

  const std::vector<Policy>& policies_;
  std::map<std::string, Calendar> calendars_;
  PolicyFault at_;
  std::vector<PolicyFault> faults_;
};

}  // namespace

std::vector<PolicyFault> FindPolicyFaults(const std::vector<Policy>& policies,
                                          const std::map<std::string, CalendarSpec>& calendars) {
  return Checker(policies, calendars).Check();
}

std::vector<Kind> KindsOf(SlaTarget target) {
  switch (target) {
    case SlaTarget::kAnswer:
      return {Kind::kCall, Kind::kChat};
    case SlaTarget::kFirstResponse:
    case SlaTarget::kNextResponse:
    case SlaTarget::kPeriodicUpdate:
      return {Kind::kChat, Kind::kTicket};
    case SlaTarget::kRequesterWait:
    case SlaTarget::kAgentWork:
      return {Kind::kTicket};
    case SlaTarget::kResolution:
      break;
  }
  return {Kind::kCall, Kind::kChat, Kind::kTicket};
}

StatusSet StartStatuses(SlaTarget target) {
  constexpr StatusSet kOpened = BitOf(TicketStatus::kNew) | BitOf(TicketStatus::kOpen);
  if (target == SlaTarget::kAnswer || target == SlaTarget::kNextResponse) return 0;
  // Waiting for a third party is waiting, too: METRICS.md section 3.
  if (target == SlaTarget::kRequesterWait) return kOpened | BitOf(TicketStatus::kOnHold);
  return kOpened;
}

}  // namespace touchline::domain
