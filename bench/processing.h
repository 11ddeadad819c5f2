#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "bench/apart.h"
#include "bench/topics.h"
#include "domain/rules.h"

namespace touchline::bench {

// The whole program at work: consumer, both stages, commits, facts, HTTP.

struct ProcessOptions {
  BenchTopic topic;
  std::string folder;   // of the state
  int32_t workers = 1;
  std::string internal_prefix = "touchline.";
  domain::RuleSet rules;
  // What the program takes the time to be, all along: for a topic of which a later part is still to
  // be written, and would come late.
  std::optional<WallTime> stopped_clock;
};

struct ProcessFigures {
  double wall = 0;  // seconds, from the start until both stages had everything durable
  double cpu = 0;
  uint64_t commits = 0;
  uint64_t rows = 0;   // written by commits
  uint64_t bytes = 0;
  double commit_p50_ms = 0;  // from seal to durable; interpolated within a histogram's bucket
  double commit_p99_ms = 0;
  uint64_t fact_records = 0;  // on the internal topic
  int64_t peak_resident_bytes = 0;
  uint64_t state_bytes = 0;
  // Of what was not yet durable when the first `unmeasured` events of the topic were.
  uint64_t measured_events = 0;
  double measured_wall = 0;
  double measured_cpu = 0;
};

// Works off `events` events of the topic, the first `unmeasured` of them before the clock of the
// measured_ figures starts, and stops in order.
ProcessFigures ProcessAll(const ProcessOptions& options, uint64_t events, uint64_t unmeasured);

// Seconds from the start of the program on a state folder until it is ready. Runs no event.
double MeasureRestart(const ProcessOptions& options);

struct ReloadFigures {
  int64_t clocks = 0;           // that run under the new rules in the end
  double seconds = 0;           // from the reload until all of them did
  double longest_stall_ms = 0;  // between two commits meanwhile
};
// Starts the program on a state folder and lets it load `rules`, whose policy is `policy`.
// REQUIRES: the state's clocks are of another policy; all run, and none is to end.
ReloadFigures MeasureReload(const ProcessOptions& options, const domain::RuleSet& rules,
                            const std::string& policy);

// Runs the program until the other side sends a value; first sends the port of its pages.
void Serve(const ProcessOptions& options, Channel* channel);

}  // namespace touchline::bench
