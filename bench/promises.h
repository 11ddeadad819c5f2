#pragma once

#include <string>

#include "domain/rules.h"

namespace touchline::bench {

// One promise for every target, in office hours. None is broken while a bench runs.
inline domain::RuleSet Promises(Duration budget = Duration::Hours(40),
                                const std::string& policy = "all") {
  domain::RuleSet rules;
  domain::CalendarSpec office;
  const domain::DayInterval hours = {.begin_minute = 8 * 60, .end_minute = 18 * 60};
  for (size_t day = 0; day < 5; ++day) office.week[day] = {hours};
  rules.calendars["office"] = office;
  domain::PolicyVersion version;
  for (size_t i = 0; i < domain::kSlaTargets; ++i) {
    const auto target = static_cast<domain::SlaTarget>(i);
    version.targets[i] = domain::TargetRule{.budget = budget,
                                            .calendar = "office",
                                            .pause = domain::DefaultPause(target)};
  }
  rules.policies.push_back({.name = policy, .versions = {version}});
  return rules;
}

}  // namespace touchline::bench
