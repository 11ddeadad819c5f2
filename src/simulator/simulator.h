#pragma once

#include <cstdint>
#include <memory>

#include "simulator/delivery.h"
#include "simulator/options.h"
#include "simulator/record.h"

namespace touchline::simulator {

class World;

// A contact centre that never was, as the stream of records that its systems would send. The same
// options give the same stream, byte for byte, on every machine; different seeds or starts give
// contacts with different ids, so that two runs may share a topic.
// Memory: grows with the open contacts, the planned returns, and what the delivery holds back.
// Not thread-safe; reads no clock.
class Simulator {
 public:
  // REQUIRES: Validate(options) is empty.
  explicit Simulator(const SimulatorOptions& options);
  ~Simulator();
  Simulator(Simulator&&) noexcept;

  // Puts the next record into *out, in the order of sending; false at the end of the story (never,
  // when options.length is absent). Keep one record for many calls: its buffers are used again.
  // Cost: about a microsecond.
  bool Next(SimulatedRecord* out);

  const DeliveryCounts& counts() const { return delivery_->counts(); }
  size_t open_contacts() const;

 private:
  const bool cut_;
  const EventTime end_;  // of the arrivals
  std::unique_ptr<Delivery> delivery_;
  std::unique_ptr<World> world_;
  bool finished_ = false;
};

}  // namespace touchline::simulator
