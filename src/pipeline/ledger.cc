#include "pipeline/ledger.h"

#include <algorithm>

#include "base/hash.h"
#include "pipeline/stored_task.h"

namespace touchline::pipeline {
namespace {

constexpr Duration kQuartersKept = Duration::Days(40);
constexpr Duration kBucketsKept = Duration::Minutes(90);
// Rows that no late event is likely to touch leave memory; the store keeps them. Buckets are so
// many that they would outgrow the cache: one for each scope and 15 seconds.
constexpr Duration kQuartersInMemory = Duration::Hours(2);
constexpr Duration kBucketsInMemory = Duration::Minutes(2);
constexpr Duration kPublishedQuarters = Duration::Hours(50);
constexpr size_t kExpiredPerSeal = 4096;

Duration InMemory(RowKind kind) {
  return kind == RowKind::kBucket ? kBucketsInMemory : kQuartersInMemory;
}

const domain::MetricSpec& SpecOf(domain::Cell cell) { return domain::Spec(cell.metric); }

}  // namespace

size_t Ledger::ScopeHash::operator()(const domain::Scope& s) const {
  // Put together from the fields: a scope has just been written field by field, and reading two
  // words of it would wait for that.
  const uint64_t labels = (static_cast<uint64_t>(s.kind) << 56) |
                          (static_cast<uint64_t>(s.contact) << 48) |
                          (static_cast<uint64_t>(s.channel) << 40) |
                          (static_cast<uint64_t>(s.direction) << 32) | s.partner;
  return MixIn((static_cast<uint64_t>(s.subject) << 32) | s.policy, MixIn(labels));
}

size_t Ledger::WindowHash::operator()(const WindowKey& k) const {
  return MixIn(static_cast<uint64_t>(k.kind),
               MixIn(static_cast<uint64_t>(k.start.millis()), ScopeHash()(k.scope)));
}

Status Ledger::CarryOver(PendingSums pending, StateReader* reader) {
  const PendingCounts::Key& key = pending.front()->key;
  Row& total = TotalRow(key.scope);
  bool in_quarter = false, in_bucket = false;
  for (const PendingCounts::Entry* p : pending) {
    const PendingCounts::Key& cell_key = p->key;
    const PendingCounts::Sums& sums = p->sums;
    if (sums.added != 0 || sums.withdrawn != 0) {
      AddTo(&total, cell_key.cell, sums.added, sums.withdrawn);
    }
    if (sums.in_windows == 0) continue;
    const domain::MetricSpec& spec = SpecOf(domain::Cell::FromPacked(cell_key.cell));
    in_quarter = in_quarter || spec.in_intervals;
    in_bucket = in_bucket || spec.in_windows;
  }
  if (in_quarter) {
    auto s = CarryIntoWindow(RowKind::kQuarterHour, pending, total.published, reader);
    if (!s) return s;
  }
  if (!in_bucket || key.at + kBucketsKept <= highest_) return {};
  return CarryIntoWindow(RowKind::kBucket, pending, total.published, reader);
}

Status Ledger::CarryIntoWindow(RowKind kind, PendingSums pending, PublishedScope published,
                               StateReader* reader) {
  const PendingCounts::Key& key = pending.front()->key;
  const Duration width = kind == RowKind::kQuarterHour ? kQuarterHour : kBucket;
  auto row = WindowRow({.kind = kind, .start = FloorTo(key.at, width), .scope = key.scope},
                       published, reader);
  if (!row) return tl::unexpected(row.error());
  for (const PendingCounts::Entry* p : pending) {
    const PendingCounts::Key& cell_key = p->key;
    const PendingCounts::Sums& sums = p->sums;
    const domain::MetricSpec& spec = SpecOf(domain::Cell::FromPacked(cell_key.cell));
    const bool counts = kind == RowKind::kQuarterHour ? spec.in_intervals : spec.in_windows;
    if (sums.in_windows == 0 || !counts) continue;
    AddTo(*row, cell_key.cell, sums.in_windows, 0);
  }
  return {};
}

void Ledger::AddTo(Row* row, uint32_t cell, int64_t added, int64_t withdrawn) {
  auto it = std::lower_bound(row->cells.begin(), row->cells.end(), cell,
                             [](const CellValue& v, uint32_t c) { return v.cell < c; });
  if (it == row->cells.end() || it->cell != cell) {
    it = row->cells.insert(it, CellValue{.cell = cell});
  }
  it->added += added;
  it->withdrawn += withdrawn;
  if (row->dirty) return;
  row->dirty = true;
  dirty_.push_back(row);
}

Ledger::Row& Ledger::TotalRow(const domain::Scope& scope) {
  auto& row = totals_[scope];
  if (row == nullptr) {
    row = std::make_unique<Row>();
    row->key = {.kind = RowKind::kTotal, .start = EventTime(), .scope = scope};
    row->published = Publish(scope);
  }
  return *row;
}

Result<Ledger::Row*> Ledger::WindowRow(const WindowKey& key, PublishedScope published,
                                       StateReader* reader) {
  if (const auto it = windows_.find(key); it != windows_.end()) return it->second.get();
  auto row = std::make_unique<Row>();
  row->key = key;
  row->published = published;
  // Only a row that has left memory can be in the store and not here.
  if (key.start + InMemory(key.kind) < highest_) {
    const auto stored = reader->Get(RowKey(key));
    if (!stored) return tl::unexpected(stored.error());
    if (*stored && !LoadCells(**stored, row.get())) {
      return Fatal("a row of interval counts in the state is damaged",
                   ExitCode::kStateUnreadable);
    }
  }
  return (windows_[key] = std::move(row)).get();
}

PublishedScope Ledger::Publish(const domain::Scope& scope) {
  return published_.Resolve(
      LabelsOf(scope, [this](domain::Symbol s) { return symbols_.name(s); }));
}

Ledger::ScopeWaits& Ledger::ChangedWaits(const domain::Scope& scope) {
  const auto [it, is_new] = waiting_.try_emplace(scope);
  ScopeWaits& waits = it->second;
  if (is_new) waits.published = Publish(scope);
  if (!waits.changed) waiting_changed_.push_back(scope);
  waits.changed = true;
  return waits;
}

void Ledger::StartWaiting(const domain::Scope& scope, EventTime since) {
  ChangedWaits(scope).waits.Open(since);
}

void Ledger::StopWaiting(const domain::Scope& scope, EventTime since) {
  ChangedWaits(scope).waits.Close(since);
}

std::string Ledger::RowKey(const WindowKey& key) const {
  const Table table = key.kind == RowKind::kTotal         ? Table::kTotals
                      : key.kind == RowKind::kQuarterHour ? Table::kQuarters
                                                          : Table::kBuckets;
  std::string bytes = TablePrefix(task_, table);
  ByteWriter out(&bytes);
  if (key.kind != RowKind::kTotal) out.SortableTime(key.start);
  EncodeScope(key.scope, &out);
  return bytes;
}

void Ledger::EncodeCells(const Row& row, std::string* bytes) {
  ByteWriter out(bytes);
  out.Varint(row.cells.size());
  uint32_t previous = 0;
  for (const CellValue& v : row.cells) {
    out.Varint(v.cell - previous);
    out.Signed(v.added);
    out.Signed(v.withdrawn);
    previous = v.cell;
  }
}

bool Ledger::DecodeRow(std::string_view bytes, std::vector<CellDelta>* cells) {
  ByteReader in(bytes);
  uint32_t cell = 0;
  for (uint64_t n = in.Varint(); n > 0 && in.ok(); --n) {
    cell += in.Varint32();
    CellDelta& c = cells->emplace_back();
    c.cell = cell;
    c.added = in.Signed();
    c.withdrawn = in.Signed();
  }
  return in.ok() && in.empty();
}

bool Ledger::LoadCells(std::string_view bytes, Row* row) {
  std::vector<CellDelta> cells;
  if (!DecodeRow(bytes, &cells)) return false;
  for (const CellDelta& c : cells) {
    row->cells.push_back({.cell = c.cell, .added = c.added, .withdrawn = c.withdrawn,
                          .sealed_added = c.added, .sealed_withdrawn = c.withdrawn});
  }
  return true;
}

void Ledger::ReleaseRow(Row* row, Release* release) {
  Release::Row out = {.scope = row->published, .kind = row->key.kind, .start = row->key.start,
                      .cells = {}};
  for (CellValue& v : row->cells) {
    if (v.added == v.sealed_added && v.withdrawn == v.sealed_withdrawn) continue;
    out.cells.push_back({.cell = v.cell, .added = v.added - v.sealed_added,
                         .withdrawn = v.withdrawn - v.sealed_withdrawn});
    v.sealed_added = v.added;
    v.sealed_withdrawn = v.withdrawn;
  }
  if (!out.cells.empty()) release->rows.push_back(std::move(out));
}

Status Ledger::Seal(EventTime highest, StateReader* reader, SealedBatch* batch,
                    Release* release) {
  highest_ = std::max(highest_, highest);
  const PendingSums all = pending_.InOrder();
  for (size_t from = 0, to = 0; from < all.size(); from = to) {
    const PendingCounts::Key& first = all[from]->key;
    while (to < all.size() && all[to]->key.at == first.at &&
           all[to]->key.scope == first.scope) {
      ++to;
    }
    if (auto s = CarryOver(all.subspan(from, to - from), reader); !s) return s;
  }
  pending_.Clear();
  std::string bytes;
  for (Row* row : dirty_) {
    bytes.clear();
    EncodeCells(*row, &bytes);
    batch->Put(RowKey(row->key), bytes);
    ReleaseRow(row, release);
    row->dirty = false;
  }
  dirty_.clear();
  ReleaseWaiting(release);
  return {};
}

void Ledger::ReleaseWaiting(Release* release) {
  for (const domain::Scope& scope : waiting_changed_) {
    ScopeWaits& s = waiting_.find(scope)->second;
    s.changed = false;
    release->waiting.push_back(
        {.scope = s.published,
         .task = (static_cast<uint32_t>(task_.stage) << 16) | task_.number,
         .since = s.waits.empty() ? std::nullopt : std::optional(s.waits.earliest())});
  }
  waiting_changed_.clear();
}

void Ledger::Durable() {
  boost::unordered::erase_if(windows_, [this](const auto& entry) {
    const auto& [key, row] = entry;
    const Duration length = key.kind == RowKind::kBucket ? kBucket : kQuarterHour;
    return !row->dirty && key.start + length + InMemory(key.kind) < highest_;
  });
}

Status Ledger::Expire(EventTime watermark, StateReader* reader, SealedBatch* batch) {
  if (watermark < expired_at_ + kQuarterHour || watermark == EventTime::Min()) return {};
  expired_at_ = watermark;
  if (auto s = ExpireTable(Table::kBuckets, watermark - kBucketsKept, reader, batch); !s) return s;
  return ExpireTable(Table::kQuarters, watermark - kQuartersKept, reader, batch);
}

Status Ledger::ExpireTable(Table table, EventTime before, StateReader* reader,
                           SealedBatch* batch) {
  std::string end = TablePrefix(task_, table);
  ByteWriter(&end).SortableTime(before);
  size_t left = kExpiredPerSeal;
  return reader->Scan(TablePrefix(task_, table), end,
                      [batch, &left](std::string_view key, std::string_view) {
                        batch->Delete(key);
                        return --left > 0;
                      });
}

Status Ledger::Restore(EventTime highest, StateReader* reader, Release* release) {
  highest_ = highest;
  if (auto s = RestoreTable(Table::kTotals, RowKind::kTotal, EventTime::Min(), reader, release);
      !s) {
    return s;
  }
  const EventTime from = highest_ - kPublishedQuarters;
  if (auto s = RestoreTable(Table::kQuarters, RowKind::kQuarterHour, from, reader, release); !s) {
    return s;
  }
  if (auto s = RestoreTable(Table::kBuckets, RowKind::kBucket, from, reader, release); !s) {
    return s;
  }
  const std::string waiting = TablePrefix(task_, Table::kWaiting);
  bool good = true;
  auto status =
      reader->Scan(waiting, PrefixEnd(waiting), [&](std::string_view, std::string_view value) {
        const auto row = DecodeWaitingRow(value);
        good = row && AllNamed(row->scope, symbols_);
        if (good) StartWaiting(row->scope, row->since);
        return good;
      });
  if (status && !good) return Fatal("a row of waits is damaged", ExitCode::kStateUnreadable);
  ReleaseWaiting(release);
  return status;
}

Status Ledger::RestoreTable(Table table, RowKind kind, EventTime from, StateReader* reader,
                            Release* release) {
  std::string begin = TablePrefix(task_, table);
  const std::string end = PrefixEnd(begin);
  const size_t prefix = begin.size();
  if (kind != RowKind::kTotal) ByteWriter(&begin).SortableTime(from);
  bool good = true;
  auto status = reader->Scan(begin, end, [&](std::string_view key, std::string_view value) {
    ByteReader in(key.substr(prefix));
    WindowKey row_key = {.kind = kind, .start = EventTime(), .scope = {}};
    if (kind != RowKind::kTotal) row_key.start = in.SortableTime();
    row_key.scope = DecodeScope(&in);
    good = in.ok() && AllNamed(row_key.scope, symbols_);
    if (!good) return false;
    auto row = std::make_unique<Row>();
    row->key = row_key;
    row->published = Publish(row_key.scope);
    good = LoadCells(value, row.get());
    if (!good) return false;
    for (CellValue& v : row->cells) v.sealed_added = v.sealed_withdrawn = 0;
    ReleaseRow(row.get(), release);
    if (kind == RowKind::kTotal) {
      totals_[row_key.scope] = std::move(row);
    } else {
      windows_[row_key] = std::move(row);
    }
    return true;
  });
  if (status && !good) {
    return Fatal("a row of totals in the state is damaged", ExitCode::kStateUnreadable);
  }
  return status;
}

}  // namespace touchline::pipeline
