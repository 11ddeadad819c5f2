#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec.h"
#include "base/prefetch.h"
#include "domain/event.h"
#include "domain/interaction/log_entry.h"

namespace touchline::domain {

// The events of one contact in their order, kept as the bytes that the store gets: a third of what
// the entries would take, and a save copies them. Most events come in order and are only appended;
// one that does not costs a rewrite of the whole log, which is then folded anew anyway.
class EventLog {
 public:
  // Full chunks are stored under keys of their own; what follows them, the tail, with the contact.
  static constexpr size_t kChunkEntries = 64;
  // The first reserve.
  static constexpr size_t kReservedEntries = 24;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Of the last event. REQUIRES: not empty.
  const OrderKey& last() const { return last_; }
  bool Knows(const Hash128& id) const;

  // Puts it where it belongs, and returns that place. No allocation for the last one while the
  // reserve lasts. REQUIRES: !Knows(entry.id).
  size_t Insert(const LogEntry& entry);
  void EraseFirst(size_t n);

  // Calls visit(const LogEntry&) for each.
  template <class Visit>
  void ForEach(Visit visit) const {
    Cursor cursor(*this);
    LogEntry entry;
    while (cursor.Next(&entry)) visit(entry);
  }
  std::vector<LogEntry> Entries() const;

  size_t chunks() const { return chunk_ends_.size(); }
  // REQUIRES: index < chunks().
  std::string_view chunk(size_t index) const;
  std::string_view tail() const {
    return std::string_view(bytes_).substr(chunk_ends_.empty() ? 0 : chunk_ends_.back());
  }
  size_t tail_size() const { return size_ - chunks() * kChunkEntries; }
  // Appends the `entries` entries that a chunk or a tail is of. False if the bytes are not these.
  // REQUIRES: all that is in it are whole chunks.
  bool AppendRead(std::string_view bytes, uint64_t entries);

  void Prefetch() const { PrefetchBytes(bytes_.data() + bytes_.size(), 64); }
  size_t heap_bytes() const {
    return bytes_.capacity() + (ids_.capacity() + chunk_ends_.capacity()) * sizeof(uint32_t);
  }

 private:
  // Reads the entries one after the other.
  class Cursor {
   public:
    explicit Cursor(const EventLog& log) : in_(log.bytes_) {}
    bool Next(LogEntry* entry);

   private:
    ByteReader in_;
    size_t read_ = 0;
    int64_t previous_ns_ = 0;
  };

  void Append(const LogEntry& entry);
  void Note(const LogEntry& entry);
  void Rewrite(const std::vector<LogEntry>& entries);
  static uint32_t EndOf(const Hash128& id) { return static_cast<uint32_t>(id.low); }
  static uint64_t BitOf(const Hash128& id) { return uint64_t{1} << (id.low >> 32 & 63); }
  static size_t HalfOf(const Hash128& id) { return id.low >> 63; }

  uint32_t size_ = 0;
  OrderKey last_;
  // BitOf every identity in half of them: most new events need no further look.
  std::array<uint64_t, 2> known_bits_ = {};
  std::string bytes_;
  // The ends of the identities, in any order, of a log that has many: in it these bits are all set.
  std::vector<uint32_t> ids_;
  std::vector<uint32_t> chunk_ends_;  // of the full chunks in bytes_
};

}  // namespace touchline::domain
