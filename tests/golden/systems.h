#pragma once

#include <memory>

#include "tests/golden/timeline_system.h"

namespace touchline::golden {

// The real decoder, stages, tasks and commits on a fake log, store and clock.
std::unique_ptr<TimelineSystem> MakePipelineSystem(const SystemSetup& setup);

// The naive model: recomputes from all events at every reading. Batches and crashes mean nothing
// to it.
std::unique_ptr<TimelineSystem> MakeModelSystem(const SystemSetup& setup);

}  // namespace touchline::golden
