#include "tests/property/promises_text.h"

#include <cstdio>
#include <string_view>
#include <vector>

namespace touchline::property {
namespace {

using domain::PolicyMatch;
using domain::PolicyVersion;
using domain::SlaTarget;
using domain::TargetRule;
using domain::TicketStatus;

std::string SecondsText(int64_t ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%+.3f", static_cast<double>(ms) / 1000);
  return text;
}

std::string FromText(EventTime t, int64_t origin_ns) {
  return t == EventTime::Min() ? "always" : SecondsText(t.millis() - origin_ns / 1'000'000);
}

std::string_view TextOf(const std::string& text) {
  if (text.empty()) return "\"\"";
  return text;
}
template <class Enum>
std::string_view TextOf(Enum v) {
  return domain::Name(v);
}

template <class T>
void AppendList(const char* name, const std::vector<T>& list, std::string* text) {
  for (size_t i = 0; i < list.size(); ++i) {
    *text += (i == 0 ? " " + std::string(name) + "=" : ",") + std::string(TextOf(list[i]));
  }
}

void AppendMatch(const PolicyMatch& match, std::string* text) {
  AppendList("partners", match.partners, text);
  AppendList("kinds", match.kinds, text);
  AppendList("channels", match.channels, text);
  AppendList("queues", match.queues, text);
  AppendList("priorities", match.priorities, text);
  AppendList("tiers", match.tiers, text);
}

void AppendTarget(SlaTarget target, const TargetRule& rule, std::string* text) {
  *text += "\n      " + std::string(domain::Name(target)) + " by " + rule.calendar + ":";
  if (rule.budget) *text += " " + SecondsText(rule.budget->millis());
  for (const auto& [priority, budget] : rule.by_priority) {
    *text += " " + std::string(TextOf(priority)) + SecondsText(budget.millis());
  }
  for (const TicketStatus status :
       {TicketStatus::kNew, TicketStatus::kOpen, TicketStatus::kPending, TicketStatus::kOnHold}) {
    if ((rule.pause & domain::BitOf(status)) == 0) continue;
    *text += " pause=" + std::string(domain::Name(status));
  }
  *text += rule.at_risk_lead ? " lead" + SecondsText(rule.at_risk_lead->millis())
                             : " risk=" + std::to_string(rule.at_risk_permille);
}

void AppendBusiness(const std::string& queue, const domain::QueueRules& rules, std::string* text) {
  if (rules.business_calendar.empty()) return;
  *text += ", business of " + queue + " by " + rules.business_calendar;
}

}  // namespace

std::string DescribePromises(const naive::Rules& rules, int64_t origin_ns) {
  std::string text;
  for (const domain::RuleSet& set : rules) {
    std::string business;
    AppendBusiness("all", set.default_queue, &business);
    for (const auto& [queue, own] : set.queues) AppendBusiness(queue, own, &business);
    if (set.policies.empty() && business.empty()) continue;
    text += "  rule set from " + FromText(set.effective_from, origin_ns) + business + "\n";
    for (const domain::Policy& policy : set.policies) {
      for (const PolicyVersion& version : policy.versions) {
        text += "    " + policy.name + " from " + FromText(version.effective_from, origin_ns);
        AppendMatch(version.match, &text);
        for (size_t i = 0; i < version.targets.size(); ++i) {
          if (!version.targets[i]) continue;
          AppendTarget(static_cast<SlaTarget>(i), *version.targets[i], &text);
        }
        text += "\n";
      }
    }
  }
  return text;
}

}  // namespace touchline::property
