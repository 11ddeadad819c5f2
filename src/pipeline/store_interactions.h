#pragma once

#include <utility>
#include <vector>

#include "pipeline/interaction_source.h"
#include "pipeline/interactions_place.h"
#include "pipeline/ports.h"

namespace touchline::pipeline {

// Reads interactions from the state, where each task keeps its own, and folds them anew.
// Cost: of a question a read per place and kind; of a match the task's symbols and rules, too.
class StoreInteractions final : public InteractionSource {
 public:
  // `store` outlives it. REQUIRES: the places' stage is kInteractions.
  StoreInteractions(SnapshotSource* store, std::vector<InteractionsPlace> places)
      : store_(*store), places_(std::move(places)) {}

  Result<std::vector<FoundInteraction>> Find(const InteractionQuery& query) const override;

 private:
  SnapshotSource& store_;
  std::vector<InteractionsPlace> places_;
};

}  // namespace touchline::pipeline
