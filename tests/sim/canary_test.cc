// A simulation that cannot fail proves nothing: each of these parts breaks its promise once, and
// must be found out.

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/simulation.h"

namespace touchline::sim {
namespace {

class CanaryTest : public testing::TestWithParam<Sabotage> {};

TEST_P(CanaryTest, IsFoundOutWhereverItStrikes) {
  int struck = 0;
  for (uint64_t seed = 1; struck < 3 && seed < 20; ++seed) {
    const Plan plan = MakePlan(seed, GetParam());
    const Outcome outcome = Simulation(plan).Run();
    if (!outcome.sabotaged) continue;
    ++struck;
    EXPECT_FALSE(outcome.ok()) << "seed " << seed << " has not noticed " << Name(GetParam());
  }
  EXPECT_EQ(struck, 3) << Name(GetParam()) << " had no occasion";
}

INSTANTIATE_TEST_SUITE_P(Parts, CanaryTest,
                         testing::Values(Sabotage::kDropFact, Sabotage::kTearBatch,
                                         Sabotage::kLoseBatch, Sabotage::kSkipRecord));

}  // namespace
}  // namespace touchline::sim
