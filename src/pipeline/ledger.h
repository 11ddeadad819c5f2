#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/flat_map.h"
#include "domain/contribution.h"
#include "pipeline/keys.h"
#include "pipeline/pending_counts.h"
#include "pipeline/ports.h"
#include "pipeline/published.h"
#include "pipeline/waits.h"

namespace touchline::pipeline {

// One task's totals, quarter hours and buckets: exact integers, written through the task's seal.
// Rows are per scope and hold all its cells, so that a commit writes a few rows and not a few
// hundred. Between two seals, contributions are summed by scope and 15 seconds, the finest grain
// there is; the seal carries the sums into the rows. Single-threaded.
class Ledger {
 public:
  // `symbols` and `published` must outlive it.
  Ledger(TaskKey task, const domain::SymbolTable* symbols, PublishedLedger* published)
      : task_(task), symbols_(*symbols), published_(*published) {}

  // Counts a contribution in every row that it belongs to, as of the next seal. No allocation once
  // as much was counted between two seals before.
  void Add(std::span<const domain::Contribution> contributions) { pending_.Add(contributions); }
  void Add(const domain::Contribution& contribution) { Add({&contribution, 1}); }
  // A queue entry opened or closed, for the gauge of the longest wait. No allocation for a scope
  // that exists, unless more wait there than ever.
  void StartWaiting(const domain::Scope& scope, EventTime since);
  void StopWaiting(const domain::Scope& scope, EventTime since);

  // Appends all changed rows to the batch, and what readers will see of them to the release.
  // `highest` is the highest event time: it bounds what is too old for a bucket.
  Status Seal(EventTime highest, StateReader* reader, SealedBatch* batch, Release* release);
  // Appends deletes for rows that nobody asks for any more; at most a few thousand each time.
  Status Expire(EventTime watermark, StateReader* reader, SealedBatch* batch);
  // Everything sealed so far is durable: rows that are unlikely to change leave memory.
  void Durable();
  // Loads what is kept in memory and releases it. Must come before any Add.
  Status Restore(EventTime highest, StateReader* reader, Release* release);

  // A stored row's cells. False if the bytes are none.
  static bool DecodeRow(std::string_view bytes, std::vector<CellDelta>* cells);

  size_t rows() const { return totals_.size() + windows_.size(); }

 private:
  struct CellValue {
    uint32_t cell = 0;
    int64_t added = 0, withdrawn = 0;
    int64_t sealed_added = 0, sealed_withdrawn = 0;
  };
  struct WindowKey {
    RowKind kind = RowKind::kBucket;
    EventTime start;
    domain::Scope scope;
    bool operator==(const WindowKey&) const = default;
  };
  struct Row {
    WindowKey key;
    PublishedScope published = 0;
    bool dirty = false;
    std::vector<CellValue> cells;  // ascending
  };
  // Those of one scope and 15 seconds; not empty.
  using PendingSums = std::span<const PendingCounts::Entry* const>;
  struct ScopeWaits {
    PublishedScope published = 0;
    bool changed = false;
    Waits waits;
  };
  struct ScopeHash {
    size_t operator()(const domain::Scope& s) const;
  };
  struct WindowHash {
    size_t operator()(const WindowKey& k) const;
  };
  template <class Key, class Hash>
  using Rows = FlatMap<Key, std::unique_ptr<Row>, Hash>;

  Status CarryOver(PendingSums pending, StateReader* reader);
  Status CarryIntoWindow(RowKind kind, PendingSums pending, PublishedScope published,
                         StateReader* reader);
  Row& TotalRow(const domain::Scope& scope);
  Result<Row*> WindowRow(const WindowKey& key, PublishedScope published, StateReader* reader);
  void AddTo(Row* row, uint32_t cell, int64_t added, int64_t withdrawn);
  ScopeWaits& ChangedWaits(const domain::Scope& scope);
  PublishedScope Publish(const domain::Scope& scope);
  std::string RowKey(const WindowKey& key) const;
  static void EncodeCells(const Row& row, std::string* out);
  static bool LoadCells(std::string_view bytes, Row* row);
  static void ReleaseRow(Row* row, Release* release);
  void ReleaseWaiting(Release* release);
  Status RestoreTable(Table table, RowKind kind, EventTime from, StateReader* reader,
                      Release* release);
  Status ExpireTable(Table table, EventTime before, StateReader* reader, SealedBatch* batch);

  TaskKey task_;
  const domain::SymbolTable& symbols_;
  PublishedLedger& published_;
  Rows<domain::Scope, ScopeHash> totals_;
  Rows<WindowKey, WindowHash> windows_;
  std::vector<Row*> dirty_;
  PendingCounts pending_;
  EventTime highest_ = EventTime::Min();
  EventTime expired_at_ = EventTime::Min();
  FlatMap<domain::Scope, ScopeWaits, ScopeHash> waiting_;
  std::vector<domain::Scope> waiting_changed_;
};

}  // namespace touchline::pipeline
