#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "domain/event.h"
#include "domain/metrics.h"
#include "domain/symbols.h"

namespace touchline::domain {

// The open labels of a group of ledger cells, within one task.
struct Scope {
  ScopeKind kind = ScopeKind::kQueue;
  Kind contact = Kind::kCall;
  Channel channel = Channel::kNone;
  Direction direction = Direction::kNone;
  Symbol partner = 0;
  Symbol subject = 0;  // queue, agent, segment, source, stage or holder
  Symbol policy = 0;
  auto operator<=>(const Scope&) const = default;
};

// Instants are kept to the 15-second bucket in which they are counted: all rows derive from it.
inline constexpr Duration kInstantGrain = Duration::Seconds(15);

// Which rows of the ledger a contribution changes. A correction that only moves a value from one
// interval to another leaves the total alone.
enum class Rows : uint8_t { kAll, kTotalOnly, kWindowsOnly };

// One change of one ledger cell: positive adds, negative withdraws.
struct Contribution {
  Scope scope;
  Cell cell;
  Rows rows = Rows::kAll;
  EventTime at;  // floored to kInstantGrain
  int64_t value = 0;
  bool operator==(const Contribution&) const = default;
};
using Contributions = std::vector<Contribution>;

// Adds a count to a counter or gauge cell.
inline void Count(Contributions* out, const Scope& scope, MetricId metric, uint8_t closed,
                  EventTime at, int64_t value = 1) {
  out->push_back({.scope = scope,
                  .cell = {.metric = metric, .closed = closed, .bucket = 0},
                  .at = FloorTo(at, kInstantGrain),
                  .value = value});
}

// Adds one observation to a histogram: its bucket and its sum.
inline void Observe(Contributions* out, const Scope& scope, MetricId metric, uint8_t closed,
                    EventTime at, int64_t value) {
  const uint8_t bucket = BucketOf(BucketBounds(metric, scope.contact), value);
  const EventTime grain = FloorTo(at, kInstantGrain);
  out->push_back({.scope = scope,
                  .cell = {.metric = metric, .closed = closed, .bucket = bucket},
                  .at = grain,
                  .value = 1});
  out->push_back({.scope = scope,
                  .cell = {.metric = metric, .closed = closed, .bucket = Cell::kSumCell},
                  .at = grain,
                  .value = value});
}

// Appends to *out what turns `before` into `after`: per cell and instant the difference of sums,
// as one total-only change per cell and windows-only changes per instant. Uses up both inputs.
// Cost: sorts what lies between their common beginning and their common end.
// Returns the number of cells whose total changed.
size_t Restate(Contributions* before, Contributions* after, Contributions* out);

}  // namespace touchline::domain
