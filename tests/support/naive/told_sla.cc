#include "tests/support/naive/told_sla.h"

#include <algorithm>

namespace touchline::naive {

SlaStory::SlaStory(const domain::CalendarSpec& desk) {
  rules().calendars["desk"] = desk;
  rules().policies.push_back({.name = "gold", .versions = {domain::PolicyVersion()}});
}

SlaStory& SlaStory::Promise(domain::SlaTarget target, Duration budget) {
  policy().versions.front().targets.at(static_cast<size_t>(target)) = domain::TargetRule{
      .budget = budget, .calendar = "desk", .pause = domain::DefaultPause(target)};
  return *this;
}

domain::RuleSet& SlaStory::RulesFrom(EventTime t) {
  rules_.push_back(rules_.front());
  rules_.back().effective_from = t;
  return rules_.back();
}

SlaStory& SlaStory::Tell(EventTime t, domain::EventType type,
                         const std::function<void(domain::Event&)>& fill) {
  std::vector<Consumed>& records = inputs_.front().records;
  const std::string id = std::to_string(records.size());
  domain::Event event;
  event.type = type;
  event.time_ns = t.millis() * 1'000'000;
  event.subject = "c-1";
  event.source = "test";
  event.id = id;
  if (fill) fill(event);
  event.id_hash = HashEventId(event.source, event.id);
  records.push_back({.event = LoggedEvent(event)});
  return *this;
}

ModelResult SlaStory::Model(EventTime t) { return Recompute(inputs_, {t}, t, rules_); }

std::vector<SlaCycle> SlaStory::Cycles(EventTime t, domain::SlaTarget target) {
  std::vector<SlaCycle> cycles = Model(t).contacts.at(0).result.sla.cycles;
  std::erase_if(cycles, [&](const SlaCycle& cycle) { return cycle.target != target; });
  return cycles;
}

}  // namespace touchline::naive
