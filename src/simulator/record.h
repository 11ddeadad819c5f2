#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/event.h"
#include "simulator/simulated_event.h"

namespace touchline::simulator {

enum class RecordWhat : uint8_t {
  kEvent,        // `event`, for the first time
  kDuplicate,    // `event`, once more
  kHeartbeat,    // `event` is a source.heartbeat: to be written to every partition of the topic
  kUnknownType,  // `raw`: a sound CloudEvent whose type is not in the contract
  kPoison,       // `raw`: bytes that nobody can read as an event
};

// What one send to a topic would be.
struct SimulatedRecord {
  RecordWhat what = RecordWhat::kEvent;
  // When it is sent; records come in this order. Not before the event's own time.
  EventTime emitted_at;
  domain::Kind topic = domain::Kind::kCall;  // support.calls, support.chats, support.tickets
  std::string key;       // the Kafka key: the subject; empty for heartbeats
  SimulatedEvent event;  // kEvent, kDuplicate, kHeartbeat
  std::string raw;       // kUnknownType, kPoison: the value as it is
  // kPoison: why a strict reader of structured CloudEvents must refuse it.
  std::optional<domain::RejectReason> reject_reason;
};

}  // namespace touchline::simulator
