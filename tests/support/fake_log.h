#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/ports.h"

namespace touchline::test {

struct LogRecord {
  std::string key;
  std::string payload;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Kafka as the pipeline sees it: topics of partitions of records with offsets, in memory. Outlives
// the crashes of the processes that a simulation runs on it. Single-threaded, deterministic.
class FakeLog {
 public:
  // REQUIRES: no such topic yet; partitions > 0.
  void CreateTopic(const std::string& name, int32_t partitions);
  bool HasTopic(std::string_view name) const { return topics_.find(name) != topics_.end(); }
  // Of the following, all REQUIRE that the topic and the partition are there.
  int32_t PartitionCount(std::string_view topic) const;

  pipeline::Offset Append(std::string_view topic, int32_t partition, LogRecord record);
  // To the partition that the key chooses.
  pipeline::Offset AppendByKey(std::string_view topic, LogRecord record);
  // Uses up an offset without a record, as a transaction's marker does.
  void SkipOffset(std::string_view topic, int32_t partition);
  // Retention: what lies below `low` is gone.
  void Expire(std::string_view topic, int32_t partition, pipeline::Offset low);

  // The first offset retained, and the next one to be written.
  pipeline::Offset Low(std::string_view topic, int32_t partition) const;
  pipeline::Offset End(std::string_view topic, int32_t partition) const;
  // The record at the offset; nullptr for a marker, and outside [Low, End).
  const LogRecord* At(std::string_view topic, int32_t partition, pipeline::Offset offset) const;

  // While broken, sources cannot read or prove an end, and sinks keep what they were given.
  void BreakLink() { link_up_ = false; }
  void RestoreLink() { link_up_ = true; }
  bool link_up() const { return link_up_; }

 private:
  struct Partition {
    pipeline::Offset low = 0;
    std::deque<std::optional<LogRecord>> records;
  };
  const Partition& Find(std::string_view topic, int32_t partition) const;
  Partition& Find(std::string_view topic, int32_t partition);

  std::map<std::string, std::vector<Partition>, std::less<>> topics_;
  bool link_up_ = true;
};

}  // namespace touchline::test
