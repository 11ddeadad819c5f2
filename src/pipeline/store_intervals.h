#pragma once

#include <utility>
#include <vector>

#include "pipeline/intervals.h"
#include "pipeline/keys.h"
#include "pipeline/ports.h"

namespace touchline::pipeline {

// Reads quarter hours from the state, where each task keeps its own.
class StoreIntervals final : public IntervalSource {
 public:
  // `reader` must outlive it and be safe to call from several threads.
  StoreIntervals(StateReader* reader, std::vector<TaskKey> tasks)
      : reader_(*reader), tasks_(std::move(tasks)) {}

  Status VisitIntervals(EventTime from, EventTime until, const Visitor& visit) const override;

 private:
  Status VisitTask(TaskKey task, EventTime from, EventTime until, const Visitor& visit,
                   bool* enough) const;

  StateReader& reader_;
  std::vector<TaskKey> tasks_;
};

}  // namespace touchline::pipeline
