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
  // To look for what is known of a record, its key must have come, too.
  constexpr size_t kKeyAhead = 8;
  const auto expect = [&](size_t i) {
    if (i + kKeyAhead < records.size()) __builtin_prefetch(records[i + kKeyAhead].key.data());
    return task_of(records[i].input)->Expect(records[i].key);
  };
  return TakeLookingAhead(
      records.size(), expect,
      [&](size_t i, Task::Expected e) { task_of(records[i].input)->ExpectSoon(e); },
      [&](size_t i, Task::Expected e) {
        return task_of(records[i].input)->Process(records[i], now, e);
      });
}

}  // namespace touchline::pipeline
