// For all histories: what the real pipeline has published is what the naive model recomputes from
// the whole log, however the records came and however often the process died.
//
// TOUCHLINE_SEED=n runs only that seed, or up to TOUCHLINE_LAST_SEED.
// TOUCHLINE_LONG=1 runs many more. TOUCHLINE_KEEP_GOING=1 goes on after a seed that fails.

#include <gtest/gtest.h>

#include <algorithm>
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
    const char* last = std::getenv("TOUCHLINE_LAST_SEED");
    return {n, last == nullptr ? n : std::strtoull(last, nullptr, 10)};
  }
  return {1, std::getenv("TOUCHLINE_LONG") != nullptr ? very_many : many};
}

bool Agrees(const Case& c, const Life& life) {
  const Published got = RunPipeline(c, life);
  if (!got.unexplained.empty()) {
    ADD_FAILURE() << c.name << " case, seed " << c.seed << ": " << got.unexplained;
    return false;
  }
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

// So that a run takes about as many turns, whatever the case's size.
int64_t TurnPermille(const Case& c, int64_t turns) {
  int64_t records = 1;
  for (const naive::InputLog& input : c.inputs) {
    records += static_cast<int64_t>(input.records.size());
  }
  return std::clamp<int64_t>(turns * 1000 / records, 1, 500);
}

using MakeCase = Case (*)(uint64_t);

// The four lives of a case.
void ExpectAllLivesAgree(MakeCase make, const Seeds& seeds) {
  const bool keep_going = std::getenv("TOUCHLINE_KEEP_GOING") != nullptr;
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    const Case c = make(seed);
    const Case shuffled = Shuffled(c, seed, Duration::Minutes(10));
    const int64_t few = TurnPermille(c, 20), many = TurnPermille(c, 100);
    const std::vector<std::pair<Case, Life>> lives = {
        {Straightened(c), {.seed = seed, .turn_permille = few}},
        {shuffled, {.seed = seed, .turn_permille = few, .proof_percent = 10}},
        {Duplicated(c, seed), {.seed = seed, .turn_permille = many}},
        {shuffled,
         {.seed = seed, .turn_permille = many, .crash_percent = 20, .proof_percent = 10}}};
    for (const auto& [life_case, life] : lives) {
      if (Agrees(life_case, life)) continue;
      if (!keep_going) return;
      break;
    }
  }
}

TEST(PipelinePropertyTest, PublishesWhatTheModelCountsOfWildCases) {
  ExpectAllLivesAgree(WildCase, SeedsOf(100, 2000));
}

TEST(PipelinePropertyTest, PublishesWhatTheModelCountsOfSimulatedCases) {
  ExpectAllLivesAgree(SimulatedCase, SeedsOf(6, 200));
}

}  // namespace
}  // namespace touchline::property
