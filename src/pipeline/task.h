#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/contribution.h"
#include "domain/event.h"
#include "domain/rule_book.h"
#include "pipeline/alert_encoder.h"
#include "pipeline/control_note.h"
#include "pipeline/keyed_state.h"
#include "pipeline/keys.h"
#include "pipeline/ledger.h"
#include "pipeline/look_ahead.h"
#include "pipeline/outbox.h"
#include "pipeline/ports.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"
#include "pipeline/watermark.h"

namespace touchline::pipeline {

// What every task of a process shares. All must outlive the tasks.
struct TaskEnvironment {
  StateReader* reader = nullptr;
  PublishedLedger* published = nullptr;
  ProcessStats* stats = nullptr;
  const AlertEncoder* alerts = nullptr;  // may be absent where no rules have policies
};

struct TaskOptions {
  TaskKey key;
  std::string topic;  // the input
  int32_t partition = 0;
  std::string source_alias;  // the label `source`
  Watermark::Options time;
  std::string dead_letter_topic;
  domain::RuleSet rules;  // see ChangeRules; the first ones are in force since ever
};

// One partition of one stage, and all that is keyed into it: position, time, symbols, totals,
// outbox. A stage adds its entities and what a record means.
//
// Life: construct; Restore once; then Process, Proved, FireDue in any order; Seal when the worker
// commits; Durable when that commit is on disk. Between a Seal and its Durable, folding goes on.
// Single-threaded: the worker that owns it.
class Task {
 public:
  Task(TaskOptions options, TaskEnvironment environment);
  virtual ~Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // Loads the task from the store; what it had published goes into *release.
  Status Restore(Release* release);

  // A record with this key is to come, then less far ahead in the batch, then only a few places:
  // see TakeLookingAhead. Only for speed.
  virtual void Foresee(std::string_view /*key*/, Hint*) const {}
  virtual void Expect(Hint*) const {}
  virtual void ExpectSoon(const Hint&) const {}
  // These are what Process will be called with next, at most kReadAhead of them: what can be worked
  // out of several at once, before their turn. Only for speed.
  static constexpr size_t kReadAhead = 16;
  virtual void ReadAhead(std::span<const SourceRecord>) {}
  // Applies one record, or drops it when it lies below next_offset.
  Status Process(const SourceRecord& record, WallTime now, const Hint& hint = {});
  // The partition ended at the proof's offset. If that is ours, live time moves on.
  void Proved(const EndProof& proof);
  // Fires what the watermark has passed.
  Status FireDue();
  // The process is about to stop: seals from now on leave for the next start what is known.
  virtual void PrepareStop() {}
  // Nothing presses: some little work that makes what is to come cheaper.
  virtual Status UseLull() { return {}; }
  // The configuration's rules from now on; stored, if they say anything new, with the next seal.
  // They count from their effective-from, but not before anything that has been decided here: from
  // the millisecond after the highest event, or the watermark, whichever is later.
  // REQUIRES: between two events. kFatal if they cannot be used on this machine.
  Status ChangeRules(domain::RuleSet rules);
  // A customer is to be forgotten; whether or not that is known here already.
  // REQUIRES: between two events.
  virtual void Forget(const ForgottenNote&) {}
  // REQUIRES: seal > last_seal(); what is stored per seal would be overwritten otherwise.
  virtual Status Seal(uint64_t seal, WallTime now, SealedBatch* batch, Release* release);
  // REQUIRES: `seal` is the newest one that is durable. `cache_bytes` is this task's share.
  virtual void Durable(uint64_t seal, size_t cache_bytes);

  // Whether a seal at `now` would write anything.
  virtual bool has_changes(WallTime) const { return changed_; }
  // Whether the next FireDue goes on with a walk over all that the task holds.
  virtual bool is_sweeping() const { return false; }
  virtual size_t cache_bytes() const = 0;
  virtual size_t cache_entries() const = 0;
  virtual size_t timers() const = 0;
  virtual size_t dirty_bytes() const = 0;
  Offset next_offset() const { return next_offset_; }
  // The number of its last seal in any life; 0: none yet.
  uint64_t last_seal() const { return last_seal_; }
  // True when the store had no position: consumption begins at the earliest offset.
  bool is_new() const { return is_new_; }
  void StartAt(Offset offset) { next_offset_ = offset; }
  EventTime watermark() const { return watermark_.value(); }
  bool caught_up() const { return caught_up_; }
  Outbox& outbox() { return outbox_; }
  const TaskOptions& options() const { return options_; }

 protected:
  // What the stage makes of one record.
  virtual Status Apply(const SourceRecord& record, WallTime now) = 0;
  virtual Status FireTimers() = 0;
  // Of the record being processed.
  const Hint& hint() const { return hint_; }
  // Rows of the stage's own, read at Restore after symbols, rules and totals.
  virtual Status RestoreStage() { return {}; }

  // Counts one record by what became of it.
  void CountRecord(domain::ApplyResult result,
                   std::optional<domain::RejectReason> why = std::nullopt);
  // Sends the record to the dead-letter topic with its reason, and counts it.
  void Reject(const SourceRecord& record, domain::RejectReason reason, std::string_view detail);
  // Takes contributions_ into the totals, by the next FireDue at the latest.
  void Publish(uint64_t restated);
  // An entity's wake-up that is not in the past: bounds decided by event time may lag behind the
  // watermark, and are looked at again after a while.
  EventTime Ahead(EventTime wake) const;
  void Changed() { changed_ = true; }

  TaskOptions options_;
  TaskEnvironment env_;
  domain::SymbolTable symbols_;
  std::unique_ptr<domain::RuleBook> rules_;  // from Restore on
  // So many sets of rules_ every entity has seen that could be open when they were loaded.
  size_t swept_rules_ = 0;
  domain::Contributions contributions_;
  Ledger ledger_;
  Outbox outbox_;
  Watermark watermark_;

 private:
  void PublishContributions();
  void PublishRecords();
  Status RestoreRules();

  Offset next_offset_ = 0;
  uint64_t last_seal_ = 0;
  bool is_new_ = true;
  bool changed_ = false;
  bool caught_up_ = false;
  Hint hint_;
  domain::Symbol sealed_symbols_ = 1;  // symbols below this are in the store
  // Records since the last seal, by place in the closed label sets of `events`.
  std::array<int64_t, 256> records_{};
  size_t sealed_rules_ = 0;  // sets of rules_ below this are in the store
};

}  // namespace touchline::pipeline
