// For all histories: what the real pipeline has published is what the naive model recomputes from
// the whole log, however the records came and however often the process died.
//
// TOUCHLINE_SEED=n runs only that seed. TOUCHLINE_LONG=1 runs many more. TOUCHLINE_KEEP_GOING=1 goes
// on after a seed that fails.

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/property/comparison.h"
#include "tests/property/pipeline_run.h"

namespace touchline::property {
namespace {

struct Seeds {
  uint64_t first = 1, last = 1;
};
Seeds SeedsOf(uint64_t many, uint64_t very_many) {
  if (const char* seed = std::getenv("TOUCHLINE_SEED")) {
    const uint64_t n = std::strtoull(seed, nullptr, 10);
    return {n, n};
  }
  return {1, std::getenv("TOUCHLINE_LONG") != nullptr ? very_many : many};
}

bool Agrees(const Case& c, const Life& life) {
  const Published got = RunPipeline(c, life);
  const naive::ModelResult expected = Expected(c, got);
  if (Compare(c, expected, got).equal()) return true;
  const Runner run = [&](const Case& part) { return RunPipeline(part, life); };
  const Case small = Shrunk(c, run);
  const Published small_got = run(small);
  const naive::ModelResult small_expected = Expected(small, small_got);
  ADD_FAILURE() << Report(c, expected, got, Compare(c, expected, got)) << "shrunk to\n"
                << Report(small, small_expected, small_got,
                          Compare(small, small_expected, small_got))
                << Transcript(small);
  return false;
}

using MakeCase = Case (*)(uint64_t);

// The four lives of a case.
void ExpectAllLivesAgree(MakeCase make, const Seeds& seeds) {
  const bool keep_going = std::getenv("TOUCHLINE_KEEP_GOING") != nullptr;
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    const Case c = make(seed);
    const Case shuffled = Shuffled(c, seed, Duration::Minutes(10));
    const std::vector<std::pair<Case, Life>> lives = {
        {Straightened(c), {.seed = seed}},
        {shuffled, {.seed = seed, .proof_percent = 10}},
        {Duplicated(c, seed), {.seed = seed, .turn_percent = 30}},
        {shuffled, {.seed = seed, .turn_percent = 10, .crash_percent = 20, .proof_percent = 10}}};
    for (const auto& [life_case, life] : lives) {
      if (Agrees(life_case, life)) continue;
      if (!keep_going) return;
      break;
    }
  }
}

TEST(PipelinePropertyTest, PublishesWhatTheModelCountsOfWildCases) {
  ExpectAllLivesAgree(WildCase, SeedsOf(50, 2000));
}

TEST(PipelinePropertyTest, PublishesWhatTheModelCountsOfSimulatedCases) {
  ExpectAllLivesAgree(SimulatedCase, SeedsOf(10, 300));
}

}  // namespace
}  // namespace touchline::property
