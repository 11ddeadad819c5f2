#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pipeline/control_note.h"
#include "pipeline/ports.h"

namespace touchline::pipeline {

// Reads the control topic for its process: whole at the start, and then what comes. Tasks know what
// they have been told before. Single-threaded.
class ControlReader {
 public:
  // The source's only input is the topic's only partition, from its earliest record on.
  explicit ControlReader(Source* source) : source_(*source) {}

  // What has come since the last call, waiting at most `max_wait` for it; until the next call.
  // Errors are the source's.
  Result<std::span<const ForgottenNote>> Read(Duration max_wait);
  // Records that were none of ours, and were left out.
  uint64_t unreadable() const { return unreadable_; }

 private:
  Source& source_;
  std::vector<ForgottenNote> notes_;
  uint64_t unreadable_ = 0;
};

}  // namespace touchline::pipeline
