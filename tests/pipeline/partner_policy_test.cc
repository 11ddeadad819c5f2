#include "pipeline/partner_policy.h"

#include <gtest/gtest.h>

namespace touchline::pipeline {
namespace {

using From = PartnerPolicy::From;

struct Said {
  std::string_view queue, agent, partner;
};
// The partner that follows, or "refused".
std::string PartnerOf(const PartnerPolicy& policy, const Said& said) {
  domain::Event event;
  event.queue = said.queue;
  event.agent = said.agent;
  event.partner = said.partner;
  return std::string(policy.PartnerOf(event).value_or("refused"));
}

TEST(PartnerPolicyTest, FixedIsEveryEventsAndMayOnlyBeSaidAgain) {
  const PartnerPolicy policy = {.fixed = "house"};
  EXPECT_EQ(PartnerOf(policy, {}), "house");
  EXPECT_EQ(PartnerOf(policy, {.partner = "house"}), "house");
  EXPECT_EQ(PartnerOf(policy, {.partner = "north"}), "refused");
}

TEST(PartnerPolicyTest, FieldMustBeInTheListAndMayBeAbsent) {
  const PartnerPolicy policy = {.from = From::kField, .allowed = {"house", "north"}};
  EXPECT_EQ(PartnerOf(policy, {.partner = "north"}), "north");
  EXPECT_EQ(PartnerOf(policy, {.partner = "south"}), "refused");
  EXPECT_EQ(PartnerOf(policy, {}), "");
}

TEST(PartnerPolicyTest, FollowsTheQueueWhereTheEventNamesOne) {
  const PartnerPolicy policy = {
      .from = From::kQueue, .fixed = "house", .by_name = {{"returns", "north"}}};
  EXPECT_EQ(PartnerOf(policy, {.queue = "returns"}), "north");
  EXPECT_EQ(PartnerOf(policy, {.queue = "returns", .partner = "north"}), "north");
  EXPECT_EQ(PartnerOf(policy, {.queue = "returns", .partner = "house"}), "refused");
  EXPECT_EQ(PartnerOf(policy, {.queue = "billing"}), "house") << "not named";
  EXPECT_EQ(PartnerOf(policy, {.agent = "ann"}), "") << "the contact stays whose it is";
}

TEST(PartnerPolicyTest, WithoutAQueueMayNameAnyPartnerOfTheTopic) {
  const PartnerPolicy policy = {
      .from = From::kQueue, .fixed = "house", .by_name = {{"returns", "north"}}};
  EXPECT_EQ(PartnerOf(policy, {.partner = "north"}), "north");
  EXPECT_EQ(PartnerOf(policy, {.partner = "house"}), "house");
  EXPECT_EQ(PartnerOf(policy, {.partner = "south"}), "refused");
}

TEST(PartnerPolicyTest, FollowsTheAgentWhereTheEventNamesOne) {
  const PartnerPolicy policy = {.from = From::kAgent, .by_name = {{"ann", "north"}}};
  EXPECT_EQ(PartnerOf(policy, {.agent = "ann"}), "north");
  EXPECT_EQ(PartnerOf(policy, {.agent = "ann", .partner = "house"}), "refused");
  EXPECT_EQ(PartnerOf(policy, {.agent = "bob"}), "") << "nobody's, without a partner for the rest";
  EXPECT_EQ(PartnerOf(policy, {.queue = "returns"}), "");
}

}  // namespace
}  // namespace touchline::pipeline
