#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/codec.h"
#include "domain/event.h"
#include "domain/symbols.h"

namespace touchline::domain {

// One event as an interaction's log keeps it: every field that the fold reads, and nothing else.
// Texts are the task's symbols, but customers, which are too many, are numbers in the
// interaction's own list.
struct LogEntry {
  int64_t time_ns = 0;
  uint64_t sequence_plus = 0;  // as in OrderKey
  Hash128 id;
  Symbol partner = 0, queue = 0, agent = 0, by_agent = 0;
  Symbol reason = 0, priority = 0, tier = 0, segment = 0;
  Symbol team = 0;  // of `agent`
  uint16_t customer = 0;  // 1 + index among the interaction's customers; 0: none
  EventType type = EventType::kCallStarted;
  Cause cause = Cause::kNone;
  Direction direction = Direction::kNone;
  Channel channel = Channel::kNone;
  Party by = Party::kNone;
  Party author = Party::kNone;
  Party initiator = Party::kNone;  // or, for tickets without one, created_by
  TicketStatus status = TicketStatus::kNone;
  uint8_t to = 0;  // *.transferred: 1 + TransferTo
  uint8_t flags = 0;

  // flags
  static constexpr uint8_t kWarm = 1;           // *.transferred
  static constexpr uint8_t kInternal = 2;       // *.message
  static constexpr uint8_t kAutomated = 4;      // *.message
  static constexpr uint8_t kBot = 8;            // chat.started
  static constexpr uint8_t kLinked = 16;        // a relation was given
  static constexpr uint8_t kRepeatedInfo = 32;  // *.updated
  static constexpr uint8_t kResolvedKnown = 64;
  static constexpr uint8_t kResolved = 128;

  bool has(uint8_t flag) const { return (flags & flag) != 0; }
  EventTime time() const { return EventTime::FromMillis(time_ns / 1'000'000); }
  OrderKey order() const {
    return {.time_ns = time_ns, .sequence_plus = sequence_plus,
            .rank = static_cast<uint8_t>(type), .id = id};
  }
  bool operator==(const LogEntry&) const = default;

  // Times are written as differences from `previous_ns`.
  void Encode(int64_t previous_ns, std::string* out) const;
  bool Decode(int64_t previous_ns, ByteReader* in);
};

// REQUIRES: KindOf(event.type). Interns the event's texts; `customer` is left 0.
LogEntry MakeLogEntry(const Event& event, SymbolTable* symbols);

}  // namespace touchline::domain
