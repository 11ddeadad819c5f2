#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "pipeline/control_note.h"
#include "pipeline/keys.h"
#include "pipeline/ports.h"
#include "pipeline/sealed_batch.h"

namespace touchline::pipeline {

// Whom one task has been told to forget, for good: his events may come late, and again. In memory
// and in the store a hash and an instant for each. Single-threaded.
class ForgottenCustomers {
 public:
  explicit ForgottenCustomers(TaskKey task) : task_(task) {}

  Status Restore(StateReader* reader);
  // False: that much is known already.
  bool Add(const ForgottenNote& note);
  bool empty() const { return known_.empty(); }
  // Of the customer with this key: those of his contacts that began at or before it are to be
  // forgotten. Min(): none. REQUIRES: NamesCustomer(key).
  EventTime Until(std::string_view key) const;

  // What has been added must be looked for in what the task has already: so many notes have not
  // been yet, and no search for them has begun.
  int64_t unswept() const { return static_cast<int64_t>(unswept_.size()); }
  // A search for all of them begins. REQUIRES: !is_sweeping().
  void BeginSweep();
  bool is_sweeping() const { return !sweeping_.empty(); }
  // It is over; returns for how many notes it was.
  int64_t EndSweep();

  void Seal(SealedBatch* batch);

 private:
  struct Known {
    EventTime until;
    bool is_swept = false;
  };
  struct HashOf {
    size_t operator()(const Hash128& hash) const { return hash.low; }
  };
  std::string RowKey(const Hash128& customer) const;

  TaskKey task_;
  std::unordered_map<Hash128, Known, HashOf> known_;
  std::vector<ForgottenNote> unswept_, sweeping_;
  std::vector<Hash128> changed_;  // since the last seal
};

}  // namespace touchline::pipeline
