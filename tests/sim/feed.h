#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "tests/property/case.h"
#include "tests/support/naive/model.h"

namespace touchline::sim {

// One record on its way into a topic.
struct FeedRecord {
  WallTime at;      // when it is sent
  size_t told = 0;  // the place of its input in the story
  bool to_all = false;  // a heartbeat: one for each partition
  std::string key, payload;
  naive::Consumed consumed;  // what the model is told of it
};

// A story's records in the order of sending.
class Feed {
 public:
  // At most so many of them: the first. Those at every `stray`th place come after all the others.
  Feed(const property::Case& story, size_t most, size_t stray);

  bool empty() const { return next_ == records_.size(); }
  // Only strays are left.
  bool only_strays() const { return next_ >= strays_from_; }
  size_t told() const { return next_; }
  size_t size() const { return records_.size(); }
  // REQUIRES: !empty().
  const FeedRecord& Next() { return records_[next_++]; }
  const FeedRecord& Peek() const { return records_[next_]; }
  // REQUIRES: i < told().
  const FeedRecord& Told(size_t i) const { return records_[i]; }

 private:
  std::vector<FeedRecord> records_;
  size_t strays_from_ = 0;
  size_t next_ = 0;
};

// The record as it would be sent.
FeedRecord MakeRecord(size_t told, const naive::Consumed& consumed);

}  // namespace touchline::sim
