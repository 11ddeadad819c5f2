#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

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
  // A line of memory each.
  struct alignas(64) Entry {
    Key key;
    Sums sums;

   private:
    friend class PendingCounts;
    uint64_t round = 0;  // in which it was counted; an earlier one's entry is free
  };

  PendingCounts() : places_(kFewest) {}

  // Cost: a line of memory for each contribution, and the lines of all are called for first. No
  // allocation once there were as many sums before.
  void Add(std::span<const domain::Contribution> contributions);
  // All sums, ascending by key. Valid until the next Add or Clear.
  const std::vector<const Entry*>& InOrder();
  void Clear();

 private:
  static constexpr size_t kFewest = 64;

  static uint64_t HashOf(const Key& key);
  size_t HomeOf(uint64_t hash) const { return static_cast<size_t>(hash) & (places_.size() - 1); }
  // The entry of the key, or the free one where it belongs.
  Entry& Search(uint64_t hash, const Key& key);
  // An entry that was free when there is none of the key.
  Entry& Take(uint64_t hash, const Key& key);
  void Grow();

  // Open addressing with linear probing; no library's table lets a place be called for.
  std::vector<Entry> places_;  // a power of two; at most half of them are taken
  uint64_t round_ = 1;
  std::vector<uint32_t> taken_;  // places
  std::vector<const Entry*> in_order_;
};

}  // namespace touchline::pipeline
