#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tests/golden/story.h"
#include "tests/golden/timeline_system.h"

// The lives that one story must have: whatever happens to the process, whatever the network does
// to its events, the net values are the same.
namespace touchline::golden {

enum class Delivery : uint8_t {
  kAsTold,
  kTwice,      // every event two times in a row
  kReplayed,   // before each checkpoint, all since the last one come again, latest first
  kReversed,   // since the last checkpoint, each contact's events come latest first
  kShuffled,   // or in a seeded order; contacts keep their places among each other
  kStrangers,  // among other contacts of another partner
};

struct RunMode {
  std::string_view name;
  Delivery delivery = Delivery::kAsTold;
  int commit_every = 0;  // events; 0: at checkpoints only
  // After every event the process dies and comes back; every second event is durable by then.
  bool crash_after_each = false;
  int partitions = 1;
  uint32_t seed = 0;
};

const std::vector<RunMode>& RunModes();
// `name` may also be the beginning of several: "shuffled".
bool IsRunMode(std::string_view name);
bool IsExcept(const Story& story, const RunMode& mode);

// The story told to a system; `seen` are the values at its checkpoints, in order.
struct Telling {
  std::vector<NetValues> seen;
};
Result<Telling> Tell(const Story& story, const RunMode& mode, TimelineSystem* system);

}  // namespace touchline::golden
