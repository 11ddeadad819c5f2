#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/event.h"
#include "domain/sla/policy.h"
#include "tests/support/naive/sla_moment.h"
#include "tests/support/naive/sla_policy.h"

namespace touchline::naive {

// docs/sla_clocks.md: the clocks of one contact, from its moments alone.

enum class StretchState : uint8_t { kRunning, kPaused };

// Time that a clock spent in one state, by one promise, in the same hands.
struct SlaStretch {
  EventTime from;
  std::optional<EventTime> to;  // nullopt: it goes on
  StretchState state = StretchState::kRunning;
  std::string policy, calendar, holder;
  Duration budget;
  Duration used;  // open time; of one that goes on, up to the watermark
};

// Where something is counted.
struct SlaLabels {
  std::string partner, queue, policy;
  domain::Channel channel = domain::Channel::kNone;
  bool operator==(const SlaLabels&) const = default;
};

// What was decided of a cycle, and when.
struct SlaResult {
  EventTime at;
  SlaLabels labels;
};

struct SlaCycle {
  domain::SlaTarget target = domain::SlaTarget::kAnswer;
  int number = 1;
  std::vector<SlaStretch> stretches;  // at least one; there are gaps where it was stopped
  Duration used;
  // Of a cycle that has not stopped; Max(): never by its calendar. Of one that is paused, `due` is
  // what it would be if it went on at the watermark.
  std::optional<EventTime> due;
  std::optional<EventTime> at_risk_from;  // of one that runs

  std::optional<SlaResult> breached;
  std::string breached_by;  // who held it then, or changed it
  bool superseded = false;  // the breach, by a change of the budget
  // How it stopped; one that has breached counts as neither.
  std::optional<SlaResult> met, cancelled;

  EventTime start() const { return stretches.front().from; }
  bool stopped() const { return met || cancelled; }
  Duration budget() const { return stretches.back().budget; }
};

// All clocks of a contact, by target and number.
struct SlaResults {
  std::vector<SlaCycle> cycles;
  // Where a running clock is counted now; its policy is its own.
  SlaLabels now;
  EventTime watermark = EventTime::Min();
};

// A running clock at the watermark. REQUIRES: a cycle that has not stopped.
bool IsRunning(const SlaCycle& cycle);  // not paused
bool IsOverdue(const SlaCycle& cycle);  // breached, and not superseded
bool IsAtRisk(const SlaCycle& cycle, EventTime watermark);

// REQUIRES: `moments` are in order.
SlaResults RunClocks(const std::vector<SlaMoment>& moments, EventTime watermark,
                     const Rules& rules);

}  // namespace touchline::naive
