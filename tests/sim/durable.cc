#include "tests/sim/durable.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "pipeline/ledger.h"
#include "pipeline/wakeups.h"
#include "pipeline/watermark.h"

namespace touchline::sim {
namespace {

using pipeline::RowKind;
using pipeline::ScopeLabels;
using pipeline::Table;
using pipeline::TaskKey;
using Rows = test::FakeStore::Rows;

// Calls visit(rest of the key, value) for each row of the table.
void Visit(const Rows& rows, TaskKey task, Table table,
           const std::function<void(std::string_view, std::string_view)>& visit) {
  const std::string prefix = pipeline::TablePrefix(task, table);
  for (auto it = rows.lower_bound(prefix); it != rows.end() && it->first.starts_with(prefix);
       ++it) {
    visit(std::string_view(it->first).substr(prefix.size()), it->second);
  }
}

std::vector<std::string> Symbols(const Rows& rows, TaskKey task) {
  std::vector<std::string> names(1);
  Visit(rows, task, Table::kSymbols,
        [&names](std::string_view, std::string_view name) { names.emplace_back(name); });
  return names;
}

std::string NameOf(const std::vector<std::string>& names, domain::Symbol symbol) {
  return symbol < names.size() ? names[symbol] : "?" + std::to_string(symbol);
}

ScopeLabels LabelsOf(const domain::Scope& scope, const std::vector<std::string>& names) {
  return {.scope = scope.kind,
          .partner = NameOf(names, scope.partner),
          .kind = scope.contact,
          .channel = scope.channel,
          .direction = scope.direction,
          .subject = NameOf(names, scope.subject),
          .policy = NameOf(names, scope.policy)};
}

void AddWait(naive::LongestWaiting* waiting, const ScopeLabels& labels, EventTime since) {
  const auto it = waiting->emplace(labels, since).first;
  it->second = std::min(it->second, since);
}

}  // namespace

Position ReadPosition(const Rows& rows, TaskKey task) {
  Position position;
  const auto it = rows.find(pipeline::TablePrefix(task, Table::kTask));
  if (it == rows.end()) return position;
  ByteReader in(it->second);
  position.next_offset = static_cast<pipeline::Offset>(in.Varint());
  position.next_sequence = in.Varint();
  pipeline::Watermark watermark{pipeline::Watermark::Options()};
  watermark.Decode(&in);
  position.watermark = watermark.value();
  position.highest = watermark.highest();
  position.is_final = watermark.is_final();
  return position;
}

std::map<std::string, uint64_t> ReadUpstream(const Rows& rows, TaskKey task) {
  std::map<std::string, uint64_t> sequences;
  Visit(rows, task, Table::kUpstream, [&](std::string_view name, std::string_view value) {
    ByteReader in(value);
    sequences[std::string(name)] = in.Varint();
  });
  return sequences;
}

void ReadValues(const Rows& rows, TaskKey task, RowKind kind, naive::NetValues* values) {
  const std::vector<std::string> names = Symbols(rows, task);
  const Table table = kind == RowKind::kTotal         ? Table::kTotals
                      : kind == RowKind::kQuarterHour ? Table::kQuarters
                                                      : Table::kBuckets;
  Visit(rows, task, table, [&](std::string_view key, std::string_view value) {
    ByteReader in(key);
    naive::NetKey net{.labels = {}, .row = kind, .start = {}};
    if (kind != RowKind::kTotal) net.start = in.SortableTime();
    net.labels = LabelsOf(pipeline::DecodeScope(&in), names);
    std::vector<pipeline::CellDelta> cells;
    pipeline::Ledger::DecodeRow(value, &cells);
    for (const pipeline::CellDelta& c : cells) {
      net.cell = c.cell;
      naive::AddTo(values, net, c.added - c.withdrawn);
    }
  });
}

void ReadWaiting(const Rows& rows, TaskKey task, naive::LongestWaiting* waiting) {
  const std::vector<std::string> names = Symbols(rows, task);
  Visit(rows, task, Table::kWaiting, [&](std::string_view, std::string_view value) {
    ByteReader in(value);
    const domain::Scope scope = pipeline::DecodeScope(&in);
    AddWait(waiting, LabelsOf(scope, names), in.Time());
  });
}

// Whether the bytes have the name, and not only a longer one: customer-1 is not customer-17.
bool Names(std::string_view bytes, std::string_view name) {
  for (size_t at = bytes.find(name); at != bytes.npos; at = bytes.find(name, at + 1)) {
    const size_t end = at + name.size();
    if (end == bytes.size() || bytes[end] < '0' || bytes[end] > '9') return true;
  }
  return false;
}

std::string FindText(const Rows& rows, TaskKey task, std::string_view text) {
  std::string found;
  for (int table = 1; table <= static_cast<int>(Table::kForgotten); ++table) {
    if (table == static_cast<int>(Table::kOutbox)) continue;
    Visit(rows, task, static_cast<Table>(table), [&](std::string_view key, std::string_view value) {
      if (!Names(key, text) && !Names(value, text)) return;
      found = "a row of table " + std::to_string(table);
    });
  }
  return found;
}

std::string FindOrphan(const Rows& rows, TaskKey task) {
  std::map<std::string, EventTime, std::less<>> wakes;  // by entity
  Visit(rows, task, Table::kEntities, [&wakes](std::string_view key, std::string_view value) {
    wakes.emplace(key, ByteReader(value).Time());
  });
  std::string problem;
  const auto known = [&](std::string_view entity, const char* what) {
    const auto it = wakes.find(entity);
    if (it == wakes.end()) problem = what + std::string(" of an entity that is gone");
    return it;
  };
  // A wake-up may be one that its entity no longer means; a row of them lives for its bucket only.
  const EventTime watermark = ReadPosition(rows, task).watermark;
  std::vector<pipeline::Wakeups::Wakeup> wakeups;
  Visit(rows, task, Table::kWakeups, [&](std::string_view key, std::string_view value) {
    const EventTime bucket = ByteReader(key).SortableTime();
    if (bucket + pipeline::Wakeups::kBucketWidth <= watermark) problem = "wake-ups of the past";
    if (!pipeline::Wakeups::DecodeRow(bucket, value, &wakeups)) problem = "damaged wake-ups";
  });
  for (const auto& wakeup : wakeups) {
    const auto it = wakes.find(wakeup.key);
    if (it != wakes.end() && it->second == wakeup.due) it->second = EventTime::Max();
  }
  Visit(rows, task, Table::kChunks, [&](std::string_view key, std::string_view) {
    known(key.substr(0, key.size() - sizeof(uint32_t)), "a chunk of the log");
  });
  Visit(rows, task, Table::kWaiting,
        [&](std::string_view key, std::string_view) { known(key, "a wait"); });
  for (const auto& [entity, wake] : wakes) {
    if (wake != EventTime::Max()) problem = "an entity whose wake-up is missing";
  }
  return problem;
}

naive::NetValues PublishedTotals(const pipeline::PublishedLedger& published) {
  naive::NetValues values;
  published.VisitTotals(
      [&](const ScopeLabels& labels, const std::vector<pipeline::PublishedCell>& cells) {
        for (const pipeline::PublishedCell& c : cells) {
          naive::AddTo(&values,
                       {.labels = labels, .row = RowKind::kTotal, .start = {}, .cell = c.cell},
                       c.added - c.withdrawn);
        }
      });
  return values;
}

naive::LongestWaiting PublishedWaiting(const pipeline::PublishedLedger& published) {
  naive::LongestWaiting waiting;
  published.VisitWaiting([&](const ScopeLabels& labels, EventTime since) {
    AddWait(&waiting, labels, since);
  });
  return waiting;
}

}  // namespace touchline::sim
