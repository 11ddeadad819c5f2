#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/explain/explanation.h"

namespace touchline::pipeline {

// Which interaction is meant. What is absent may be anything.
struct InteractionQuery {
  std::string id;
  std::optional<domain::Kind> kind;
  std::optional<std::string> name_space;
  std::optional<std::string> topic;
};

// An interaction that has this id. Ids are unique within a namespace and kind, as far as the
// partners keep to it: two topics of one namespace are told apart nevertheless.
struct FoundInteraction {
  std::string name_space;
  std::string topic;
  int32_t partition = 0;
  domain::Kind kind = domain::Kind::kCall;
  EventTime ended_at;  // of a tombstone
  // nullopt: only a tombstone is left, for it ended longer ago than the retention.
  std::optional<domain::Explanation> explanation;
};

// The interactions kept in the state, for whoever asks why a number is what it is.
class InteractionSource {
 public:
  virtual ~InteractionSource() = default;
  // All that match, by namespace, topic and kind; as they are durable at one instant. Called from
  // the server's threads, several at a time. kTransient: not yet, the state is being restored.
  // kFatal: it cannot be read.
  virtual Result<std::vector<FoundInteraction>> Find(const InteractionQuery& query) const = 0;
};

}  // namespace touchline::pipeline
