#pragma once

#include <cstdint>
#include <deque>
#include <queue>
#include <vector>

#include "simulator/options.h"
#include "simulator/poison.h"
#include "simulator/random.h"
#include "simulator/record.h"
#include "simulator/source.h"

namespace touchline::simulator {

// What the delivery did so far.
struct DeliveryCounts {
  uint64_t told = 0;  // events that happened
  uint64_t events = 0;  // of these, sent or waiting to be
  uint64_t missing_ends = 0;  // of these, never sent: told = events + missing_ends
  uint64_t disordered = 0;
  uint64_t late = 0;
  uint64_t duplicates = 0;
  uint64_t unknown_types = 0;
  uint64_t poison = 0;
  uint64_t heartbeats = 0;
};

// The way from the systems that tell events to us: takes events in (nearly) the order of their
// times and gives records in the order of sending, after doing to them what DeliveryKnobs say. Has
// its own random stream, so the knobs never change what happens in the world.
// Memory: the records between the horizon and the longest delay.
class Delivery {
 public:
  Delivery(const SimulatorOptions& options, const std::vector<Source>& sources);

  void Take(const domain::Event& event, domain::Kind topic);
  // The next record that is sent before `horizon_ns`, the least time that an event may still have;
  // false if there is none yet. `*out` gets its buffers by exchange.
  bool Pop(int64_t horizon_ns, SimulatedRecord* out);
  // No event comes any more: the heartbeats say `final`. What waits can be popped with kForever.
  void Finish(int64_t now_ns);

  const DeliveryCounts& counts() const { return counts_; }
  static constexpr int64_t kForever = INT64_MAX;

 private:
  struct Entry {
    int64_t at_ns;
    uint64_t order;
    uint32_t slot;
    bool operator>(const Entry& o) const {
      return at_ns != o.at_ns ? at_ns > o.at_ns : order > o.order;
    }
  };
  SimulatedRecord& Push(int64_t at_ns, RecordWhat what, domain::Kind topic);
  void PushRaw(int64_t at_ns, const domain::Event& event, domain::Kind topic);
  void PushHeartbeats(int64_t at_ns, int64_t complete_until_ns, bool is_final);
  int64_t Delay();

  const DeliveryKnobs knobs_;
  const std::vector<Source> sources_;
  const int64_t longest_delay_ns_;
  Random random_;
  PoisonMaker poison_;
  std::deque<SimulatedRecord> slots_;
  std::vector<uint32_t> free_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> waiting_;
  uint64_t order_ = 0;
  int64_t next_heartbeat_ns_;
  int64_t last_at_ns_ = 0;
  DeliveryCounts counts_;
};

}  // namespace touchline::simulator
