#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/rules.h"
#include "tests/golden/net_values.h"

namespace touchline::golden {

// What a story is told to: the real pipeline on fakes, or the naive model. Single-threaded.
class TimelineSystem {
 public:
  virtual ~TimelineSystem() = default;

  // The event is written to the topic of its kind, keyed by subject, and consumed.
  virtual Status Push(domain::Kind kind, std::string_view subject, std::string_view payload) = 0;
  // What was consumed becomes durable, and leaves for the stages behind.
  virtual Status Commit() = 0;
  // The process dies, with all that is not durable, and a new one starts on what is, and consumes
  // what there is to consume.
  virtual Status CrashAndRestore() = 0;
  // Every watermark, of all stages, is at least `watermark` from now on; everything is at rest and
  // durable. REQUIRES: not before an earlier one, nor before the time of any event pushed.
  virtual Status AdvanceTo(EventTime watermark) = 0;
  // Everything that is published.
  virtual Result<NetValues> Read() = 0;
};

struct SystemSetup {
  domain::RuleSet rules;
  int partitions = 1;                 // of each event topic
  std::vector<std::string> partners;  // that events may name
};

// A fresh, empty system.
using SystemFactory = std::function<std::unique_ptr<TimelineSystem>(const SystemSetup& setup)>;

}  // namespace touchline::golden
