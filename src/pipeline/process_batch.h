#pragma once

#include <array>
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
  std::array<Task::Expected, kFar> expected;
  const auto look_ahead = [&](size_t i) {
    if (i >= records.size()) return;
    expected[i % kFar] = task_of(records[i].input)->Expect(records[i].key);
  };
  for (size_t i = 0; i < kFar; ++i) look_ahead(i);
  for (size_t i = 0; i < records.size(); ++i) {
    if (i + kNear < records.size()) {
      task_of(records[i + kNear].input)->ExpectSoon(expected[(i + kNear) % kFar]);
    }
    const Task::Expected now_due = expected[i % kFar];
    look_ahead(i + kFar);
    if (auto s = task_of(records[i].input)->Process(records[i], now, now_due); !s) return s;
  }
  return {};
}

}  // namespace touchline::pipeline
