#include "app/policy_schema.h"

#include "app/config_fields.h"

namespace touchline::app {
namespace {

using namespace schema;  // NOLINT: the rows below are its whole use

constexpr Range kLabel{0, 128};  // "" is what is not known
constexpr Range kName{1, 128};

Field Labels(std::string name, std::vector<std::string> MatchConfig::*member, std::string help) {
  Field field = TextListField(std::move(name), member, std::move(help));
  field.min = kLabel.min;
  field.max = kLabel.max;
  return field;
}

Section Match() {
  using C = MatchConfig;
  return GroupOf(
      "match", &PolicyVersionConfig::match,
      "Which contacts the policy is for. Each key is a list of which one must be the contact's, as "
      "it is at that instant; a key that is left out is any, and \"\" stands for what is not "
      "known.",
      {Labels("partner", &C::partner, "Partners."),
       Labels("kind", &C::kind, "Of call, chat, ticket."),
       Labels("channel", &C::channel,
              "Of voice, web, app, whatsapp, messenger, sms, email, api, social."),
       Labels("queue", &C::queue, "The contact's current queue."),
       Labels("priority", &C::priority, "As the contact's own events say it."),
       Labels("tier", &C::tier, "As the contact's own events say it.")});
}

Field Calendar(std::string default_note) {
  return DefaultNote(
      std::move(default_note),
      TextField("calendar", &PolicyVersionConfig::calendar, kName,
                "The calendar of targets that name none: one of `calendars`, or `24x7`, which "
                "needs no definition."));
}

Section Targets() {
  using C = TargetConfig;
  return MapOf(
      "targets", &PolicyVersionConfig::targets, nullptr,
      "What is promised, by target: answer, first_response, next_response, periodic_update, "
      "requester_wait, agent_work, resolution (docs/policies.md). Required; `{}` promises nothing "
      "to what the policy matches.",
      "",
      {OptionalDurationField("budget", &C::budget, Between(kShortestBudget, kLongestBudget),
                             "Open time within which it must be met, for all priorities that "
                             "`by_priority` does not name."),
       TextMapField("by_priority", &C::by_priority,
                    "Priority to budget. Without `budget`, other priorities have no such promise."),
       DefaultNote("the policy's", TextField("calendar", &C::calendar, kName,
                                             "The calendar whose open time counts.")),
       DefaultNote("per target: docs/policies.md",
                   TextListField("pause", &C::pause,
                                 "Statuses of a ticket in which the clock stands still: new, "
                                 "open, pending, on_hold.")),
       TextField("at_risk", &C::at_risk, {2, 32},
                 "When the clock is at risk: a share of the budget (`80%`), or so long before "
                 "due (`10m`), in open time.")});
}

Section Versions() {
  return ListOf(
      "versions", &PolicyConfig::versions,
      "In place of `match` and `targets`: what the policy said and will say, in order of time. "
      "Each counts until the next begins.",
      "",
      {OptionalInstantField("effective_from", &PolicyVersionConfig::effective_from,
                            "The event time from which it counts. Only the first may do without: "
                            "it counts since ever."),
       Calendar("the policy's")},
      {SameAs("policies[].match", Match()), SameAs("policies[].targets.NAME", Targets())});
}

}  // namespace

Section PoliciesSection() {
  return ListOf(
      "policies", &Config::policies,
      "What is promised to contacts (docs/policies.md). Of several policies, the first that "
      "matches a contact is in force for it.",
      R"(# - name: gold
#   match:
#     partner: [house]
#     kind: [ticket, chat]
#     channel: [email, web]
#     queue: [billing, ""]
#     priority: [high, urgent]
#     tier: [gold]
#   calendar: support
#   targets:
#     first_response:
#       budget: 4h
#       by_priority: {urgent: 30m}
#     resolution:
#       budget: 16h
#       calendar: 24x7
#       pause: [pending, on_hold]
#       at_risk: 1h30m
# - name: rest
#   versions:
#     - calendar: support
#       match: {}
#       targets: {first_response: {budget: 8h}}
#     - effective_from: "2027-01-01T00:00:00+01:00"
#       calendar: support
#       match: {}
#       targets: {first_response: {budget: 6h}}
)",
      {Required(TextField("name", &PolicyConfig::name, kName, "The label `policy`.")),
       Within(&PolicyConfig::single, Calendar("none"))},
      {Within(&PolicyConfig::single, Match()), Within(&PolicyConfig::single, Targets()),
       Versions()});
}

Section AgentsSection() {
  using C = domain::AgentEntry;
  return Within(&Config::rules,
                MapOf("agents", &domain::RuleSet::agents, nullptr,
                      "The agents by name, for events that do not say it themselves.",
                      R"(# ann:
#   team: billing
#   partner: house
)",
                      {Optional(TextField("team", &C::team, kName,
                                          "Whose use of SLA budgets the agent's is; an event that "
                                          "names a team goes before it.")),
                       Optional(TextField("partner", &C::partner, kName,
                                          "Whose the agent's events are on topics with "
                                          "`partner_from: agents`."))}));
}

}  // namespace touchline::app
