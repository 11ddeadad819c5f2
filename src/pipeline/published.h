#pragma once

// What readers outside the event path see: durable values only.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/flat_map.h"
#include "base/time.h"
#include "domain/contribution.h"
#include "domain/metrics.h"

namespace touchline::pipeline {

// The open labels of a group of series, whole (bounding and sanitising happen at export).
struct ScopeLabels {
  domain::ScopeKind scope = domain::ScopeKind::kQueue;
  std::string partner;  // empty where the scope has none or the events named none
  domain::Kind kind = domain::Kind::kCall;
  domain::Channel channel = domain::Channel::kNone;
  domain::Direction direction = domain::Direction::kNone;
  std::string subject;  // queue, agent, segment, source alias, stage or holder, as the scope says
  std::string policy;
  auto operator<=>(const ScopeLabels&) const = default;
};

// A task's scope with its texts; `name(symbol)` gives one.
template <class NameOf>
ScopeLabels LabelsOf(const domain::Scope& scope, NameOf name) {
  return {.scope = scope.kind,
          .partner = name(scope.partner),
          .kind = scope.contact,
          .channel = scope.channel,
          .direction = scope.direction,
          .subject = name(scope.subject),
          .policy = name(scope.policy)};
}

using PublishedScope = uint32_t;

// Where a value is counted: for ever, in a quarter hour, or in 15 seconds of event time.
enum class RowKind : uint8_t { kTotal, kQuarterHour, kBucket };
inline constexpr Duration kQuarterHour = Duration::Minutes(15);
inline constexpr Duration kBucket = Duration::Seconds(15);

struct CellDelta {
  uint32_t cell = 0;  // domain::Cell::packed
  int64_t added = 0;
  int64_t withdrawn = 0;
};

// What one durable commit changed, by scope; merges by sum.
struct Release {
  struct Row {
    PublishedScope scope = 0;
    RowKind kind = RowKind::kTotal;
    EventTime start;  // of the quarter hour or bucket
    std::vector<CellDelta> cells;
  };
  // The earliest queue entry still waiting in a task; nullopt: nobody waits there any more.
  struct Waiting {
    PublishedScope scope = 0;
    uint32_t task = 0;
    std::optional<EventTime> since;
  };
  struct TaskProgress {
    uint32_t task = 0;
    std::string topic;
    int32_t partition = 0;
    std::string stage;
    EventTime watermark;   // Min(): none yet
    std::optional<EventTime> complete_until;  // Watermark::complete_until
    int64_t next_offset = 0;
    bool caught_up = false;  // a proof of the end has been met since the start
  };
  std::vector<Row> rows;
  std::vector<Waiting> waiting;
  std::vector<TaskProgress> tasks;
  // What a start has read back: corrections in it were shown by an earlier life.
  bool is_restored = false;
};

struct PublishedCell {
  uint32_t cell = 0;
  int64_t added = 0;
  int64_t withdrawn = 0;
  // When the first correction was released here; its twin shows zero for a minute from then on.
  std::optional<WallTime> corrected_at = std::nullopt;
};

// The sum over all tasks of what is durable, ready for export. Written by commits, read by scrapes
// and the API. Thread-safe: one mutex, taken once per commit and once per read; a reader holds it
// only while it copies or formats.
class PublishedLedger {
 public:
  // The scope with these labels, made if new. Stable for the life of the ledger.
  PublishedScope Resolve(const ScopeLabels& labels);

  void Apply(const Release& release, WallTime now);

  // Calls `visit` for every scope that has cells, ordered by labels; cells ascend by `cell`.
  // The lock is held throughout.
  void VisitTotals(const std::function<void(const ScopeLabels&, const std::vector<PublishedCell>&)>&
                       visit) const;
  // The earliest waiting instant of each scope where somebody waits.
  void VisitWaiting(const std::function<void(const ScopeLabels&, EventTime since)>& visit) const;
  // Visits what each scope has in each of the buckets of `kind` that start in [from, until), by
  // ascending start: a scope once for each, for the reader to sum. REQUIRES: kind is not kTotal.
  void VisitWindow(RowKind kind, EventTime from, EventTime until,
                   const std::function<void(PublishedScope, const ScopeLabels&,
                                            const std::vector<CellDelta>&)>& visit) const;
  std::vector<Release::TaskProgress> Tasks() const;
  // The number of series-forming cells; for bounds and metrics.
  size_t cell_count() const;

 private:
  struct Group {
    ScopeLabels labels;
    std::vector<PublishedCell> totals;  // ascending by cell
    std::map<uint32_t, EventTime> waiting;  // by task
  };
  struct WindowKey {
    RowKind kind = RowKind::kBucket;
    EventTime start;
    auto operator<=>(const WindowKey&) const = default;
  };
  void ApplyTotals(Group& group, const std::vector<CellDelta>& cells, WallTime corrected_at);
  void ForgetOldWindows();

  mutable std::mutex mutex_;
  std::vector<Group> groups_;
  std::map<ScopeLabels, PublishedScope> by_labels_;
  std::map<WindowKey, FlatMap<PublishedScope, std::vector<CellDelta>>> windows_;
  std::map<uint32_t, Release::TaskProgress> tasks_;
  size_t cell_count_ = 0;
};

}  // namespace touchline::pipeline
