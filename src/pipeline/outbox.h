#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/keys.h"
#include "pipeline/ports.h"

namespace touchline::pipeline {

// One record on its way out.
struct OutboxRecord {
  std::string topic;
  int32_t partition = -1;  // -1: by the key
  std::string key;
  std::string payload;
  std::vector<std::pair<std::string, std::string>> headers;
};

// One task's outbox: records become durable with the commit that made them, leave in order after
// it, and are trimmed as a prefix once acknowledged. After a crash what was not trimmed is sent
// again with the same sequences; readers drop what they have. Single-threaded.
class Outbox {
 public:
  explicit Outbox(TaskKey task) : task_(task) {}

  // The sequence that the next record will get.
  uint64_t next_sequence() const { return next_; }
  void Add(OutboxRecord record);

  // Puts the records since the last seal as one segment, and deletes acknowledged segments.
  void Seal(SealedBatch* batch);
  // The sealed segment is durable: its records may leave.
  void Durable();
  // Loads unsent segments. `next` is the sequence stored with the task.
  Status Restore(uint64_t next, StateReader* reader);

  // Hands records that may leave to the sink until it is full. Tickets are `base` + sequence.
  Status Send(uint64_t base, Sink* sink);
  void Acknowledge(uint64_t sequence);

  // Records not yet acknowledged, those of the open segment included.
  size_t unacknowledged() const { return unacknowledged_; }
  // Memory that records take: a commit's leave it together, once the last is acknowledged.
  size_t bytes() const { return bytes_; }

 private:
  struct Segment {
    uint64_t first = 0;
    std::vector<OutboxRecord> records;
    size_t bytes = 0;
    size_t sent = 0;
    size_t acknowledged = 0;
  };
  static size_t MemoryOf(const OutboxRecord& record);
  static void Encode(const Segment& segment, std::string* bytes);
  static bool Decode(std::string_view bytes, Segment* segment);
  std::string SegmentKey(uint64_t first) const;

  TaskKey task_;
  uint64_t next_ = 1;
  std::vector<OutboxRecord> open_;
  std::deque<Segment> segments_;     // sealed, oldest first
  size_t durable_segments_ = 0;      // leading ones that may leave
  std::vector<uint64_t> trimmed_;    // first sequences of segments to delete
  size_t unacknowledged_ = 0;
  size_t open_bytes_ = 0;
  size_t bytes_ = 0;  // of open_ and segments_
};

}  // namespace touchline::pipeline
