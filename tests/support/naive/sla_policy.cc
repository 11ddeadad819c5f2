#include "tests/support/naive/sla_policy.h"

#include <algorithm>
#include <set>

namespace touchline::naive {
namespace {

template <class T>
bool Names(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

bool Matches(const domain::PolicyMatch& match, const PolicySubject& subject) {
  return Names(match.partners, subject.partner) && Names(match.kinds, subject.kind) &&
         Names(match.channels, subject.channel) && Names(match.queues, subject.queue) &&
         Names(match.priorities, subject.priority) && Names(match.tiers, subject.tier);
}

}  // namespace

bool Promise::operator==(const Promise& other) const {
  return policy == other.policy && version == other.version && budget == other.budget &&
         *rule == *other.rule && *calendar == *other.calendar;
}

std::optional<Promise> PromiseAt(const Rules& rules, EventTime t, const PolicySubject& subject,
                                 domain::SlaTarget target) {
  const domain::RuleSet& set = RulesAt(rules, t);
  for (const domain::Policy& policy : set.policies) {
    const domain::PolicyVersion* latest = nullptr;
    for (const domain::PolicyVersion& version : policy.versions) {
      if (version.effective_from <= t) latest = &version;
    }
    if (latest == nullptr || !Matches(latest->match, subject)) continue;
    const auto& rule = latest->targets.at(static_cast<size_t>(target));
    if (!rule) return std::nullopt;
    const auto budget = rule->BudgetOf(subject.priority);
    if (!budget) return std::nullopt;
    return Promise{.policy = policy.name,
                   .version = latest->effective_from,
                   .budget = *budget,
                   .rule = &*rule,
                   .calendar = &set.calendars.at(rule->calendar)};
  }
  return std::nullopt;
}

std::vector<EventTime> ChangeInstants(const Rules& rules) {
  std::set<EventTime> instants;
  for (const domain::RuleSet& set : rules) {
    instants.insert(set.effective_from);
    for (const domain::Policy& policy : set.policies) {
      for (const domain::PolicyVersion& version : policy.versions) {
        instants.insert(version.effective_from);
      }
    }
  }
  return {instants.begin(), instants.end()};
}

}  // namespace touchline::naive
