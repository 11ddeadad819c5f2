#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/keys.h"
#include "pipeline/ports.h"

namespace touchline::pipeline {

// One task's outbox: records become durable with the commit that made them, leave in order after
// it, and are trimmed as a prefix once acknowledged. After a crash what was not trimmed is sent
// again with the same sequences; readers drop what they have. Single-threaded.
//
// A record is kept as the bytes that the store gets, and sent from there: to take one costs a copy
// and no allocation.
class Outbox {
 public:
  explicit Outbox(TaskKey task) : task_(task) {}

  // The sequence that the next record will get.
  uint64_t next_sequence() const { return next_; }
  // Takes a copy. The record takes up so many sequences.
  void Add(const OutboundRecord& record, uint64_t sequences = 1);

  // Puts the records since the last seal as one segment, and deletes acknowledged segments.
  void Seal(SealedBatch* batch);
  // The sealed segment is durable: its records may leave.
  void Durable();
  // Loads unsent segments. `next` is the sequence stored with the task.
  Status Restore(uint64_t next, StateReader* reader);

  // Hands records that may leave to the sink until it is full. A ticket is `base` and below it what
  // Acknowledge is to be told.
  Status Send(uint64_t base, Sink* sink);
  void Acknowledge(uint64_t place);

  // Records not yet acknowledged, those of the open segment included.
  size_t unacknowledged() const { return unacknowledged_; }
  // Memory that records take: a commit's leave it together, once the last is acknowledged.
  size_t bytes() const { return bytes_; }

 private:
  // What one commit made. Its records' places are counted from `first`: they are no more than the
  // sequences that the records take up, so that no other segment's are the same.
  struct Segment {
    uint64_t first = 0;  // sequence
    size_t records = 0;
    std::string bytes;   // as stored
    size_t sent = 0;
    size_t next = 0;     // where in `bytes` the first record begins that is not sent
    size_t acknowledged = 0;
  };
  // Finds where its records begin and how many they are. False: the bytes are no segment.
  static bool Open(Segment* segment);
  std::string SegmentKey(uint64_t first) const;

  TaskKey task_;
  uint64_t next_ = 1;
  // The records since the last seal, as they will be stored.
  std::string open_;
  size_t open_records_ = 0;
  uint64_t open_first_ = 0;  // the first one's sequence
  std::deque<Segment> segments_;     // sealed, oldest first
  size_t durable_segments_ = 0;      // leading ones that may leave
  std::vector<uint64_t> trimmed_;    // first sequences of segments to delete
  size_t unacknowledged_ = 0;
  size_t bytes_ = 0;  // of open_ and segments_
  std::vector<Header> headers_;  // of the record being sent
};

}  // namespace touchline::pipeline
