#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/time.h"

namespace touchline::pipeline {

// Entities in the order of their wake-ups (ties: of their keys); each knows its place, so that one
// can leave from anywhere. `Entity` has `EventTime wake`, a `key` that can be compared and
// `size_t heap_slot`; wake and key do not change while it is here.
// Cost: O(log n); no allocation unless there were never so many. Looks at other entities' memory
// for ties only.
template <class Entity>
class WakeHeap {
 public:
  // REQUIRES: it is not here.
  void Insert(Entity* entity) {
    heap_.emplace_back();
    Up(heap_.size() - 1, {.wake = entity->wake, .entity = entity});
  }
  // REQUIRES: it is here.
  void Erase(Entity* entity) {
    const size_t slot = entity->heap_slot;
    const Sleeper last = heap_.back();
    heap_.pop_back();
    if (last.entity == entity) return;
    if (slot > 0 && Before(last, heap_[Parent(slot)])) {
      Up(slot, last);
    } else {
      Down(slot, last);
    }
  }
  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }
  // REQUIRES: not empty.
  Entity* first() const { return heap_.front().entity; }

 private:
  struct Sleeper {
    EventTime wake;
    Entity* entity = nullptr;
  };
  // Each place that an entity passes is told to it, far away in memory: with four children there
  // are half as many of them as with two.
  static constexpr size_t kChildren = 4;
  static size_t Parent(size_t slot) { return (slot - 1) / kChildren; }
  static size_t FirstChild(size_t slot) { return kChildren * slot + 1; }
  static bool Before(const Sleeper& a, const Sleeper& b) {
    return a.wake < b.wake || (a.wake == b.wake && a.entity->key < b.entity->key);
  }
  void Place(size_t slot, const Sleeper& sleeper) {
    heap_[slot] = sleeper;
    sleeper.entity->heap_slot = slot;
  }
  // Puts the sleeper into the free slot, or as far above it as it belongs.
  void Up(size_t slot, const Sleeper& sleeper) {
    for (size_t parent; slot > 0; slot = parent) {
      parent = Parent(slot);
      if (!Before(sleeper, heap_[parent])) break;
      Place(slot, heap_[parent]);
    }
    Place(slot, sleeper);
  }
  void Down(size_t slot, const Sleeper& sleeper) {
    for (size_t child = FirstChild(slot); child < heap_.size(); child = FirstChild(slot)) {
      const size_t end = std::min(child + kChildren, heap_.size());
      for (size_t other = child + 1; other < end; ++other) {
        if (Before(heap_[other], heap_[child])) child = other;
      }
      if (!Before(heap_[child], sleeper)) break;
      Place(slot, heap_[child]);
      slot = child;
    }
    Place(slot, sleeper);
  }

  std::vector<Sleeper> heap_;
};

}  // namespace touchline::pipeline
