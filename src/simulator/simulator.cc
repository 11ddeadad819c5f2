#include "simulator/simulator.h"

#include <vector>

#include "simulator/source.h"
#include "simulator/world.h"

namespace touchline::simulator {

Simulator::Simulator(const SimulatorOptions& options)
    : cut_(options.cut_at_length),
      end_(options.length ? options.start + *options.length : EventTime::Max()) {
  const std::vector<Source> sources = MakeSources(options);
  delivery_ = std::make_unique<Delivery>(options, sources);
  world_ = std::make_unique<World>(options, sources, delivery_.get());
}

Simulator::~Simulator() = default;
Simulator::Simulator(Simulator&&) noexcept = default;

bool Simulator::Next(SimulatedRecord* out) {
  while (!finished_) {
    if (delivery_->Pop(world_->horizon_ns(), out)) {
      if (cut_ && out->emitted_at >= end_) finished_ = true;
      return !finished_;
    }
    if (world_->finished()) {
      delivery_->Finish(world_->horizon_ns());
      finished_ = true;
    } else {
      world_->Advance();
    }
  }
  return !cut_ && delivery_->Pop(Delivery::kForever, out);
}

size_t Simulator::open_contacts() const { return world_->open_contacts(); }

}  // namespace touchline::simulator
