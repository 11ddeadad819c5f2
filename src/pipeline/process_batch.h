#pragma once

#include <cstddef>
#include <span>

#include "pipeline/look_ahead.h"
#include "pipeline/ports.h"
#include "pipeline/task.h"

namespace touchline::pipeline {

// Processes records in order, each by its task, and tells the tasks meanwhile who is to come.
// `task_of(InputIndex)` returns a Task*.
template <class TaskOf>
Status ProcessBatch(std::span<const SourceRecord> records, TaskOf task_of, WallTime now) {
  return TakeLookingAhead(
      records.size(), [&](size_t i) { return task_of(records[i].input)->Expect(records[i].key); },
      [&](size_t i, Task::Expected e) { task_of(records[i].input)->ExpectSoon(e); },
      [&](size_t i, Task::Expected e) {
        return task_of(records[i].input)->Process(records[i], now, e);
      });
}

}  // namespace touchline::pipeline
