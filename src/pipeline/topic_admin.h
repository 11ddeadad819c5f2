#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace touchline::pipeline {

// A topic as Touchline wants it.
struct TopicSpec {
  std::string name;
  int32_t partitions = 1;                       // fixed for good: keys keep their partition
  std::optional<Duration> retention;            // nullopt: as the broker is set
  bool compacted = false;                       // the newest record of each key stays
  std::map<std::string, std::string> settings;  // further ones by Kafka's names
};

// Makes topics; a port, for the embedded broker has its own way.
class TopicAdmin {
 public:
  virtual ~TopicAdmin() = default;
  // Creates the topic unless it is there; visible to producers and consumers when it returns.
  // kFatal: it is there with another number of partitions, or loses what a compacted one keeps, or
  // may not be created. Retention and settings of a topic that is there are left as they are.
  // kTransient: no answer.
  virtual Status EnsureTopic(const TopicSpec& spec) = 0;
};

}  // namespace touchline::pipeline
