// The configuration's list of agents.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "app/config_reader.h"

namespace touchline::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(AgentListTest, GivesTeamsAndPartners) {
  const LoadedConfig loaded = ReadConfig("t.yaml", R"(
topics: [{name: a, partner_from: agents, partner: house}]
agents:
  ann: {team: billing, partner: north-bpo}
  bob: {team: sales}
)");
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  EXPECT_EQ(loaded.config.rules.agents.at("ann"),
            (domain::AgentEntry{.team = "billing", .partner = "north-bpo"}));
  EXPECT_EQ(loaded.config.topics[0].partner_source, PartnerSource::kAgent);
  EXPECT_EQ(loaded.config.topics[0].partner_by_agent,
            (std::map<std::string, std::string>{{"ann", "north-bpo"}}));
}

TEST(AgentListTest, HasABound) {
  std::string text = "topics: [{name: a, partner: house}]\nagents:\n";
  for (int i = 0; i < 20'000; ++i) text += "  a" + std::to_string(i) + ": {team: t}\n";
  EXPECT_THAT(ReadConfig("t.yaml", text).mistakes, IsEmpty());
  EXPECT_THAT(ReadConfig("t.yaml", text + "  b: {team: t}\n").mistakes,
              ElementsAre("t.yaml:2:1: agents: has 20001 entries, more than 20000"));
}

TEST(AgentListTest, PartnersAreOfTheList) {
  EXPECT_THAT(ReadConfig("t.yaml", R"(topics: [{name: a, partner: house}]
partners: [{name: house}]
agents:
  ann: {team: billing, partner: huose}
  bob: {taem: billing}
)")
                  .mistakes,
              ElementsAre("t.yaml:4:24: agents.ann.partner: 'huose' is not in the list "
                          "'partners'; did you mean 'house'?",
                          HasSubstr("5:9: agents.bob.taem: is not a known key; did you mean "
                                    "'team'?")));
}

TEST(AgentListTest, ATopicTakesItsPartnersFromOneOfTheTwo) {
  EXPECT_THAT(ReadConfig("t.yaml", "topics: [{name: a, partner_from: agents, "
                                   "partner_by_agent: {ann: p}}]")
                  .mistakes,
              ElementsAre(HasSubstr("partner_by_agent: excludes 'partner_from'")));
  EXPECT_THAT(ReadConfig("t.yaml", "topics: [{name: a, partner_from: agents, partners: [p]}]")
                  .mistakes,
              ElementsAre(HasSubstr("partners: is of use only with 'partner_from: field'")));
}

}  // namespace
}  // namespace touchline::app
