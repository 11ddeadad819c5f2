#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/naive/model.h"

namespace touchline::naive {

// One contact's history and the promises made to it, written by hand, for tests.
class SlaStory {
 public:
  // The policy `gold`, for all contacts, with the calendar `desk`, and no targets.
  explicit SlaStory(const domain::CalendarSpec& desk);

  domain::RuleSet& rules() { return rules_.front(); }
  domain::Policy& policy() { return rules().policies.front(); }
  // Of the policy's first version; by the calendar `desk`, with the target's default pause.
  SlaStory& Promise(domain::SlaTarget target, Duration budget);
  domain::TargetRule& rule(domain::SlaTarget target) {
    return *policy().versions.front().targets.at(static_cast<size_t>(target));
  }
  // A later rule set: the first one's copy from that instant on.
  domain::RuleSet& RulesFrom(EventTime t);

  SlaStory& Tell(EventTime t, domain::EventType type,
                 const std::function<void(domain::Event&)>& fill = nullptr);
  // With the watermark at `t`.
  ModelResult Model(EventTime t);
  std::vector<SlaCycle> Cycles(EventTime t, domain::SlaTarget target);
  // REQUIRES: the target has one cycle.
  SlaCycle Only(EventTime t, domain::SlaTarget target) { return Cycles(t, target).at(0); }

 private:
  Rules rules_{domain::RuleSet()};
  std::vector<InputLog> inputs_{InputLog{.alias = "stories"}};
};

}  // namespace touchline::naive
