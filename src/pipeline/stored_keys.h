#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/key_filter.h"
#include "pipeline/keys.h"
#include "pipeline/ports.h"
#include "pipeline/sealed_batch.h"
#include "pipeline/sweep.h"

namespace touchline::pipeline {

// Which keys a task has in the store, but not in memory: most that are asked for are new, and a
// read that finds nothing costs as much as the work on two events. A task that stops in order
// leaves what it knows to the next start. After a crash what is in the store is learnt while there
// is time, and until then any key may be there; so it is for good when there are more than
// KeyFilter::kMostKeys.
// Only the hashes of keys are known here. Single-threaded.
class StoredKeys {
 public:
  StoredKeys(TaskKey task, StateReader* reader)
      : task_(task), reader_(*reader), sweep_(task, reader) {}

  // What a former life has left, if nothing was sealed after it. `last_seal`: the task's.
  Status Restore(uint64_t last_seal);
  // Adds to the batch of this seal what the next start may know. `each_in_memory(add)` calls
  // add(hash) for each entity in memory that the store has after this seal.
  template <class EachInMemory>
  void Keep(uint64_t seal, SealedBatch* batch, EachInMemory each_in_memory) const {
    if (state_ != State::kKnowsAll) return;
    KeyFilter all = filter_;
    bool fits = true;
    each_in_memory([&](uint64_t hash) { fits = fits && all.Add(hash); });
    if (fits) Put(seal, all, batch);
  }

  // Whether a read may find an entity that is not in memory; false is certain.
  // REQUIRES at the first call: the store has what it had at the start.
  Result<bool> MayHave(uint64_t hash);
  // An entity has left memory, and the store has it.
  void Add(uint64_t hash);
  // Learns some of what was in the store at the start. `hash_of(std::string_view key)`.
  template <class HashOf>
  Status LearnSome(HashOf hash_of) {
    if (state_ != State::kLearning) return {};
    if (!sweep_.is_on()) sweep_.Begin({});
    if (auto s = sweep_.Next(kLearntAtOnce, &keys_); !s) return s;
    for (const std::string& key : keys_) Add(hash_of(key));
    if (!sweep_.is_on() && state_ == State::kLearning) state_ = State::kKnowsAll;
    return {};
  }
  // From now on any key may be there: to know takes more memory than there is for it.
  void GiveUp();
  size_t bytes() const { return filter_.bytes(); }

 private:
  void Put(uint64_t seal, const KeyFilter& all, SealedBatch* batch) const;

  // Less than a millisecond's work.
  static constexpr size_t kLearntAtOnce = 256;
  enum class State : uint8_t { kUnasked, kLearning, kKnowsAll, kTooMany };

  TaskKey task_;
  StateReader& reader_;
  State state_ = State::kUnasked;
  KeyFilter filter_;
  Sweep sweep_;  // of those to learn
  std::vector<std::string> keys_;
};

}  // namespace touchline::pipeline
