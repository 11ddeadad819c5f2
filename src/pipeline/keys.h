#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/codec.h"
#include "base/time.h"
#include "domain/contribution.h"

namespace touchline::pipeline {

// The layout of task state: every key is (stage, task, table) and then the table's own part. Byte
// order is meaning: times and numbers are big-endian, so that tables scan in their order. Changing
// anything here changes the state format (docs/state_format.md). Keys that begin with 0x00 belong
// to the store itself.
enum class StageId : uint8_t { kInteractions = 1, kJourneys = 2 };

enum class Table : uint8_t {
  kTask = 1,      // (): position, watermark, outbox sequence
  kSymbols = 2,   // symbol -> text
  kRules = 3,     // index -> rule set
  kEntities = 4,  // entity key -> record
  kChunks = 5,    // entity key, chunk -> log entries
  kWakeups = 6,   // bucket start, seal -> (due, entity key)...
  kWaiting = 7,   // entity key -> scope, since
  kTotals = 8,    // scope -> cells
  kQuarters = 9,  // start, scope -> cells
  kBuckets = 10,  // start, scope -> cells
  kOutbox = 11,   // sequence of the first record -> segment
  kUpstream = 12, // upstream task -> sequence, watermark
  kKnownKeys = 13, // (): which entities there were when it stopped
  kForgotten = 14, // hash of a customer -> until when, whether that has been done
};

struct TaskKey {
  StageId stage = StageId::kInteractions;
  uint16_t number = 0;
  auto operator<=>(const TaskKey&) const = default;
};

// Stage, task and table: how every task's key begins.
inline constexpr size_t kTablePrefixBytes = 4;

inline std::string TablePrefix(TaskKey task, Table table) {
  std::string key;
  ByteWriter out(&key);
  out.U8(static_cast<uint8_t>(task.stage));
  out.BigEndian16(task.number);
  out.U8(static_cast<uint8_t>(table));
  return key;
}

inline std::string TableKey(TaskKey task, Table table, std::string_view rest) {
  return TablePrefix(task, table).append(rest);
}

// Of an interaction among its task's entities: its kind in a byte, and its id.
inline void AssignInteractionKey(domain::Kind kind, std::string_view id, std::string* key) {
  key->assign(1, static_cast<char>('a' + static_cast<int>(kind)));
  key->append(id);
}

// The id in such a key. REQUIRES: key is not empty.
inline std::string_view InteractionId(std::string_view key) { return key.substr(1); }

inline std::string ChunkKey(TaskKey task, std::string_view entity, uint32_t chunk) {
  std::string key = TableKey(task, Table::kChunks, entity);
  ByteWriter(&key).BigEndian32(chunk);
  return key;
}

// The least key that is greater than every key with this prefix.
// REQUIRES: the prefix has a byte below 0xFF.
inline std::string PrefixEnd(std::string prefix) {
  while (prefix.back() == '\xff') prefix.pop_back();
  ++prefix.back();
  return prefix;
}

inline void EncodeScope(const domain::Scope& scope, ByteWriter* out) {
  out->U8(static_cast<uint8_t>(scope.kind));
  out->U8(static_cast<uint8_t>(scope.contact));
  out->U8(static_cast<uint8_t>(scope.channel));
  out->U8(static_cast<uint8_t>(scope.direction));
  out->BigEndian32(scope.partner);
  out->BigEndian32(scope.subject);
  out->BigEndian32(scope.policy);
}

inline domain::Scope DecodeScope(ByteReader* in) {
  domain::Scope scope;
  scope.kind = static_cast<domain::ScopeKind>(in->U8());
  scope.contact = static_cast<domain::Kind>(in->U8());
  scope.channel = static_cast<domain::Channel>(in->U8());
  scope.direction = static_cast<domain::Direction>(in->U8());
  scope.partner = in->BigEndian32();
  scope.subject = in->BigEndian32();
  scope.policy = in->BigEndian32();
  return scope;
}

// A contact's row in Table::kWaiting.
struct WaitingRow {
  domain::Scope scope;
  EventTime since;  // when it entered the queue
};
inline void EncodeWaitingRow(const WaitingRow& row, std::string* bytes) {
  ByteWriter out(bytes);
  EncodeScope(row.scope, &out);
  out.Time(row.since);
}
// nullopt if the bytes are none.
inline std::optional<WaitingRow> DecodeWaitingRow(std::string_view bytes) {
  ByteReader in(bytes);
  WaitingRow row;
  row.scope = DecodeScope(&in);
  row.since = in.Time();
  return in.ok() ? std::optional(row) : std::nullopt;
}

}  // namespace touchline::pipeline
