#pragma once

#include <cstddef>
#include <span>

#include "pipeline/ports.h"
#include "pipeline/task.h"

namespace touchline::pipeline {

// Processes records in order, each by its task, and tells the tasks meanwhile who is to come: one
// record is folded in the time that memory takes to arrive, and a batch says what is needed some
// records before. `task_of(InputIndex)` returns a Task*.
template <class TaskOf>
Status ProcessBatch(std::span<const SourceRecord> records, TaskOf task_of, WallTime now) {
  constexpr size_t kFar = 8;
  constexpr size_t kNear = 4;
  const auto expect = [&](size_t i, bool near) {
    if (i < records.size()) task_of(records[i].input)->Expect(records[i].key, near);
  };
  for (size_t i = 0; i < records.size(); ++i) {
    expect(i + kFar, false);
    expect(i + kNear, true);
    if (auto s = task_of(records[i].input)->Process(records[i], now); !s) return s;
  }
  return {};
}

}  // namespace touchline::pipeline
