#include "app/policy_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "app/config_reader.h"
#include "app/config_schema.h"
#include "app/config_text.h"
#include "domain/rule_book.h"
#include "tests/app/policy_text.h"

namespace touchline::app {
namespace {

using domain::BitOf;
using domain::SlaTarget;
using domain::TargetRule;
using domain::TicketStatus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

domain::RuleSet Good(const std::string& policies) {
  const LoadedConfig loaded = Load(policies);
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  return loaded.config.rules;
}

const TargetRule& RuleOf(const domain::RuleSet& rules, SlaTarget target, size_t version = 0) {
  return rules.policies.at(0).versions.at(version).targets.at(static_cast<size_t>(target)).value();
}

TEST(PolicyConfigTest, ReadsEveryKey) {
  const domain::RuleSet rules = Good(R"(
- name: gold
  match:
    partner: [house, ""]
    kind: [ticket, chat]
    channel: [email]
    queue: [billing]
    priority: [high, urgent]
    tier: [gold]
  calendar: support
  targets:
    first_response:
      budget: 1h30m
      by_priority: {urgent: 30m}
    resolution:
      by_priority: {high: 2d, urgent: 16h}
      calendar: 24x7
      pause: [pending, on_hold, new]
      at_risk: 90m
    next_response: {budget: 2h, at_risk: 87.5%, pause: []}
)");
  ASSERT_EQ(rules.policies.size(), 1U);
  EXPECT_EQ(rules.policies[0].name, "gold");
  ASSERT_EQ(rules.policies[0].versions.size(), 1U);
  const domain::PolicyVersion& version = rules.policies[0].versions[0];
  EXPECT_EQ(version.effective_from, EventTime::Min());
  EXPECT_EQ(version.match, (domain::PolicyMatch{
                               .partners = {"house", ""},
                               .queues = {"billing"},
                               .priorities = {"high", "urgent"},
                               .tiers = {"gold"},
                               .kinds = {domain::Kind::kTicket, domain::Kind::kChat},
                               .channels = {domain::Channel::kEmail}}));
  EXPECT_EQ(RuleOf(rules, SlaTarget::kFirstResponse),
            (TargetRule{.budget = Duration::Minutes(90),
                        .by_priority = {{"urgent", Duration::Minutes(30)}},
                        .calendar = "support"}));
  const TargetRule& resolution = RuleOf(rules, SlaTarget::kResolution);
  EXPECT_EQ(resolution.budget, std::nullopt);
  EXPECT_EQ(resolution.BudgetOf("high"), Duration::Days(2));
  EXPECT_EQ(resolution.calendar, "24x7");
  EXPECT_EQ(resolution.pause,
            BitOf(TicketStatus::kNew) | BitOf(TicketStatus::kPending) |
                BitOf(TicketStatus::kOnHold));
  EXPECT_EQ(resolution.at_risk_lead, Duration::Minutes(90));
  EXPECT_EQ(RuleOf(rules, SlaTarget::kNextResponse).at_risk_permille, 875);
  EXPECT_EQ(version.targets[static_cast<size_t>(SlaTarget::kAnswer)], std::nullopt);
}

TEST(PolicyConfigTest, TakesTheTargetsOwnPauseUnlessOneIsGiven) {
  const domain::RuleSet rules = Good(R"(
- name: p
  calendar: support
  targets: {agent_work: {budget: 1h}, resolution: {budget: 1h, pause: []}}
)");
  EXPECT_EQ(RuleOf(rules, SlaTarget::kAgentWork).pause,
            domain::DefaultPause(SlaTarget::kAgentWork));
  EXPECT_EQ(RuleOf(rules, SlaTarget::kResolution).pause, 0);
}

TEST(PolicyConfigTest, ReadsVersionsInOrder) {
  const domain::RuleSet rules = Good(R"(
- name: p
  calendar: support
  versions:
    - targets: {answer: {budget: 20s}}
    - effective_from: 2026-02-01T00:00:00+01:00
      calendar: 24x7
      match: {kind: [call]}
      targets: {answer: {budget: 30s}}
)");
  ASSERT_EQ(rules.policies[0].versions.size(), 2U);
  EXPECT_EQ(rules.policies[0].versions[0].effective_from, EventTime::Min());
  EXPECT_EQ(rules.policies[0].versions[1].effective_from,
            EventTime::FromMillis(1'769'900'400'000));
  EXPECT_EQ(RuleOf(rules, SlaTarget::kAnswer, 0).calendar, "support");
  EXPECT_EQ(RuleOf(rules, SlaTarget::kAnswer, 1).calendar, "24x7");
}

TEST(PolicyConfigTest, APolicyMayPromiseNothing) {
  EXPECT_EQ(Good("- {name: spam, match: {queue: [spam]}, targets: {}}\n").policies.size(), 1U);
}

TEST(PolicyConfigTest, PutsCalendarsIntoTheRules) {
  const domain::RuleSet unused = Good("[]\n");
  EXPECT_EQ(unused.calendars.size(), 1U);
  EXPECT_EQ(unused.calendars.at("support").week[0].size(), 1U);
  const domain::RuleSet rules =
      Good("- {name: p, calendar: 24x7, targets: {answer: {budget: 1m}}}\n");
  EXPECT_TRUE(rules.calendars.at("24x7").always_open);
}

TEST(PolicyConfigTest, TheShippedExampleIsValid) {
  const auto& sections = ConfigSchema().sections;
  const auto policies = std::find_if(sections.begin(), sections.end(),
                                     [](const Section& s) { return s.name == "policies"; });
  ASSERT_NE(policies, sections.end());
  std::istringstream lines(policies->example);
  std::string text;
  for (std::string line; std::getline(lines, line);) text += line.substr(2) + "\n";
  EXPECT_THAT(Good(text).policies.size(), 2U);
}

TEST(PolicyConfigTest, NamesWhatIsNotKnownWithTheNearest) {
  EXPECT_THAT(MistakesOf("- {name: p, calendar: suport, targets: {resolution: {budget: 1h}}}\n"),
              ElementsAre("t.yaml:6:13: policies[0].calendar: is 'suport', which is not one of: "
                          "24x7, support; did you mean 'support'?"));
  EXPECT_THAT(MistakesOf("- {name: p, calendar: suport, versions: [{calendar: support, "
                         "targets: {}}]}\n"),
              ElementsAre(HasSubstr("t.yaml:6:13: policies[0].calendar: is 'suport'")));
  EXPECT_THAT(MistakesOfResolution("budget: 1h, calendar: suport"),
              ElementsAre(HasSubstr("t.yaml:6:67: policies[0].targets.resolution.calendar: is "
                                    "'suport'")));
  EXPECT_THAT(MistakesOf("- {name: p, calendar: support, targets: {resolutoin: {budget: 1h}}}\n"),
              ElementsAre(HasSubstr("t.yaml:6:42: policies[0].targets.resolutoin: is "
                                    "'resolutoin', which is not one of: answer, first_response, "
                                    "next_response, periodic_update, requester_wait, agent_work, "
                                    "resolution; did you mean 'resolution'?")));
  EXPECT_THAT(MistakesOfResolution("budget: 1h, puase: [new]"),
              ElementsAre(HasSubstr("puase: is not a known key; did you mean 'pause'?")));
  EXPECT_THAT(MistakesOfResolution("budget: 1h, pause: [new, pendign]"),
              ElementsAre(HasSubstr("resolution.pause[1]: is 'pendign', which is not one of: new, "
                                    "open, pending, on_hold; did you mean 'pending'?")));
  EXPECT_THAT(MistakesOfResolution("budget: 1h, pause: [solved]"),
              ElementsAre(HasSubstr("is 'solved', which is not one of")));
  EXPECT_THAT(
      MistakesOf("- {name: p, match: {kind: [tickets], channel: [emial], partner: [hous]}, "
                 "targets: {}}\n"),
      ElementsAre(HasSubstr("6:28: policies[0].match.kind[0]: is 'tickets', which is not one of: "
                            "call, chat, ticket; did you mean 'ticket'?"),
                  HasSubstr("6:48: policies[0].match.channel[0]: is 'emial'"),
                  HasSubstr("6:66: policies[0].match.partner[0]: 'hous' is not in the list "
                            "'partners'; did you mean 'house'?")));
}

TEST(PolicyConfigTest, RefusesBudgetsAndRisksOutsideTheirRange) {
  EXPECT_THAT(MistakesOfResolution("budget: 1s"), IsEmpty());
  EXPECT_THAT(MistakesOfResolution("budget: 999ms"),
              ElementsAre(HasSubstr("budget: is 999ms, outside 1s to 366d")));
  EXPECT_THAT(MistakesOfResolution("by_priority: {high: 999ms, low: 4, urgent: 1s}"),
              ElementsAre(HasSubstr("6:69: policies[0].targets.resolution.by_priority.high: is "
                                    "999ms, outside 1s to 366d"),
                          HasSubstr("by_priority.low: is '4', which lacks a unit")));
  for (const char* good : {"0.1%", "99.9%", "1ms", "1h"}) {
    EXPECT_THAT(MistakesOfResolution(std::string("budget: 1h, at_risk: ") + good), IsEmpty());
  }
  for (const char* bad : {"0%", "100%", "-1%", "80.55%", "x%"}) {
    EXPECT_THAT(MistakesOfResolution(std::string("budget: 1h, at_risk: ") + bad),
                ElementsAre(HasSubstr("which is not a share from 0.1% to 99.9%")))
        << bad;
  }
  for (const char* bad : {"0.8", "80", "0s", "-5m", "soon"}) {
    EXPECT_THAT(MistakesOfResolution(std::string("budget: 1h, at_risk: ") + bad),
                ElementsAre(HasSubstr("which is neither a share such as 80% nor a time")))
        << bad;
  }
}

TEST(PolicyConfigTest, NeedsWhatItCannotDoWithout) {
  EXPECT_THAT(MistakesOf("- {name: p}\n"),
              ElementsAre("t.yaml:6:3: policies[0]: needs 'targets', or 'versions'"));
  EXPECT_THAT(MistakesOf("- {targets: {}}\n"), ElementsAre(HasSubstr("name: is required")));
  EXPECT_THAT(MistakesOf("- {name: p, targets: {answer: {budget: 20s}}}\n"),
              ElementsAre(HasSubstr("t.yaml:6:23: policies[0].targets.answer: needs 'calendar', "
                                    "here or in the policy")));
  EXPECT_THAT(MistakesOfResolution("at_risk: 50%"),
              ElementsAre("t.yaml:6:42: policies[0].targets.resolution: needs 'budget' or "
                          "'by_priority'"));
  EXPECT_THAT(MistakesOf("- {name: p, versions: []}\n"),
              ElementsAre(HasSubstr("versions: needs at least one entry")));
  EXPECT_THAT(MistakesOf("- name: p\n  versions:\n    - match: {kind: [call]}\n"
                         "    - effective_from: 2026-02-01T00:00:00Z\n      targets: {}\n"
                         "    - targets: {}\n"),
              ElementsAre(HasSubstr("8:7: policies[0].versions[0]: needs 'targets'"),
                          HasSubstr("11:7: policies[0].versions[2]: needs 'effective_from'")));
}

TEST(PolicyConfigTest, APolicyWithVersionsHasNoMatchAndTargetsBesideThem) {
  EXPECT_THAT(MistakesOf("- {name: p, match: {}, targets: {}, versions: [{targets: {}}]}\n"),
              ElementsAre(HasSubstr("6:13: policies[0].match: excludes 'versions'"),
                          HasSubstr("6:24: policies[0].targets: excludes 'versions'")));
}

TEST(PolicyConfigTest, APriorityIsNamedOnce) {
  EXPECT_THAT(MistakesOfResolution("by_priority: {high: 1h, high: 2h}"),
              ElementsAre(HasSubstr("t.yaml:6:79: key 'high' stands here a second "
                                    "time")));
  EXPECT_THAT(MistakesOf("- {name: p, match: {priority: [high, low, high]}, targets: {}}\n"),
              ElementsAre(HasSubstr("policies[0].match.priority: names 'high' twice")));
}

TEST(PolicyConfigTest, ListsHaveABound) {
  const auto policies = [](int n) {
    std::string text;
    for (int i = 0; i < n; ++i) {
      const std::string name = std::to_string(i);
      text += "- {name: p" + name + ", match: {queue: [q" + name + "]}, targets: {}}\n";
    }
    return MistakesOf(text);
  };
  EXPECT_THAT(policies(256), IsEmpty());
  EXPECT_THAT(policies(257),
              ElementsAre("t.yaml:5:1: policies: has 257 entries, more than 256"));
  const auto versions = [](int n) {
    std::string text = "- name: p\n  versions:\n  - {targets: {}}\n";
    for (int i = 1; i < n; ++i) {
      text += "  - {targets: {}, effective_from: " + std::to_string(2000 + i) +
              "-01-01T00:00:00Z}\n";
    }
    return MistakesOf(text);
  };
  EXPECT_THAT(versions(64), IsEmpty());
  EXPECT_THAT(versions(65), ElementsAre(HasSubstr("7:3: policies[0].versions: has 65 entries")));
}

// docs/policies.md: what the prose below the example says of it.
class PolicyGuideTest : public ::testing::Test {
 protected:
  PolicyGuideTest() {
    std::ifstream in("docs/policies.md", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const std::string open = "```yaml\n";
    const size_t begin = text.find(open);
    EXPECT_NE(begin, std::string::npos);
    const std::string example =
        text.substr(begin + open.size(), text.find("```", begin + 1) - begin - open.size());
    const LoadedConfig loaded = ReadConfig("docs/policies.md", example);
    EXPECT_THAT(loaded.mistakes, IsEmpty());
    rules_ = loaded.config.rules;
  }
  // The policy in force for a ticket.
  const domain::BoundPolicy* Of(EventTime t, domain::Kind kind, std::string_view queue,
                                std::string_view tier) {
    return book().PolicyAt(t, {.kind = kind,
                               .queue = symbols_.Intern(queue),
                               .tier = symbols_.Intern(tier)});
  }
  static const domain::BoundTarget* Target(const domain::BoundPolicy* policy, SlaTarget target) {
    const auto& bound = policy->targets[static_cast<size_t>(target)];
    return bound ? &*bound : nullptr;
  }
  const domain::RuleBook& book() {
    if (!book_) book_.emplace(std::vector{rules_}, &symbols_);
    return *book_;
  }

  domain::RuleSet rules_;
  domain::SymbolTable symbols_;
  std::optional<domain::RuleBook> book_;
  const EventTime kFriday = *ParseInstant("2026-12-18T16:00:00+01:00");
  const EventTime kNewYear = *ParseInstant("2027-01-01T00:00:00+01:00");
};

TEST_F(PolicyGuideTest, SpamHasNoClocks) {
  const auto* policy = Of(kFriday, domain::Kind::kTicket, "spam", "gold");
  EXPECT_EQ(symbols_.name(policy->name), "spam");
  for (const auto& target : policy->targets) EXPECT_EQ(target, std::nullopt);
}

TEST_F(PolicyGuideTest, GoldIsFasterAndMoreSoWhenUrgent) {
  const auto* policy = Of(kFriday, domain::Kind::kTicket, "", "gold");
  const auto* first = Target(policy, SlaTarget::kFirstResponse);
  const domain::Symbol urgent = symbols_.Intern("urgent");
  EXPECT_EQ(first->BudgetOf(urgent), Duration::Minutes(15));
  EXPECT_EQ(first->at_risk_permille, 800);
  EXPECT_TRUE(first->calendar->IsOpen(*ParseInstant("2026-12-25T03:00:00Z")));
  const auto* resolution = Target(policy, SlaTarget::kResolution);
  EXPECT_EQ(resolution->BudgetOf(urgent), Duration::Hours(2));
  EXPECT_FALSE(resolution->calendar->IsOpen(*ParseInstant("2026-12-25T12:00:00Z")));
  const auto* answer = Target(policy, SlaTarget::kAnswer);
  EXPECT_EQ(answer->BudgetOf(0), Duration::Seconds(20));
  EXPECT_EQ(answer->at_risk_lead, Duration::Seconds(5));
}

TEST_F(PolicyGuideTest, EverybodyElseHasEightHoursAndSixFromNewYearOn) {
  const auto budget = [&](EventTime t) {
    return Target(Of(t, domain::Kind::kTicket, "", ""), SlaTarget::kFirstResponse)->BudgetOf(0);
  };
  const auto* first =
      Target(Of(kFriday, domain::Kind::kTicket, "", ""), SlaTarget::kFirstResponse);
  EXPECT_EQ(first->calendar->AfterOpen(kFriday, *budget(kFriday)),
            *ParseInstant("2026-12-21T14:00:00+01:00"));
  EXPECT_EQ(budget(kNewYear - Duration::Millis(1)), Duration::Hours(8));
  EXPECT_EQ(budget(kNewYear), Duration::Hours(6));
  EXPECT_EQ(book().NextPolicyChangeAfter(kFriday), kNewYear);
}

}  // namespace
}  // namespace touchline::app
