#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pipeline/keys.h"
#include "pipeline/ports.h"

namespace touchline::pipeline {

// A walk over all entities of a task, a few at a time, while the task goes on: each that there was
// at Begin, and is not removed meanwhile, is named at least once. Single-threaded.
class Sweep {
 public:
  Sweep(TaskKey task, StateReader* reader) : task_(task), reader_(*reader) {}

  // Begins anew. `young`: entities that a read of the store may miss.
  void Begin(std::vector<std::string> young);
  bool is_on() const { return is_on_; }
  // The next keys, at most `most` (> 0), put into *keys. None: it is over.
  Status Next(size_t most, std::vector<std::string>* keys);

 private:
  TaskKey task_;
  StateReader& reader_;
  bool is_on_ = false;
  std::vector<std::string> young_;  // from the back
  std::string from_;                // of the store's keys, this one comes next
};

}  // namespace touchline::pipeline
