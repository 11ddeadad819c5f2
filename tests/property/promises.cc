#include "tests/property/promises.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace touchline::property {
namespace {

using domain::CalendarSpec;
using domain::Channel;
using domain::DayInterval;
using domain::Event;
using domain::Kind;
using domain::Policy;
using domain::PolicyMatch;
using domain::PolicyVersion;
using domain::RuleSet;
using domain::TargetRule;
using domain::TicketStatus;

// What a case's events name, and when they happen.
struct Story {
  std::vector<std::string> partners = {""}, queues = {""}, priorities = {""}, tiers = {""};
  std::vector<std::string> agents, teams;
  EventTime begin = EventTime::Max(), end = EventTime::Min();
  int64_t length_ms() const { return std::max<int64_t>(1, (end - begin).millis()); }
};

Story StoryOf(const Case& c) {
  Story story;
  std::set<std::string> partners, queues, priorities, tiers, agents, teams;
  for (const naive::InputLog& input : c.inputs) {
    for (const naive::Consumed& record : input.records) {
      if (record.read != domain::ApplyResult::kApplied) continue;
      const Event e = record.event.view();
      story.begin = std::min(story.begin, e.time());
      story.end = std::max(story.end, e.time());
      partners.emplace(e.partner);
      queues.emplace(e.queue);
      priorities.emplace(e.priority);
      tiers.emplace(e.tier);
      agents.emplace(e.agent);
      teams.emplace(e.team);
    }
  }
  const auto add = [](const std::set<std::string>& found, std::vector<std::string>* texts) {
    for (const std::string& text : found) {
      if (!text.empty()) texts->push_back(text);
    }
  };
  add(partners, &story.partners);
  add(queues, &story.queues);
  add(priorities, &story.priorities);
  add(tiers, &story.tiers);
  add(agents, &story.agents);
  add(teams, &story.teams);
  return story;
}

class Promiser {
 public:
  Promiser(Story story, Dice* dice) : story_(std::move(story)), dice_(*dice) {}

  void Fill(RuleSet* rules) {
    FillCalendars(rules);
    FillBusinessClocks(rules);
    FillAgents(rules);
    rules->policies.clear();
    const int64_t policies = 1 + dice_.Below(3);
    for (int64_t i = 0; i < policies; ++i) rules->policies.push_back(AnyPolicy(i));
    // The last one is for all that is left, as a rule.
    if (dice_.Percent(70)) {
      for (PolicyVersion& version : rules->policies.back().versions) version.match = {};
    }
  }

  // One thing is said in another way.
  void Edit(RuleSet* rules) {
    switch (dice_.Below(5)) {
      case 0:
        return FillCalendars(rules);
      case 1:
        return FillAgents(rules);
      case 2:
        return FillBusinessClocks(rules);
      case 3:
        std::rotate(rules->policies.begin(), rules->policies.begin() + 1, rules->policies.end());
        return;
      default:
        for (std::optional<TargetRule>& rule : rules->policies.front().versions.back().targets) {
          if (rule && rule->budget) rule->budget = *rule->budget * (1 + dice_.Below(6)) / 3;
        }
    }
  }

  // Longer or shorter; what decides which records are too late stays.
  void EditLimits(RuleSet* rules) {
    for (Duration* limit : {&rules->reap_call_after, &rules->reap_chat_after, &rules->reopen_window,
                            &rules->silent_abandon_after, &rules->max_wrap_up,
                            &rules->default_queue.answer_threshold}) {
      *limit = *limit * (1 + dice_.Below(6)) / 3;
    }
  }

  // Often in the very millisecond of an event.
  EventTime AnyInstant() {
    const EventTime t = story_.begin + Duration::Millis(dice_.Below(story_.length_ms()));
    return dice_.Percent(70) ? FloorTo(t, Duration::Seconds(1)) : t;
  }

 private:
  void FillCalendars(RuleSet* rules) {
    rules->calendars["always"] = CalendarSpec{.always_open = true};
    rules->calendars["often"] = Slots(20, 60);
    rules->calendars["seldom"] = Slots(60, 30);
  }

  // Open for a share of every so many minutes, so that a short story meets many an edge. In zones
  // without daylight saving, which tests/calendar looks after: each jump costs a restart time.
  CalendarSpec Slots(int32_t period, int64_t most_percent_open) {
    CalendarSpec spec{.time_zone = dice_.OneOf<std::string>({"UTC", "Asia/Kathmandu"})};
    const auto offset = static_cast<int32_t>(dice_.Below(period));
    const auto open = static_cast<int32_t>(1 + period * dice_.Below(most_percent_open) / 100);
    std::vector<DayInterval> day;
    for (int32_t minute = offset; minute < DayInterval::kMidnight; minute += period) {
      day.push_back({minute, std::min(minute + open, DayInterval::kMidnight)});
    }
    spec.week.fill(day);
    const CivilDate date = CivilDate::FromDays(
        static_cast<int32_t>(story_.begin.millis() / Duration::Days(1).millis()));
    if (dice_.Percent(30)) spec.breaks[date] = {{9 * 60, 9 * 60 + 10}, {14 * 60, 14 * 60 + 5}};
    if (dice_.Percent(10)) spec.holidays.insert(date);
    return spec;
  }

