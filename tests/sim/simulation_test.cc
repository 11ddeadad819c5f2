#include "tests/sim/simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

namespace touchline::sim {
namespace {

Outcome Simulate(uint64_t seed) {
  const Plan plan = MakePlan(seed);
  return Simulation(plan).Run();
}

std::optional<uint64_t> SeedFromEnvironment(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

// The first failure ends it: the others would say the same.
TEST(SimulationTest, AgreesWithTheModelWhateverHappens) {
  const bool is_long = std::getenv("TOUCHLINE_LONG") != nullptr;
  const auto one = SeedFromEnvironment("TOUCHLINE_SIM_SEED");
  const uint64_t first = one.value_or(is_long ? 1000 : 1);
  const uint64_t last =
      SeedFromEnvironment("TOUCHLINE_SIM_LAST_SEED").value_or(one.value_or(is_long ? 6000 : 200));
  std::map<std::string, int64_t> happened;
  for (uint64_t seed = first; seed <= last && !HasFailure(); ++seed) {
    const Outcome outcome = Simulate(seed);
    for (const auto& [what, times] : outcome.happened) happened[what] += times;
    EXPECT_TRUE(outcome.ok()) << outcome.failure;
  }
  for (const auto& [what, times] : happened) std::cout << times << " x " << what << "\n";
  if (one || HasFailure()) return;
  // What never happens is not tested.
  for (const char* step : {"folded", "sealed", "durable", "released", "acknowledged"}) {
    EXPECT_GT(happened[std::string("death when ") + step], 0) << step;
  }
  EXPECT_GT(happened["death between steps"], 0);
  EXPECT_GT(happened["completion within a step"], 0);
  EXPECT_GT(happened["standing alert of a breach"], 0);
  EXPECT_GT(happened["alert taken back"], 0);
  EXPECT_GT(happened["customer to be forgotten"], 0);
  EXPECT_GT(happened["customer without a trace"], 0);
}

TEST(SimulationTest, TheSameSeedLivesTheSameLife) {
  EXPECT_EQ(Simulate(5).trace, Simulate(5).trace);
  EXPECT_NE(Simulate(5).trace, Simulate(6).trace);
}

}  // namespace
}  // namespace touchline::sim
