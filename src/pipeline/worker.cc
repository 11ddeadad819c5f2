#include "pipeline/worker.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "pipeline/process_batch.h"

namespace touchline::pipeline {
namespace {

// What may be dirty before a seal is due: one part in so many of the cache.
constexpr size_t kDirtyShare = 4;
constexpr size_t kLeastDirty = size_t{1} << 20;
// So many records waiting at the broker are a backlog: at the rates that we sustain, nothing can be
// fresh for the better part of a second anyway.
constexpr int64_t kBacklog = 50'000;
// Tickets carry the task in their upper bits and its sequence below.
constexpr int kTaskShift = 40;
constexpr uint64_t kSequenceMask = (uint64_t{1} << kTaskShift) - 1;

}  // namespace

Worker::Worker(WorkerOptions options, Ports ports, std::vector<std::unique_ptr<Task>> tasks,
               StepHook hook)
    : options_(options),
      ports_(ports),
      tasks_(std::move(tasks)),
      hook_(std::move(hook)) {
  if (!hook_) hook_ = [](const char*) {};
  sealed_at_ns_ = ports_.clock->MonotonicNanos();
  for (const auto& task : tasks_) {
    if (task != nullptr) sealed_ = std::max(sealed_, task->last_seal());
  }
  released_ = sealed_;
  done_.store(sealed_);
}

Worker::~Worker() = default;

Status Worker::Step(Duration max_wait) {
  if (auto s = CollectCompletion(); !s) return s;
  if (auto s = SendOutbox(); !s) return s;
  if (auto s = TakeNews(); !s) return s;
  Status consumed;
  if (MustWait()) {
    AwaitCommit(max_wait);
  } else {
    consumed = Consume(max_wait);
  }
  if (!consumed && consumed.error().kind != ErrorClass::kTransient) return consumed;
  // What has been folded becomes durable even while the broker is away.
  if (auto s = SealIfDue(ports_.clock->MonotonicNanos()); !s) return s;
  return consumed;
}

void Worker::ChangeRules(std::shared_ptr<const domain::RuleSet> rules) {
  const std::lock_guard lock(news_mutex_);
  new_rules_ = std::move(rules);
}

void Worker::Forget(std::span<const ForgottenNote> notes) {
  const std::lock_guard lock(news_mutex_);
  new_notes_.insert(new_notes_.end(), notes.begin(), notes.end());
}

// Between two polls every task is between two events.
Status Worker::TakeNews() {
  if (paused_from_outside_) return {};
  std::shared_ptr<const domain::RuleSet> rules;
  std::vector<ForgottenNote> notes;
  {
    const std::lock_guard lock(news_mutex_);
    rules.swap(new_rules_);
    notes.swap(new_notes_);
  }
  for (const auto& task : tasks_) {
    if (task == nullptr) continue;
    for (const ForgottenNote& note : notes) task->Forget(note);
    if (rules == nullptr) continue;
    if (auto s = task->ChangeRules(*rules); !s) return s;
  }
  return {};
}

// With a batch in flight and as much again folded, folding stops until the disk has caught up.
bool Worker::MustWait() const {
  if (!in_flight()) return false;
  size_t dirty = 0, bytes = 0;
  for (const auto& task : tasks_) {
    if (task == nullptr) continue;
    dirty += task->dirty_bytes();
    bytes += task->cache_bytes();
  }
  return dirty > MostDirty() || bytes / 3 > options_.cache_bytes / 2;
}

// Neither what is dirty nor what is in flight can be evicted, and a batch is copied on its way to
// the disk: a small cache would be a small part of what the process takes.
size_t Worker::MostDirty() const {
  return std::min(options_.max_dirty_bytes,
                  std::max(options_.cache_bytes / kDirtyShare, kLeastDirty));
}

// Behind, there is to be room for what is folded until the next commit.
size_t Worker::MostKept() const {
  return waiting_records_ >= kBacklog ? options_.cache_bytes / 2 : options_.cache_bytes;
}

void Worker::AwaitCommit(Duration max_wait) {
  std::unique_lock lock(completion_mutex_);
  completed_.wait_for(lock, std::chrono::milliseconds(max_wait.millis()),
                      [this] { return !in_flight() || failure_; });
}

Status Worker::Consume(Duration max_wait) {
  auto records = ports_.source->Poll(max_wait);
  if (!records) return tl::unexpected(records.error());
  const WallTime now = ports_.clock->Now();
  const auto task_of = [this](InputIndex input) { return tasks_[input].get(); };
  if (auto s = ProcessBatch(*records, task_of, now); !s) return s;
  waiting_records_ -= static_cast<int64_t>(records->size());
  hook_("folded");
  // What is folded becomes durable; after that a pause writes nothing: time stands still, too.
  if (paused_from_outside_) return {};
  TakeEndProofs();
  bool caught_up = true;
  for (const auto& task : tasks_) {
    if (task == nullptr) continue;
    if (auto s = task->FireDue(); !s) return s;
    caught_up = caught_up && task->caught_up();
  }
  if (caught_up) caught_up_.store(true, std::memory_order_release);
  return waiting_records_ < kBacklog ? UseLull() : Status();
}

// One task's turn, then another's.
Status Worker::UseLull() {
  Task* const task = tasks_.empty() ? nullptr : tasks_[++in_lull_ % tasks_.size()].get();
  return task != nullptr ? task->UseLull() : Status();
}

void Worker::TakeEndProofs() {
  const auto proofs = ports_.source->TakeEndProofs();
  if (proofs.empty()) return;
  waiting_records_ = 0;
  for (const EndProof& proof : proofs) {
    Task& task = *tasks_[proof.input];
    waiting_records_ += std::max(Offset{0}, proof.end_offset - task.next_offset());
    task.Proved(proof);
  }
}

// Caught up: freshness. Behind: the lag has taken that already, so commits are few, and a contact
// that changes again and again is written once for all.
int64_t Worker::IntervalNs() const {
  const int64_t configured = options_.commit_interval.millis() * 1'000'000;
  const int64_t longest = options_.max_commit_interval.millis() * 1'000'000;
  if (waiting_records_ >= kBacklog) return std::max(configured, longest);
  // What is folded right after a seal waits for the next one, and then until that is durable: it
  // is to take the configured time in all.
  const int64_t took = last_commit_ns_.load(std::memory_order_relaxed);
  return std::max(configured / 2, configured - took);
}

Status Worker::SealIfDue(int64_t now_ns) {
  if (!MaySeal()) return {};
  const WallTime now = ports_.clock->Now();
  size_t dirty = 0, bytes = 0;
  bool changes = false;
  for (const auto& task : tasks_) {
    if (task == nullptr) continue;
    dirty += task->dirty_bytes();
    bytes += task->cache_bytes();
    changes = changes || task->has_changes(now);
  }
  if (!changes) return {};
  // What is not durable cannot leave the cache.
  const bool crowded = bytes / 5 > options_.cache_bytes / 4;
  // Paused, the last commit comes at once, while there still is room for it.
  const bool due = now_ns - sealed_at_ns_ >= IntervalNs() || dirty > MostDirty() || crowded ||
                   paused_from_outside_;
  return due ? Seal(now_ns) : Status();
}

Result<bool> Worker::SealNow() {
  if (auto s = CollectCompletion(); !s) return tl::unexpected(s.error());
  if (!MaySeal()) return false;
  if (auto s = Seal(ports_.clock->MonotonicNanos()); !s) return tl::unexpected(s.error());
  return true;
}

Status Worker::Seal(int64_t now_ns) {
  auto batch = EmptyBatch();
  auto release = std::make_shared<Release>();
  const uint64_t seal = ++sealed_;
  const WallTime now = ports_.clock->Now();
  for (const auto& task : tasks_) {
    if (task == nullptr || !task->has_changes(now)) continue;
    if (auto s = task->Seal(seal, now, batch.get(), release.get()); !s) return s;
    ports_.source->ReportProgress(static_cast<InputIndex>(&task - tasks_.data()),
                                  task->next_offset());
  }
  sealed_at_ns_ = now_ns;
  ports_.stats->commits.fetch_add(1, std::memory_order_relaxed);
  ports_.stats->committed_bytes.fetch_add(batch->bytes(), std::memory_order_relaxed);
  ports_.stats->committed_rows.fetch_add(batch->size(), std::memory_order_relaxed);
  hook_("sealed");
  ports_.committer->Submit(std::move(batch), [this, seal, release, now_ns](Status status) {
    if (!status) {
      const std::lock_guard lock(completion_mutex_);
      failure_ = status.error();
      completed_.notify_one();
      return;
    }
    hook_("durable");
    ports_.published->Apply(*release, ports_.clock->Now());
    const int64_t took = ports_.clock->MonotonicNanos() - now_ns;
    last_commit_ns_.store(took, std::memory_order_relaxed);
    ports_.stats->commit_micros.Observe(took / 1000);
    // Under the lock, or it could fall between a waiter's look and its sleep.
    const std::lock_guard lock(completion_mutex_);
    done_.store(seal, std::memory_order_release);
    completed_.notify_one();
  });
  return {};
}

// A commit is sealed when the one before is durable: the same room serves again, unless the
// committer still looks at it.
std::shared_ptr<SealedBatch> Worker::EmptyBatch() {
  if (batch_ == nullptr || batch_.use_count() > 1) {
    batch_ = std::make_shared<SealedBatch>();
  } else {
    batch_->Clear();
  }
  return batch_;
}

Status Worker::CollectCompletion() {
  {
    const std::lock_guard lock(completion_mutex_);
    if (failure_) return tl::unexpected(*failure_);
  }
  const uint64_t done = done_.load(std::memory_order_acquire);
  if (done == released_) return {};
  released_ = done;
  // Those that need more than others have more: each gives up the same part of what it holds.
  size_t held = 0;
  for (const auto& task : tasks_) held += task != nullptr ? task->cache_bytes() : 0;
  const double kept =
      static_cast<double>(MostKept()) / static_cast<double>(std::max(held, size_t{1}));
  for (const auto& task : tasks_) {
    if (task == nullptr) continue;
    task->Durable(done, static_cast<size_t>(static_cast<double>(task->cache_bytes()) * kept));
  }
  hook_("released");
  ObserveStats();
  return {};
}

Status Worker::SendOutbox() {
  size_t bytes = 0;
  for (size_t i = 0; i < tasks_.size(); ++i) {
    if (tasks_[i] == nullptr) continue;
    Outbox& outbox = tasks_[i]->outbox();
    if (auto s = outbox.Send(uint64_t{i} << kTaskShift, ports_.sink); !s) return s;
    bytes += outbox.bytes();
  }
  auto tickets = ports_.sink->TakeAcknowledged();
  if (!tickets) return tl::unexpected(tickets.error());
  for (const uint64_t ticket : *tickets) {
    tasks_[ticket >> kTaskShift]->outbox().Acknowledge(ticket & kSequenceMask);
  }
  if (!tickets->empty()) hook_("acknowledged");
  const bool full = bytes > options_.max_outbox_bytes;
  if (full != paused_by_outbox_) {
    paused_by_outbox_ = full;
    ports_.source->Pause(paused_by_outbox_ || paused_from_outside_);
  }
  return {};
}

void Worker::Pause(bool paused) {
  paused_from_outside_ = paused;
  ports_.source->Pause(paused_by_outbox_ || paused_from_outside_);
}

Result<bool> Worker::Drain() {
  if (auto s = CollectCompletion(); !s) return tl::unexpected(s.error());
  if (auto s = SendOutbox(); !s) return tl::unexpected(s.error());
  if (auto s = TakeNews(); !s) return tl::unexpected(s.error());
  for (const auto& task : tasks_) {
    if (task != nullptr && !is_draining_) task->PrepareStop();
  }
  is_draining_ = true;
  if (!MaySeal()) return false;
  const WallTime now = ports_.clock->Now();
  bool changes = false;
  size_t unacknowledged = 0;
  for (const auto& task : tasks_) {
    if (task == nullptr) continue;
    changes = changes || task->has_changes(now);
    unacknowledged += task->outbox().unacknowledged();
  }
  if (changes) {
    if (auto s = Seal(ports_.clock->MonotonicNanos()); !s) return tl::unexpected(s.error());
    return false;
  }
  return unacknowledged == 0;
}

// Several workers share the process's gauges: each adds what has changed since it last looked.
void Worker::ObserveStats() {
  Gauges now;
  for (const auto& task : tasks_) {
    if (task == nullptr) continue;
    now.cache_bytes += static_cast<int64_t>(task->cache_bytes());
    now.cache_entries += static_cast<int64_t>(task->cache_entries());
    now.timers += static_cast<int64_t>(task->timers());
    now.outbox_records += static_cast<int64_t>(task->outbox().unacknowledged());
  }
  const auto move = [](std::atomic<int64_t>* gauge, int64_t from, int64_t to) {
    gauge->fetch_add(to - from, std::memory_order_relaxed);
  };
  move(&ports_.stats->cache_bytes, gauges_.cache_bytes, now.cache_bytes);
  move(&ports_.stats->cache_entries, gauges_.cache_entries, now.cache_entries);
  move(&ports_.stats->timers, gauges_.timers, now.timers);
  move(&ports_.stats->outbox_records, gauges_.outbox_records, now.outbox_records);
  gauges_ = now;
}

}  // namespace touchline::pipeline
