#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "domain/event.h"
#include "domain/interaction/interaction.h"
#include "domain/rule_book.h"
#include "domain/sla/policy.h"
#include "domain/symbols.h"

namespace touchline::domain {

// An event of the log, or a timer that fired.
struct LogRow {
  EventTime at;
  std::string what;       // "ticket.updated"; of a timer "reaper", "breach" and so on
  bool is_timer = false;
  // What the event says, as far as the fold reads it; of a clock's timer its target.
  std::vector<std::pair<std::string_view, std::string>> fields;
};

// Why an interval begins.
struct ExplainedCause {
  // As in the row; "due": the budget was used up (the row is the timer's, if one has said so).
  std::string what;
  std::optional<size_t> row;  // of the log; nullopt: none, or one that is not kept any more
};

enum class ClockState : uint8_t {
  kRunning,
  kOverdue,  // it runs, and the budget is used up
  kPaused,
  kStopped,   // met or cancelled, and then taken up again in the same cycle
  kCompacted, // in the part of the log that is not kept any more: only the sum is known
};
std::string_view Name(ClockState state);

// A stretch of a clock, [from, to), in one state, by one promise and in the same hands.
struct ClockInterval {
  std::optional<EventTime> from;  // nullopt: not known any more (kCompacted)
  EventTime to;
  ClockState state = ClockState::kRunning;
  // Empty where no promise counts: kStopped, kCompacted.
  std::string policy, calendar, time_zone;
  std::string holder;
  Duration budget;
  Duration open;  // what it adds to the clock: open time; 0 unless it runs
  ExplainedCause cause;
};

enum class ClockResult : uint8_t { kOpen, kMet, kBreached, kCancelled };
std::string_view Name(ClockResult result);

// One cycle of one target's clock.
struct ExplainedClock {
  SlaTarget target = SlaTarget::kAnswer;
  uint32_t cycle = 1;
  std::string policy;  // the last stretch's
  Duration budget;
  ClockResult result = ClockResult::kOpen;
  std::optional<EventTime> result_at;
  std::string breach_holder;   // of a breach
  bool superseded = false;     // the breach, by a change of the budget
  std::optional<EventTime> stopped_at;  // nullopt: it is open
  // When the budget is used up: of an open clock that is not overdue. Of a paused one, if it went
  // on at the watermark. Never: nullopt.
  std::optional<EventTime> due;
  Duration used;       // so far; the sum of the intervals' `open`, exactly
  Duration overshoot;  // beyond the budget
  std::vector<std::pair<std::string, Duration>> held;  // by holder; their sum is `used`
  // In order, without gaps; of an open clock up to the watermark.
  std::vector<ClockInterval> intervals;
};

// A stretch of a duration, [from, to).
struct DurationInterval {
  EventTime from;
  EventTime to;
  // "waiting", a ticket's status, "open", "solved"; of handling "ring", "talk", "hold", "wrap_up",
  // "capped"; of both "compacted"
  std::string state;
  Duration counted;   // what it adds; of a business value its open time
  ExplainedCause cause;
};

// One observation of a duration, as it was counted and stands.
struct ExplainedDuration {
  MetricId metric = MetricId::kFirstResponseSeconds;
  std::string_view resolution;  // "first", "full"; else empty
  std::string_view clock;       // "calendar", "business"; empty of answer and abandon times
  std::string calendar, time_zone;  // of a business value; else empty
  EventTime at;                 // when it was observed
  Duration value;               // the sum of the intervals' `counted`, exactly
  std::vector<DurationInterval> intervals;
};

// One part of an agent's leg, as it was observed: an observation of handling_seconds and of
// agent_handling_seconds.
struct ExplainedHandling {
  std::string_view part;  // "ring", "talk", "hold", "wrap_up", "handle"
  std::string agent;
  std::string queue;      // the leg's; empty: none
  EventTime at;           // when it was observed; of what is reaped, the last event's instant
  Duration value;         // the sum of the intervals' `counted`, exactly
  // In order. Of talk and hold those of their kind alone, so with gaps. Of a wrap-up, and of its
  // share of handle, what is beyond RuleSet::max_wrap_up is "capped" and counts nothing.
  std::vector<DurationInterval> intervals;
};

// "closed", "reaped" and so on; of one that has not ended "open".
std::string_view Name(EndKind end);

// Everything that a contact's state can tell about its numbers.
struct Explanation {
  Kind kind = Kind::kCall;
  EventTime watermark;  // of the task: all timers due before it have fired
  EventTime created_at;
  std::optional<EventTime> ended_at;
  EndKind end = EndKind::kOpen;
  std::string partner, queue, customer, priority, tier, segment, status;
  bool customer_is_forgotten = false;  // his name is not kept
  Channel channel = Channel::kNone;
  Direction direction = Direction::kNone;
  // The log is not whole: events up to here are known by their sums alone.
  std::optional<EventTime> compacted_until;
  std::vector<LogRow> log;
  std::vector<ExplainedClock> clocks;        // by their beginning
  std::vector<ExplainedDuration> durations;  // by their end
  std::vector<ExplainedHandling> handling;   // in the order of observation
};

// `watermark` is the task's, and `symbols` its texts.
// Cost: O(log) folds; the log is bounded by RuleSet::max_log_entries.
// REQUIRES: it is no tombstone, of which there is nothing to tell.
Explanation Explain(const Interaction& interaction, const RuleBook& rules, EventTime watermark,
                    const SymbolTable& symbols);

}  // namespace touchline::domain
