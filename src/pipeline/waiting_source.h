#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "pipeline/published.h"

namespace touchline::pipeline {

// A contact in an open queue entry; views of what the visit holds.
struct WaitingContact {
  std::string_view id;
  std::string_view name_space;
  std::string_view topic;
  int32_t partition = 0;
  EventTime since;  // when it entered the queue
};

// Who waits in which queue, for the query API: the contacts behind the gauges waiting_contacts and
// longest_waiting_since_timestamp_seconds.
class WaitingSource {
 public:
  using Visitor = std::function<void(const ScopeLabels& queue, const WaitingContact& contact)>;

  virtual ~WaitingSource() = default;
  // Visits every contact that waits, in any order, as they are durable at one instant. Called from
  // the server's threads, several at a time. kTransient: not yet, the state is being restored.
  // kFatal: it cannot be read.
  virtual Status VisitWaiting(const Visitor& visit) const = 0;
};

}  // namespace touchline::pipeline
