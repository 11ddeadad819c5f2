#include "app/command_state.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "adapters/rocksdb/rocks_store.h"
#include "app/config_text.h"
#include "app/state_folder.h"
#include "base/rfc3339.h"
#include "pipeline/keys.h"
#include "pipeline/watermark.h"

namespace touchline::app {
namespace {

using adapters::RocksStore;
using pipeline::Table;
using pipeline::TaskKey;

constexpr size_t kTableAt = 3;  // stage u8, task u16, then the table

struct TableSize {
  uint64_t rows = 0;
  uint64_t bytes = 0;  // keys and values, before compression
};

struct TaskPosition {
  uint64_t next_offset = 0;
  uint64_t outbox_sequence = 0;
  EventTime watermark;
  bool is_final = false;
};

struct Contents {
  std::map<TaskKey, TaskPosition> positions;
  std::map<std::pair<TaskKey, Table>, TableSize> tables;
  TableSize others;  // rows that are no task's
};

std::string_view StageText(pipeline::StageId stage) {
  switch (stage) {
    case pipeline::StageId::kInteractions: return "interactions";
    case pipeline::StageId::kJourneys: return "journeys";
  }
  return "unknown";
}

std::string TableText(Table table) {
  switch (table) {
    case Table::kTask: return "task";
    case Table::kSymbols: return "symbols";
    case Table::kRules: return "rules";
    case Table::kEntities: return "entities";
    case Table::kChunks: return "chunks";
    case Table::kWakeups: return "wake-ups";
    case Table::kWaiting: return "waiting";
    case Table::kTotals: return "totals";
    case Table::kQuarters: return "quarter hours";
    case Table::kBuckets: return "buckets";
    case Table::kOutbox: return "outbox";
    case Table::kUpstream: return "upstream";
    case Table::kKnownKeys: return "known keys";
    case Table::kForgotten: return "forgotten customers";
  }
  return fmt::format("table {}", static_cast<int>(table));
}

bool IsStage(char byte) {
  return byte == static_cast<char>(pipeline::StageId::kInteractions) ||
         byte == static_cast<char>(pipeline::StageId::kJourneys);
}

bool AddPosition(std::string_view value, TaskPosition* position) {
  ByteReader in(value);
  position->next_offset = in.Varint();
  position->outbox_sequence = in.Varint();
  pipeline::Watermark watermark({});
  watermark.Decode(&in);
  position->watermark = watermark.value();
  position->is_final = watermark.is_final();
  return in.ok();
}

// False when the row cannot be what its key says.
bool AddRow(std::string_view key, std::string_view value, Contents* contents) {
  const uint64_t bytes = key.size() + value.size();
  if (key.size() <= kTableAt || !IsStage(key[0])) {
    ++contents->others.rows;
    contents->others.bytes += bytes;
    return true;
  }
  ByteReader in(key);
  const TaskKey task{static_cast<pipeline::StageId>(in.U8()), in.BigEndian16()};
  const auto table = static_cast<Table>(in.U8());
  TableSize& size = contents->tables[{task, table}];
  ++size.rows;
  size.bytes += bytes;
  return table != Table::kTask || AddPosition(value, &contents->positions[task]);
}

Result<Contents> ReadAll(RocksStore* store) {
  Contents contents;
  bool good = true;
  const std::string end(1, '\xff');
  const Status scanned = store->Scan({}, end, [&](std::string_view key, std::string_view value) {
    good = AddRow(key, value, &contents);
    return good;
  });
  if (!scanned) return tl::unexpected(scanned.error());
  if (!good) return Fatal("A task's position is damaged.", ExitCode::kStateUnreadable);
  return contents;
}

std::string MetaOr(RocksStore* store, const std::string& name, const std::string& absent) {
  const auto value = store->ReadMeta(name);
  return value && *value ? **value : absent;
}

// As the state format numbers tasks: topic number × 1024 + partition.
std::string TopicOf(RocksStore* store, TaskKey task) {
  const std::string name = "topic/" + std::to_string(task.number / 1024);
  return fmt::format("{}/{}", MetaOr(store, name, "?"), task.number % 1024);
}

std::string WatermarkText(const TaskPosition& position) {
  if (position.watermark == EventTime::Min()) return "none yet";
  return FormatRfc3339(position.watermark) + (position.is_final ? " (final)" : "");
}

void PrintAll(RocksStore* store, const Contents& contents, const Console& console) {
  fmt::print(console.out, "folder     {}\nformat     {}\nmode       {}\ncluster    {}\n",
             store->folder(), RocksStore::kFormatVersion, MetaOr(store, "mode", "not yet bound"),
             MetaOr(store, "cluster", "not yet bound"));
  fmt::print(console.out, "on disk    {} bytes\n", store->Stats().bytes);

  fmt::print(console.out, "\n{:<14}{:<28}{:>14}{:>12}  {}\n", "stage", "topic/partition",
             "next offset", "outbox", "watermark");
  for (const auto& [task, position] : contents.positions) {
    fmt::print(console.out, "{:<14}{:<28}{:>14}{:>12}  {}\n", StageText(task.stage),
               TopicOf(store, task), position.next_offset, position.outbox_sequence,
               WatermarkText(position));
  }

  std::map<std::pair<pipeline::StageId, Table>, TableSize> by_stage;
  for (const auto& [key, size] : contents.tables) {
    TableSize& sum = by_stage[{key.first.stage, key.second}];
    sum.rows += size.rows;
    sum.bytes += size.bytes;
  }
  fmt::print(console.out, "\n{:<14}{:<16}{:>14}{:>16}\n", "stage", "table", "rows", "bytes");
  for (const auto& [key, size] : by_stage) {
    fmt::print(console.out, "{:<14}{:<16}{:>14}{:>16}\n", StageText(key.first),
               TableText(key.second), size.rows, size.bytes);
  }
  fmt::print(console.out, "{:<14}{:<16}{:>14}{:>16}\n", "store", "its own", contents.others.rows,
             contents.others.bytes);
}

Status Show(const std::string& folder, bool verify, const Console& console) {
  auto store = OpenStateFolder(folder);
  if (!store) return tl::unexpected(store.error());
  if (verify) {
    if (Status verified = (*store)->VerifyChecksums(); !verified) return verified;
  }
  const auto contents = ReadAll(store->get());
  if (!contents) return tl::unexpected(contents.error());
  PrintAll(store->get(), *contents, console);
  if (verify) fmt::print(console.out, "\nall checksums are right\n");
  return {};
}

}  // namespace

ExitCode RunState(const StateOptions& options, const Console& console) {
  std::string folder = options.folder;
  if (folder.empty()) {
    const auto config = LoadOrExplain(options.config, console);
    if (!config) return ExitCode::kConfiguration;
    folder = config->state.folder;
  }
  const Status shown = Show(folder, options.verify, console);
  if (shown) return ExitCode::kOk;
  fmt::print(console.err, "touchline state: {}\n", shown.error().message);
  return shown.error().exit_code;
}

}  // namespace touchline::app
