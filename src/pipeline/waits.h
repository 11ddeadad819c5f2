#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "base/time.h"

namespace touchline::pipeline {

// The open queue entries of one scope, of which only the earliest is ever asked: a heap. An entry
// that closes before earlier ones waits in a second heap until it has come up in the first, or
// until half of the first is closed.
// Cost: O(log n), amortised. Close never allocates, Open only when there were never so many.
class Waits {
 public:
  void Open(EventTime since) {
    Push(&opened_, since);
    closed_.reserve(opened_.capacity());
  }
  // REQUIRES: opened, and not closed since.
  void Close(EventTime since) {
    Push(&closed_, since);
    while (!closed_.empty() && closed_.front() == opened_.front()) {
      Pop(&closed_);
      Pop(&opened_);
    }
    if (closed_.size() > opened_.size() / 2) Compact();
  }
  bool empty() const { return opened_.empty(); }
  // REQUIRES: not empty.
  EventTime earliest() const { return opened_.front(); }

 private:
  using Heap = std::vector<EventTime>;
  static void Push(Heap* heap, EventTime t) {
    heap->push_back(t);
    std::push_heap(heap->begin(), heap->end(), std::greater<>());
  }
  static void Pop(Heap* heap) {
    std::pop_heap(heap->begin(), heap->end(), std::greater<>());
    heap->pop_back();
  }
  // Takes the closed ones out of the opened ones.
  void Compact() {
    std::sort(opened_.begin(), opened_.end());
    std::sort(closed_.begin(), closed_.end());
    auto gone = closed_.begin();
    const auto end = std::remove_if(opened_.begin(), opened_.end(), [&](EventTime t) {
      if (gone == closed_.end() || *gone != t) return false;
      ++gone;
      return true;
    });
    opened_.erase(end, opened_.end());  // ascending, which is a heap
    closed_.clear();
  }

  Heap opened_;  // its first is not closed
  Heap closed_;  // a part of opened_
};

}  // namespace touchline::pipeline
