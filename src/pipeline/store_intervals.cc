#include "pipeline/store_intervals.h"

#include "pipeline/ledger.h"
#include "pipeline/stored_task.h"

namespace touchline::pipeline {

Status StoreIntervals::VisitIntervals(EventTime from, EventTime until,
                                      const Visitor& visit) const {
  bool enough = false;
  for (const TaskKey task : tasks_) {
    if (auto s = VisitTask(task, from, until, visit, &enough); !s || enough) return s;
  }
  return {};
}

Status StoreIntervals::VisitTask(TaskKey task, EventTime from, EventTime until,
                                 const Visitor& visit, bool* enough) const {
  std::string begin = TablePrefix(task, Table::kQuarters);
  std::string end = begin;
  const size_t prefix = begin.size();
  ByteWriter(&begin).SortableTime(from);
  ByteWriter(&end).SortableTime(until);

  // Rows first, names after: a name is durable with the first row that uses it.
  struct Row {
    EventTime start;
    domain::Scope scope;
    std::vector<CellDelta> cells;
  };
  std::vector<Row> rows;
  bool good = true;
  auto status = reader_.Scan(begin, end, [&](std::string_view key, std::string_view value) {
    ByteReader in(key.substr(prefix));
    Row& row = rows.emplace_back();
    row.start = in.SortableTime();
    row.scope = DecodeScope(&in);
    good = in.ok() && Ledger::DecodeRow(value, &row.cells);
    return good;
  });
  if (!status) return status;
  if (!good) {
    return Fatal("a row of interval counts in the state is damaged", ExitCode::kStateUnreadable);
  }
  domain::SymbolTable symbols;
  if (auto s = ReadSymbols(&reader_, task, &symbols); !s) return s;
  for (const Row& row : rows) {
    if (!AllNamed(row.scope, symbols)) continue;
    const ScopeLabels labels =
        LabelsOf(row.scope, [&symbols](domain::Symbol s) { return symbols.name(s); });
    if (!visit(row.start, labels, row.cells)) {
      *enough = true;
      return {};
    }
  }
  return {};
}

}  // namespace touchline::pipeline
