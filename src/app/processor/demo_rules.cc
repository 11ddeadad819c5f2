#include "app/processor/demo_rules.h"

#include <string>

#include "domain/sla/policy.h"

namespace touchline::app {
namespace {

using domain::SlaTarget;

constexpr const char* kAlways = "24x7";
constexpr const char* kOffice = "office";

void Promise(SlaTarget target, Duration budget, const std::string& calendar,
             domain::PolicyVersion* version) {
  version->targets[static_cast<size_t>(target)] =
      domain::TargetRule{.budget = budget, .calendar = calendar,
                         .pause = domain::DefaultPause(target)};
}

}  // namespace

domain::RuleSet DemoRules() {
  domain::RuleSet rules;
  rules.calendars[kAlways].always_open = true;
  domain::CalendarSpec office;
  for (size_t day = 0; day < 5; ++day) {
    office.week[day] = {{.begin_minute = 8 * 60, .end_minute = 18 * 60}};
  }
  rules.calendars[kOffice] = office;

  domain::PolicyVersion live;
  live.match.kinds = {domain::Kind::kCall, domain::Kind::kChat};
  Promise(SlaTarget::kAnswer, Duration::Seconds(20), kAlways, &live);
  Promise(SlaTarget::kFirstResponse, Duration::Minutes(2), kAlways, &live);
  Promise(SlaTarget::kNextResponse, Duration::Minutes(2), kAlways, &live);
  rules.policies.push_back({.name = "live", .versions = {live}});

  domain::PolicyVersion tickets;
  Promise(SlaTarget::kFirstResponse, Duration::Hours(1), kOffice, &tickets);
  Promise(SlaTarget::kNextResponse, Duration::Hours(4), kOffice, &tickets);
  Promise(SlaTarget::kResolution, Duration::Hours(16), kOffice, &tickets);
  rules.policies.push_back({.name = "tickets", .versions = {tickets}});
  return rules;
}

}  // namespace touchline::app
