#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/sealed_batch.h"

namespace touchline::adapters {

// Puts the rows of commits into the order of their keys, and leaves the last one of each key. What
// it needs of memory it keeps for the next time.
class RowOrder {
 public:
  using Row = pipeline::SealedBatch::Row;
  void Apply(std::vector<Row>* rows);

 private:
  // The beginning of a key as numbers, beside each other in memory: keys themselves lie far apart,
  // and each comparison of two would wait for them.
  struct Place {
    uint32_t table = 0;  // with stage and task
    uint32_t row = 0;
    uint64_t first = 0, second = 0;  // eight bytes each
  };
  std::vector<Place> places_;
  std::vector<Row> ordered_;
};

}  // namespace touchline::adapters
