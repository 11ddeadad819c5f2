#pragma once

#include <utility>
#include <vector>

#include "pipeline/interactions_place.h"
#include "pipeline/ports.h"
#include "pipeline/waiting_source.h"

namespace touchline::pipeline {

// Reads who waits from the state, where each task keeps a row for each contact that does.
// Cost: of a visit, these rows and the tasks' symbols.
class StoreWaiting final : public WaitingSource {
 public:
  // `store` outlives it. REQUIRES: the places' stage is kInteractions.
  StoreWaiting(SnapshotSource* store, std::vector<InteractionsPlace> places)
      : store_(*store), places_(std::move(places)) {}

  Status VisitWaiting(const Visitor& visit) const override;

 private:
  SnapshotSource& store_;
  std::vector<InteractionsPlace> places_;
};

}  // namespace touchline::pipeline
