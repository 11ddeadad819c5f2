#pragma once

#include <cstddef>
#include <span>

#include "base/prefetch.h"
#include "pipeline/look_ahead.h"
#include "pipeline/ports.h"
#include "pipeline/task.h"

namespace touchline::pipeline {

// The first records that one task may read ahead.
inline std::span<const SourceRecord> GroupFrom(std::span<const SourceRecord> records) {
  size_t n = 0;
  while (n < records.size() && n < Task::kReadAhead && records[n].input == records[0].input) ++n;
  return records.first(n);
}

// Processes records in order, each by its task, and tells the tasks meanwhile who is to come.
// `task_of(InputIndex)` returns a Task*.
template <class TaskOf>
Status ProcessBatch(std::span<const SourceRecord> records, TaskOf task_of, WallTime now) {
  // To look for what is known of a record, its key must have come, too.
  constexpr size_t kKeyAhead = 8;
  size_t read = 0;  // ahead
  const auto foresee = [&](size_t i, Hint* hint) {
    if (i + kKeyAhead < records.size()) Prefetch(records[i + kKeyAhead].key.data());
    task_of(records[i].input)->Foresee(records[i].key, hint);
  };
  return TakeLookingAhead(
      records.size(), foresee,
      [&](size_t i, Hint* hint) { task_of(records[i].input)->Expect(hint); },
      [&](size_t i, const Hint& hint) { task_of(records[i].input)->ExpectSoon(hint); },
      [&](size_t i, const Hint& hint) {
        Task* const task = task_of(records[i].input);
        if (i == read) {
          const auto group = GroupFrom(records.subspan(i));
          task->ReadAhead(group);
          read += group.size();
        }
        return task->Process(records[i], now, hint);
      });
}

}  // namespace touchline::pipeline
