#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/codec.h"
#include "base/small_vector.h"
#include "base/time.h"
#include "domain/contribution.h"
#include "domain/event.h"
#include "domain/interaction/stretch_log.h"
#include "domain/interaction/timer.h"
#include "domain/sla/clock.h"
#include "domain/symbols.h"

namespace touchline::domain {

// A stay in a queue.
struct QueueEntry {
  bool open = false;
  Direction direction = Direction::kInbound;
  // Silent abandon: counted at this instant with these labels, and not taken back.
  bool silent_counted = false;
  Channel silent_channel = Channel::kNone;
  Symbol silent_partner = 0;
  Symbol queue = 0;
  EventTime since;
  EventTime last_customer_message;  // Min(): none since the entry opened
  EventTime silent_at;
  bool operator==(const QueueEntry&) const = default;
};

// One agent's part in a contact: at most one ring, one active stretch and one wrap-up at a time.
struct Leg {
  Symbol agent = 0;
  bool ringing = false;
  bool active = false;
  bool on_hold = false;  // of the active stretch
  bool held = false;     // ever, in this stretch
  bool wrapping = false;

  Symbol queue = 0;   // of the active stretch, and of the wrap-up after it
  uint32_t turn = 0;  // order of activation within the contact
  EventTime since;    // start of the current talk or hold
  int64_t talk_ms = 0;
  int64_t hold_ms = 0;

  Symbol ring_queue = 0;
  Symbol wrap_queue = 0;
  EventTime ring_since;
  EventTime wrap_since;
  bool operator==(const Leg&) const = default;
};

// Which parts of (agent, queue) have been observed in this contact: bit = Part.
struct Segment {
  Symbol agent = 0;
  Symbol queue = 0;
  uint8_t parts = 0;
  bool operator==(const Segment&) const = default;
};

// The team that an event gave beside an agent.
struct AgentTeam {
  Symbol agent = 0;
  Symbol team = 0;
  bool operator==(const AgentTeam&) const = default;
};

// What decides, beside labels, policy and replies, which clocks run and in whose hands.
struct ClockInputs {
  uint32_t rules = 0;     // the book's generation; 0: not known
  uint8_t wanted = 0;     // targets, as bits: 1 << SlaTarget
  StatusSet pausing = 0;  // the status that pauses, if any
  Symbol holder = 0;
  bool operator==(const ClockInputs&) const = default;
};

enum class EndKind : uint8_t {
  kOpen,       // not ended
  kEnded,      // by its end event
  kAbandoned,  // by the customer, unanswered
  kReaped,
  kClosed,     // ticket
  kMerged,     // ticket
  kReopenWindow,
};

// The folded state of one interaction: a function of its log, the watermark and the rules
// (docs/folding_rules.md). A value: copied when the log's oldest part becomes a base.
struct InteractionState {
  // Legs, segments and agents' teams for which there is always room; few contacts have more.
  static constexpr size_t kPlaces = 3;
  // A ticket's end publishes three observations of two cells each; no other end publishes more, but
  // that a business clock doubles them.
  static constexpr size_t kPublishedByEnd = 6;

  // The order is that of use: what an event in order touches comes first, and lies close together.

  // What it is
  Kind kind = Kind::kCall;
  bool created = false;
  EndKind end = EndKind::kOpen;
  Channel channel = Channel::kNone;
  bool channel_named = false;
  Direction direction = Direction::kInbound;
  Party initiator = Party::kCustomer;
  bool linked = false;
  TicketStatus status = TicketStatus::kNone;
  // Queue and hands
  bool had_entry = false;
  bool handled = false;          // the contact's first handle part has been observed
  bool in_self_service = false;  // began in the IVR or with a bot, and no person has had it yet
  // Replies
  bool first_done = false;
  bool person_replied = false;
  bool customer_wrote = false;  // a message that counts
  bool bot_holds = false;
  bool handoff_done = false;  // had a hand-off
  // Solved
  bool solved = false;  // now
  bool ever_solved = false;
  // For the contact's fact
  bool answered_by_person = false;
  bool abandoned = false;  // by the latest end

  Symbol partner = 0, first_partner = 0, queue = 0;
  Symbol priority = 0, tier = 0, segment = 0, reason = 0, reason_at_end = 0;
  uint16_t customer = 0;  // as in LogEntry
  uint32_t turns = 0;
  Symbol last_handler = 0;
  Symbol assignee = 0;

  EventTime created_at;
  EventTime last_event_at;
  EventTime last_fired_at = EventTime::Min();  // the due of the timer that fired last
  QueueEntry entry;
  std::optional<EventTime> unanswered;   // the oldest unanswered customer message
  std::optional<EventTime> first_start;  // where the first response starts; nullopt: not yet

  // SLA clocks (docs/sla_clocks.md)
  std::vector<SlaClock> clocks;  // by target: of each that ever ran, the latest cycle's
  PolicyLabels policy_labels;    // while open, the contact's own
  // When the policy was last chosen, by these labels; Min(): it must be chosen before it is asked.
  EventTime policy_at = EventTime::Min();
  uint8_t promised = 0;           // targets that it sets, as bits: 1 << SlaTarget
  // By which the clocks were last driven, and the first timer of theirs: not stored.
  ClockInputs clock_inputs;
  Timer clock_timer;
  bool awaits_answer = false;     // has entered a queue and been neither answered nor let go
  bool dropped_awaits_answer = false;  // as the reaper found it, beside dropped_entry
  bool pause_lifted = false;      // the customer wrote while the ticket waited for him
  SmallVector<AgentTeam, kPlaces> teams;

  SmallVector<Leg, kPlaces> legs;
  SmallVector<Segment, kPlaces> segments;

  // Seldom asked for.
  std::optional<EventTime> handoff_pending;
  EventTime status_since;
  int64_t requester_ms = 0;
  int64_t work_ms = 0;
  EventTime last_solved_at;
  int64_t solved_ms = 0;              // time spent solved so far, finished stretches
  int64_t solved_ms_before_last = 0;  // as it was at the last solved
  EventTime ended_at;
  // For the contact's fact
  int64_t waited_ms = 0;
  uint32_t transfers = 0;
  uint32_t reopenings = 0;
  uint32_t repeated_info = 0;

  StretchLog stretches;
  SmallVector<Contribution, kPublishedByEnd> published_by_end;  // what a revival takes back
  QueueEntry dropped_entry;  // open if the reaper dropped it
  int64_t dropped_wait_ms = 0;

  bool ended() const { return end != EndKind::kOpen; }
  bool operator==(const InteractionState&) const;

  void Encode(RecordWriter* out) const;
  bool Decode(ByteReader* in);
  size_t heap_bytes() const;
};

}  // namespace touchline::domain
