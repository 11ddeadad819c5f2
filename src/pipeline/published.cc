#include "pipeline/published.h"

#include <algorithm>

namespace touchline::pipeline {
namespace {

// Rolling gauges look back an hour by buckets and a local day by quarter hours; a little more is
// kept for clocks that lag. Counted from the newest bucket, which for a forecast lies an hour and
// a few minutes ahead of now.
constexpr Duration kBucketsKept = Duration::Minutes(90 + 65);
constexpr Duration kQuartersKept = Duration::Hours(50);

// The cell's place in an ascending vector, made if new.
template <class CellType>
CellType& CellAt(std::vector<CellType>& cells, uint32_t cell) {
  auto it = std::lower_bound(cells.begin(), cells.end(), cell,
                             [](const CellType& c, uint32_t v) { return c.cell < v; });
  if (it == cells.end() || it->cell != cell) it = cells.insert(it, CellType{.cell = cell});
  return *it;
}

}  // namespace

PublishedScope PublishedLedger::Resolve(const ScopeLabels& labels) {
  const std::lock_guard lock(mutex_);
  const auto [it, is_new] =
      by_labels_.try_emplace(labels, static_cast<PublishedScope>(groups_.size()));
  if (is_new) groups_.push_back(Group{.labels = labels, .totals = {}, .waiting = {}});
  return it->second;
}

void PublishedLedger::Apply(const Release& release, WallTime now) {
  const std::lock_guard lock(mutex_);
  for (const Release::Row& row : release.rows) {
    if (row.kind == RowKind::kTotal) {
      ApplyTotals(groups_[row.scope], row.cells, release.is_restored ? WallTime::Min() : now);
      continue;
    }
    auto& cells = windows_[{.kind = row.kind, .start = row.start}][row.scope];
    for (const CellDelta& delta : row.cells) {
      CellDelta& cell = CellAt(cells, delta.cell);
      cell.added += delta.added;
      cell.withdrawn += delta.withdrawn;
    }
  }
  for (const Release::Waiting& waiting : release.waiting) {
    auto& by_task = groups_[waiting.scope].waiting;
    if (waiting.since) {
      by_task[waiting.task] = *waiting.since;
    } else {
      by_task.erase(waiting.task);
    }
  }
  for (const Release::TaskProgress& task : release.tasks) tasks_[task.task] = task;
  ForgetOldWindows();
}

void PublishedLedger::ApplyTotals(Group& group, const std::vector<CellDelta>& cells,
                                  WallTime corrected_at) {
  const size_t before = group.totals.size();
  for (const CellDelta& delta : cells) {
    PublishedCell& cell = CellAt(group.totals, delta.cell);
    cell.added += delta.added;
    cell.withdrawn += delta.withdrawn;
    if (delta.withdrawn != 0 && !cell.corrected_at) cell.corrected_at = corrected_at;
  }
  cell_count_ += group.totals.size() - before;
}

void PublishedLedger::ForgetOldWindows() {
  for (const auto& [kind, kept] : {std::pair{RowKind::kBucket, kBucketsKept},
                                   std::pair{RowKind::kQuarterHour, kQuartersKept}}) {
    const auto end = windows_.upper_bound({.kind = kind, .start = EventTime::Max()});
    const auto begin = windows_.lower_bound({.kind = kind, .start = EventTime::Min()});
    if (begin == end) continue;
    const EventTime oldest = std::prev(end)->first.start - kept;
    windows_.erase(begin, windows_.lower_bound({.kind = kind, .start = oldest}));
  }
}

void PublishedLedger::VisitTotals(
    const std::function<void(const ScopeLabels&, const std::vector<PublishedCell>&)>& visit)
    const {
  const std::lock_guard lock(mutex_);
  for (const auto& [labels, scope] : by_labels_) {
    if (!groups_[scope].totals.empty()) visit(labels, groups_[scope].totals);
  }
}

void PublishedLedger::VisitWaiting(
    const std::function<void(const ScopeLabels&, EventTime)>& visit) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [labels, scope] : by_labels_) {
    const auto& by_task = groups_[scope].waiting;
    if (by_task.empty()) continue;
    EventTime since = EventTime::Max();
    for (const auto& [task, instant] : by_task) since = std::min(since, instant);
    visit(labels, since);
  }
}

void PublishedLedger::VisitWindow(
    RowKind kind, EventTime from, EventTime until,
    const std::function<void(PublishedScope, const ScopeLabels&, const std::vector<CellDelta>&)>&
        visit) const {
  const std::lock_guard lock(mutex_);
  const auto end = windows_.lower_bound({.kind = kind, .start = until});
  for (auto it = windows_.lower_bound({.kind = kind, .start = from}); it != end; ++it) {
    for (const auto& [scope, cells] : it->second) visit(scope, groups_[scope].labels, cells);
  }
}

std::vector<Release::TaskProgress> PublishedLedger::Tasks() const {
  const std::lock_guard lock(mutex_);
  std::vector<Release::TaskProgress> tasks;
  for (const auto& [id, task] : tasks_) tasks.push_back(task);
  return tasks;
}

size_t PublishedLedger::cell_count() const {
  const std::lock_guard lock(mutex_);
  return cell_count_;
}

}  // namespace touchline::pipeline