  void FillBusinessClocks(RuleSet* rules) {
    const std::vector<std::string> names = {"", "always", "often", "often", "seldom"};
    rules->default_queue.business_calendar = dice_.OneOf(names);
    for (const std::string& queue : story_.queues) {
      if (!queue.empty() && dice_.Percent(40)) {
        const auto named = rules->queues.emplace(queue, rules->default_queue).first;
        named->second.business_calendar = dice_.OneOf(names);
      }
    }
  }

  void FillAgents(RuleSet* rules) {
    rules->agents.clear();
    for (const std::string& agent : story_.agents) {
      if (dice_.Percent(50)) continue;
      rules->agents[agent].team =
          story_.teams.empty() || dice_.Percent(30) ? "office" : dice_.OneOf(story_.teams);
    }
  }

  Policy AnyPolicy(int64_t number) {
    Policy policy{.name = "policy-" + std::to_string(number)};
    std::set<EventTime> from = {dice_.Percent(80) ? EventTime::Min() : AnyInstant()};
    for (int64_t more = dice_.Below(3); more > 0; --more) from.insert(AnyInstant());
    for (const EventTime t : from) policy.versions.push_back(AnyVersion(t));
    return policy;
  }

  template <class T>
  std::vector<T> Some(const std::vector<T>& all) {
    std::vector<T> some;
    if (dice_.Percent(80)) return some;
    for (const T& one : all) {
      if (dice_.Percent(60)) some.push_back(one);
    }
    return some;
  }

  PolicyVersion AnyVersion(EventTime from) {
    PolicyVersion version{.effective_from = from};
    version.match = {.partners = Some(story_.partners),
                     .queues = Some(story_.queues),
                     .priorities = Some(story_.priorities),
                     .tiers = Some(story_.tiers),
                     .kinds = Some<Kind>({Kind::kCall, Kind::kChat, Kind::kTicket}),
                     .channels = Some<Channel>({Channel::kVoice, Channel::kWeb, Channel::kEmail,
                                                Channel::kSocial})};
    for (std::optional<TargetRule>& rule : version.targets) {
      if (dice_.Percent(80)) rule = AnyTarget();
    }
    return version;
  }

  TargetRule AnyTarget() {
    TargetRule rule;
    if (dice_.Percent(90)) rule.budget = AnyBudget();
    for (const std::string& priority : story_.priorities) {
      if (dice_.Percent(40)) rule.by_priority[priority] = AnyBudget();
    }
    rule.calendar = dice_.OneOf<std::string>({"always", "always", "often", "seldom"});
    for (const TicketStatus status : {TicketStatus::kNew, TicketStatus::kOpen,
                                      TicketStatus::kPending, TicketStatus::kOnHold}) {
      const bool usual = status == TicketStatus::kPending;
      if (dice_.Percent(usual ? 60 : 15)) {
        rule.pause = static_cast<domain::StatusSet>(rule.pause | domain::BitOf(status));
      }
    }
    if (dice_.Percent(40)) rule.at_risk_permille = static_cast<int32_t>(dice_.Below(1001));
    if (dice_.Percent(30)) rule.at_risk_lead = AnyBudget();
    return rule;
  }

  // Whole seconds: from far too short to what no contact needs.
  Duration AnyBudget() {
    const int64_t share = dice_.OneOf<int64_t>({1000, 100, 20, 8, 2});
    const int64_t most_s = story_.length_ms() / share / 1000;
    return Duration::Seconds(1 + dice_.Below(most_s + 1));
  }

  const Story story_;
  Dice& dice_;
};

}  // namespace

void AddPromises(Case* c, Dice* dice) {
  if (dice->Percent(10)) return;  // nothing is promised to anybody
  Promiser promiser(StoryOf(*c), dice);
  promiser.Fill(&c->rules.front());
  std::set<EventTime> changes;
  for (int64_t more = dice->Below(3); more > 0; --more) changes.insert(promiser.AnyInstant());
  for (const EventTime t : changes) {
    RuleSet next = c->rules.back();
    next.effective_from = t;
    if (dice->Percent(30)) promiser.EditLimits(&next);
    if (dice->Percent(50)) {
      promiser.Fill(&next);
    } else {
      promiser.Edit(&next);
    }
    c->rules.push_back(std::move(next));
  }
  c->knobs += ", " + std::to_string(c->rules.size()) + " rule sets";
}

}  // namespace touchline::property
