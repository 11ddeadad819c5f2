#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/event.h"
#include "simulator/simulated_event.h"
#include "tests/support/naive/contact_fold.h"
#include "tests/support/naive/net_values.h"

namespace touchline::naive {

// An event that owns its texts.
using LoggedEvent = simulator::SimulatedEvent;

// One consumed record: what the decoder made of it.
struct Consumed {
  domain::ApplyResult read = domain::ApplyResult::kApplied;  // or kIgnoredUnknownType, kRejected
  LoggedEvent event;                                         // of kApplied
  domain::RejectReason reason = domain::RejectReason::kMalformedJson;  // of kRejected
  WallTime consumed_at = WallTime::Max();  // live inputs: an event must not be far ahead of this
  std::string key, raw;  // of what is no event: the bytes, for those who feed a decoder
};

// One partition of one topic, read by one task from its first offset.
struct InputLog {
  std::string alias;  // the label `source`
  std::string name_space = "default";
  std::string partner;                // fixed; an event that claims another is rejected
  std::vector<std::string> partners;  // else, unless empty: the only ones allowed
  bool live = true;
  Duration skew = Duration::Seconds(2);  // live only
  std::vector<Consumed> records;         // in offset order
};

// One contact from its beginning, or from its new beginning after it had been forgotten.
struct ContactHistory {
  size_t input = 0;
  domain::Kind kind = domain::Kind::kCall;
  std::string id;
  std::vector<domain::Event> events;  // sorted; views into the InputLogs
  ContactResult result;
};

struct ModelResult {
  NetValues values;  // of both stages, with events_total
  LongestWaiting waiting;
  std::vector<ContactHistory> contacts;
};

// Everything that both stages publish once all of `inputs` has been consumed and time has come to
// `watermarks` (by input) and `journeys_watermark`. The result holds views of `inputs`.
// Not modelled: see README.md.
// REQUIRES: a contact's records are all in one input.
ModelResult Recompute(const std::vector<InputLog>& inputs,
                      const std::vector<EventTime>& watermarks, EventTime journeys_watermark,
                      const Rules& rules);

// The highest event time among the records, as section 9 defines it; Min() if there is none.
EventTime HighestTime(const InputLog& input);

// The watermark that a live input has when nothing but its records moved it.
EventTime WatermarkOf(const InputLog& input);

}  // namespace touchline::naive
