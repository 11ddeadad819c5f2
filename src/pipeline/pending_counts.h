#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/flat_map.h"
#include "domain/contribution.h"

namespace touchline::pipeline {

// What a task has counted since its last seal, summed by scope, 15 seconds and cell: the finest
// grain there is. Single-threaded.
class PendingCounts {
 public:
  struct Key {
    domain::Scope scope;
    EventTime at;
    uint32_t cell = 0;  // a Cell, packed
    auto operator<=>(const Key&) const = default;
  };
  struct Sums {
    int64_t added = 0, withdrawn = 0;  // in the totals
    int64_t in_windows = 0;            // net
  };
  using Entry = std::pair<const Key, Sums>;

  // Cost: one look into a hash table. No allocation once there were as many sums before.
  void Add(const domain::Contribution& contribution);
  // All sums, ascending by key. Valid until the next Add or Clear.
  const std::vector<const Entry*>& InOrder();
  void Clear() { sums_.clear(); }

 private:
  struct KeyHash {
    using is_avalanching = void;
    size_t operator()(const Key& key) const;
  };
  struct SameKey {
    bool operator()(const Key& a, const Key& b) const;
  };

  FlatMap<Key, Sums, KeyHash, SameKey> sums_;
  std::vector<const Entry*> in_order_;
};

}  // namespace touchline::pipeline
