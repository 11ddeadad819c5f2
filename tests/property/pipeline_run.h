#pragma once

#include "tests/property/case.h"

namespace touchline::property {

// How a run lives. Everything is drawn from the seed.
struct Life {
  uint64_t seed = 1;
  int64_t turn_permille = 50;   // of records after which what has been appended is consumed
  int64_t commit_percent = 40;  // of turns that end with a commit; and so on
  int64_t crash_percent = 0;
  int64_t proof_percent = 0;  // live: the broker proves the ends
};

// Feeds the case as JSON to the real decoder, both stages and the commit cycle, in one thread on
// fakes; lets everything settle; proves the ends at c.proved_at; and reads what is durable.
// Aborts with the status's message if the pipeline fails.
// REQUIRES: all inputs have the same mode and partners.
Published RunPipeline(const Case& c, const Life& life);

}  // namespace touchline::property
