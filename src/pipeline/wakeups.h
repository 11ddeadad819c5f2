#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "pipeline/keys.h"
#include "pipeline/ports.h"

namespace touchline::pipeline {

// One task's stored wake-ups: which entity wants to be looked at when. They are hints: nothing is
// taken back when an entity changes its mind, it only gets another one, and who is woken asks the
// entity whether it meant this. So a wake-up costs a few bytes appended to the row that a commit
// writes for all wake-ups in a bucket of time (docs/decisions/0006).
//
// Those due soon are held here, the others are read from the store as the watermark moves on. A
// bucket's rows are deleted once the watermark has passed it. Single-threaded.
class Wakeups {
 public:
  Wakeups(TaskKey task, StateReader* reader) : task_(task), reader_(*reader) {}

  // An entity whose wake-up the store has leaves memory.
  void Add(EventTime due, std::string_view key);
  // Puts the wake-up into the next seal.
  void Store(EventTime due, std::string_view key);

  struct Wakeup {
    EventTime due;
    std::string key;
    auto operator<=>(const Wakeup&) const = default;
  };
  // The earliest (of one instant: by key) that is due before `watermark`; nullptr: none is. What
  // was stored by a commit that is not yet durable may be missing: its entity is in memory.
  Result<const Wakeup*> Due(EventTime watermark);
  // Drops what Due returned.
  void Pop();

  // Takes this key's wake-ups out of the stored rows, with the next EraseTraces.
  void Erase(std::string_view key);
  // To be called before Seal. Reads all rows, if anything is to be erased. REQUIRES: all former
  // seals are durable.
  Status EraseTraces(SealedBatch* batch);

  // REQUIRES: everything due before the watermark of the last Due has been dropped. `seal` is above
  // every one that this task has ever used.
  void Seal(uint64_t seal, SealedBatch* batch);
  // Everything sealed is durable.
  void Durable() { far_rows_in_flight_.clear(); }

  // Those held.
  size_t size() const { return size_; }

  // A stored row's wake-ups, with the bucket that its key names. False if the bytes are none.
  static bool DecodeRow(EventTime bucket, std::string_view bytes, std::vector<Wakeup>* wakeups);
  // Rows are per this much time.
  static constexpr Duration kBucketWidth = Duration::Minutes(5);

 private:
  // How far ahead of the watermark wake-ups are held.
  static constexpr Duration kAhead = Duration::Minutes(10);
  // They are sorted so much at a time.
  static constexpr Duration kSlotWidth = Duration::Seconds(5);

  Status ExtendHorizon(EventTime watermark);
  void OpenSlots(EventTime watermark);
  std::string RowKey(EventTime bucket, uint64_t seal) const;

  TaskKey task_;
  StateReader& reader_;
  EventTime horizon_ = EventTime::Min();      // those due before it are here
  EventTime opened_ = EventTime::Min();       // slots that start before it are in due_
  EventTime due_until_ = EventTime::Min();    // the watermark of the last Due
  std::map<EventTime, std::string> slots_;    // by start: packed wake-ups
  std::priority_queue<Wakeup, std::vector<Wakeup>, std::greater<>> due_;
  size_t size_ = 0;
  std::map<EventTime, std::string> unsealed_;  // by bucket: the next seal's rows
  // Rows that are in the store or on their way there, to be deleted when their bucket is over:
  // those before the horizon, and those beyond it that a read of the store would miss.
  std::set<std::pair<EventTime, uint64_t>> rows_;
  std::vector<std::pair<EventTime, uint64_t>> far_rows_in_flight_;
  std::set<std::string, std::less<>> erased_;  // keys
};

}  // namespace touchline::pipeline
