#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/control_note.h"
#include "pipeline/ports.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"
#include "pipeline/sealed_batch.h"
#include "pipeline/task.h"

namespace touchline::pipeline {

struct WorkerOptions {
  Duration commit_interval = Duration::Millis(200);
  Duration max_commit_interval = Duration::Seconds(2);  // when far behind
  // A seal is due at this much to write, too, or at a quarter of the cache if that is less (but 1
  // MiB).
  size_t max_dirty_bytes = size_t{64} << 20;
  size_t cache_bytes = size_t{256} << 20;      // all tasks of this worker, by what they hold
  size_t max_outbox_bytes = size_t{32} << 20;  // more not yet acknowledged stop consumption
};

// One thread's share of the work: some tasks, their source, and the commit cycle
//
//   poll -> fold -> fire timers -> seal -> (another thread makes it durable) -> release
//
// One sealed batch is in flight at most; folding goes on meanwhile. Only its durability releases
// totals to readers, records to the sink and memory to the cache. Step never sleeps beyond the
// poll's own wait, so a single-threaded simulation can interleave everything.
class Worker {
 public:
  struct Ports {
    Source* source = nullptr;
    Committer* committer = nullptr;
    Sink* sink = nullptr;
    const Clock* clock = nullptr;
    PublishedLedger* published = nullptr;
    ProcessStats* stats = nullptr;
  };
  // Named places at which a crash test may end the process; called with the step's name.
  using StepHook = std::function<void(const char* step)>;

  // tasks[i] reads the source's input i; nullptr where an input belongs to another worker.
  Worker(WorkerOptions options, Ports ports, std::vector<std::unique_ptr<Task>> tasks,
         StepHook hook = {});
  ~Worker();

  // One turn. A kTransient error may be retried by stepping again; a kFatal one ends the life of
  // the process: nothing uncommitted may be released any more.
  Status Step(Duration max_wait);
  // Seals what there is, now, if nothing is in flight. False: something is in flight.
  Result<bool> SealNow();
  // Graceful stop, one turn: makes everything durable and sends the outbox. Call until true.
  Result<bool> Drain();

  // Stops or resumes consumption and the passing of time (a full disk): once what is folded has
  // been committed, a paused worker writes nothing.
  void Pause(bool paused);
  // The rules of every task from the next Step or Drain on; of a paused worker, from when it goes
  // on. Newer ones replace what has not been taken yet. Any thread.
  void ChangeRules(std::shared_ptr<const domain::RuleSet> rules);
  // Customers whom every task is to forget, from when it would take new rules on. Any thread.
  void Forget(std::span<const ForgottenNote> notes);
  // Every task has met the end of its partition at least once.
  bool caught_up() const { return caught_up_.load(std::memory_order_acquire); }
  bool in_flight() const { return sealed_ != done_.load(std::memory_order_acquire); }
  const std::vector<std::unique_ptr<Task>>& tasks() const { return tasks_; }

 private:
  Status TakeNews();
  Status Consume(Duration max_wait);
  Status UseLull();
  void AwaitCommit(Duration max_wait);
  Status CollectCompletion();
  void TakeEndProofs();
  int64_t IntervalNs() const;
  Status SealIfDue(int64_t now_ns);
  Status Seal(int64_t now_ns);
  std::shared_ptr<SealedBatch> EmptyBatch();
  Status SendOutbox();
  bool MustWait() const;
  size_t MostDirty() const;
  size_t MostKept() const;
  // A commit may be durable and the tasks not yet know: no seal before they do, for Task::Durable
  // takes all that has been sealed for durable.
  bool MaySeal() const { return released_ == sealed_; }
  void ObserveStats();

  struct Gauges {
    int64_t cache_bytes = 0, cache_entries = 0, timers = 0, outbox_records = 0;
  };

  WorkerOptions options_;
  Ports ports_;
  std::vector<std::unique_ptr<Task>> tasks_;
  StepHook hook_;

  // Seals are numbered over all lives of the tasks.
  uint64_t sealed_ = 0;                // the last one handed to the committer
  std::atomic<uint64_t> done_{0};      // the last one that is durable
  uint64_t released_ = 0;              // the last one whose durability the tasks have been told
  std::mutex completion_mutex_;
  std::condition_variable completed_;  // a commit is durable, or has failed
  std::optional<Error> failure_;       // of a commit; guarded by completion_mutex_
  std::atomic<int64_t> last_commit_ns_{0};  // how long the last one took
  std::shared_ptr<SealedBatch> batch_;  // the last one sealed
  int64_t sealed_at_ns_ = 0;
  bool is_draining_ = false;
  size_t in_lull_ = 0;  // counts the tasks' turns
  int64_t waiting_records_ = 0;  // at the broker, as far as is known; below 0: more came since
  bool paused_by_outbox_ = false;
  bool paused_from_outside_ = false;
  std::mutex news_mutex_;  // of these two
  std::shared_ptr<const domain::RuleSet> new_rules_;  // null: none
  std::vector<ForgottenNote> new_notes_;
  std::atomic<bool> caught_up_{false};
  Gauges gauges_;  // as last added to the process's
};

}  // namespace touchline::pipeline
