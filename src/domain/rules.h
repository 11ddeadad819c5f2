#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/codec.h"
#include "base/time.h"
#include "domain/calendar/calendar_spec.h"
#include "domain/sla/policy.h"

namespace touchline::domain {

// What decides an `answered_in_target`, and which hours `clock="business"` counts, per queue.
struct QueueRules {
  Duration answer_threshold = Duration::Seconds(20);
  Duration short_abandon = Duration::Seconds(5);
  // At exactly the threshold: in target (<=, the default) or late (<). Serves both limits.
  bool threshold_inclusive = true;
  // The name of one of the set's calendars; empty: no business values.
  std::string business_calendar = {};
  bool operator==(const QueueRules&) const = default;
};

// How many points each driver of effort weighs. Thousandths of a point.
struct EffortWeights {
  int64_t waiting_milli = 1000;  // per started five minutes of waiting
  int64_t repeat_contact_milli = 1000;
  int64_t channel_switch_milli = 1000;
  int64_t transfer_milli = 1000;
  int64_t reopening_milli = 1000;
  int64_t abandoned_milli = 1000;
  int64_t repeated_info_milli = 1000;
  bool operator==(const EffortWeights&) const = default;
};

// What the configuration knows of an agent, for events that do not say it themselves. "": nothing.
struct AgentEntry {
  std::string team;
  std::string partner;
  bool operator==(const AgentEntry&) const = default;
};

// All configuration that decides a number, in force from one instant of event time on
// (DESIGN section 3, "Rule sets"). Stored in the state; a fold uses the set in force at the instant
// of the event or timer.
struct RuleSet {
  EventTime effective_from = EventTime::Min();
  QueueRules default_queue;
  std::map<std::string, QueueRules> queues;  // by queue name

  Duration reap_call_after = Duration::Hours(4);   // since the last event
  Duration reap_chat_after = Duration::Hours(24);  // since the last event
  Duration reopen_window = Duration::Days(28);     // tickets, since the last solved
  Duration retention = Duration::Days(35);         // after the end; a tombstone as long again
  Duration max_wrap_up = Duration::Minutes(30);
  Duration silent_abandon_after = Duration::Minutes(10);  // waiting chats
  // The log's older half folds into a base once it is longer than this (at least 16).
  uint32_t max_log_entries = 2048;

  Duration journey_quiet_period = Duration::Days(7);
  Duration journey_retention = Duration::Days(75);  // a closed journey's contacts, after its end
  Duration effort_repeat_within = Duration::Days(7);
  uint32_t max_contacts_per_journey = 1024;
  EffortWeights effort;

  std::map<std::string, CalendarSpec> calendars;  // by name
  std::vector<Policy> policies;                   // the first that matches is in force
  std::map<std::string, AgentEntry> agents;       // by agent

  const QueueRules& ForQueue(const std::string& queue) const {
    const auto it = queues.find(queue);
    return it == queues.end() ? default_queue : it->second;
  }
  bool operator==(const RuleSet&) const = default;

  void Encode(ByteWriter* out) const;
  // False if the bytes are not a rule set.
  bool Decode(ByteReader* in);
};

}  // namespace touchline::domain
