#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "domain/event.h"

namespace touchline::simulator {

// An event that owns its texts. domain::Event holds views; this keeps them alive in one buffer, so
// that an event can wait (be late, be sent twice) after whoever told it has moved on.
// Copying and moving are safe: the texts are kept as positions, not as pointers.
class SimulatedEvent {
 public:
  SimulatedEvent() = default;
  explicit SimulatedEvent(const domain::Event& event) { Assign(event); }

  // Takes over every field of `event`; reuses the buffer. `event` may not be a view of this.
  void Assign(const domain::Event& event);
  // The event as the domain reads it. Valid until this object changes, moves or goes.
  domain::Event view() const;

  // The fields that need no view.
  const domain::Event& scalars() const { return scalars_; }

 private:
  struct Text {
    uint8_t field = 0;
    uint16_t begin = 0;
    uint16_t size = 0;
  };
  static constexpr size_t kMaxTexts = 34;

  domain::Event scalars_;  // its texts are empty
  std::array<Text, kMaxTexts> texts_;
  uint8_t text_count_ = 0;
  std::string buffer_;
};

}  // namespace touchline::simulator
