// The bytes of a rule set, with all that a policy says.

#include <gtest/gtest.h>

#include <string>

#include "domain/rules.h"
#include "tests/calendar/calendar_text.h"

namespace touchline::domain {
namespace {

RuleSet Everything() {
  RuleSet rules;
  rules.effective_from = test::At("2026-01-05T08:00:00Z");
  rules.default_queue.business_calendar = "always";
  rules.queues["sales"].answer_threshold = Duration::Seconds(30);
  rules.queues["sales"].business_calendar = "office";
  rules.calendars["office"] =
      test::Spec("Europe/Berlin", "mon-fri 08:00-12:00 13:00-18:00; 2026-05-01 holiday; "
                                  "2026-12-24 shift 09:00-12:00; 2026-02-16 break 10:00-11:00");
  rules.calendars["always"] = test::Spec("UTC", "24x7");
  TargetRule first = {.budget = Duration::Hours(4),
                      .by_priority = {{"", Duration::Hours(8)}, {"urgent", Duration::Minutes(30)}},
                      .calendar = "office",
                      .pause = DefaultPause(SlaTarget::kAgentWork),
                      .at_risk_permille = 750,
                      .at_risk_lead = Duration::Minutes(10)};
  PolicyVersion old;
  old.targets[static_cast<size_t>(SlaTarget::kAnswer)] = TargetRule{.calendar = "always"};
  PolicyVersion now;
  now.effective_from = test::At("2026-02-01T00:00:00Z");
  now.match = {.partners = {"north", ""},
               .queues = {"sales"},
               .priorities = {"urgent", "high"},
               .tiers = {"gold"},
               .kinds = {Kind::kCall, Kind::kTicket},
               .channels = {Channel::kVoice, Channel::kSocial}};
  now.targets[static_cast<size_t>(SlaTarget::kResolution)] = first;
  rules.policies = {{.name = "gold", .versions = {old, now}}, {.name = "rest", .versions = {old}}};
  rules.agents = {{"ann", {.team = "billing", .partner = "north"}}, {"bob", {}}};
  return rules;
}

std::string Bytes(const RuleSet& rules) {
  std::string bytes;
  ByteWriter out(&bytes);
  rules.Encode(&out);
  return bytes;
}

TEST(RulesCodecTest, ReadsWhatItWrote) {
  const std::string bytes = Bytes(Everything());
  ByteReader in(bytes);
  RuleSet read;
  ASSERT_TRUE(read.Decode(&in));
  EXPECT_TRUE(in.empty());
  EXPECT_EQ(read, Everything());
}

TEST(RulesCodecTest, RefusesEveryBeginning) {
  const std::string bytes = Bytes(Everything());
  for (size_t n = 0; n < bytes.size(); ++n) {
    ByteReader in(std::string_view(bytes).substr(0, n));
    RuleSet read;
    EXPECT_FALSE(read.Decode(&in)) << n << " of " << bytes.size() << " bytes";
  }
}

// What stands for a value outside its set; no valid rule set has these bytes.
TEST(RulesCodecTest, RefusesAKindThatThereIsNot) {
  RuleSet rules;
  rules.policies = {{.name = "p", .versions = {PolicyVersion()}}};
  rules.policies[0].versions[0].match.kinds = {static_cast<Kind>(3)};
  const std::string bytes = Bytes(rules);
  ByteReader in(bytes);
  EXPECT_FALSE(RuleSet().Decode(&in));
}

TEST(RulesCodecTest, RefusesAShareAboveTheWhole) {
  RuleSet rules;
  rules.policies = {{.name = "p", .versions = {PolicyVersion()}}};
  rules.policies[0].versions[0].targets[0] = TargetRule{.calendar = "c", .at_risk_permille = 1001};
  const std::string bytes = Bytes(rules);
  ByteReader in(bytes);
  EXPECT_FALSE(RuleSet().Decode(&in));
}

}  // namespace
}  // namespace touchline::domain
