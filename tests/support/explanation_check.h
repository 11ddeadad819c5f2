#pragma once

#include <string>
#include <vector>

#include "pipeline/published.h"
#include "pipeline/store_interactions.h"
#include "tests/support/fake_store.h"

namespace touchline::test {

// Explains every interaction in the store, and returns what does not add up, a sentence; empty when
// all does: each clock, duration and handling part is the sum of its intervals, which leave no gaps
// but where talk and hold take turns; and, where no contact has been compacted or forgotten, all of
// them together are what was published, of handling per queue and per agent.
std::string FindUnexplained(FakeStore* store,
                            const std::vector<pipeline::InteractionsPlace>& places,
                            const pipeline::PublishedLedger& published);

}  // namespace touchline::test
