#include "simulator/scheduler.h"

#include <algorithm>

namespace touchline::simulator {

Scheduler::~Scheduler() {
  for (Fiber& f : fibers_) {
    if (f.root) f.root.destroy();
  }
}

void Scheduler::Start(Task<> story) {
  const auto root = story.Release();
  FiberIndex fiber = 0;
  if (free_.empty()) {
    fiber = static_cast<FiberIndex>(fibers_.size());
    fibers_.emplace_back();
  } else {
    fiber = free_.back();
    free_.pop_back();
  }
  fibers_[fiber].root = root;
  root.promise().fiber = fiber;
  root.resume();
  FreeIfDone(fiber);
}

void Scheduler::RunNext() {
  const Entry entry = agenda_.top();
  agenda_.pop();
  now_ns_ = std::max(now_ns_, entry.at_ns);
  if (IsStale(entry.token)) return;
  const FiberIndex fiber = entry.token.fiber;
  ++fibers_[fiber].sleep;  // awake: every token of this sleep is stale
  const std::coroutine_handle<> leaf = fibers_[fiber].leaf;  // the table may move while it runs
  leaf.resume();
  FreeIfDone(fiber);
}

WakeToken Scheduler::Park(FiberIndex fiber, std::coroutine_handle<> h) {
  fibers_[fiber].leaf = h;
  return {.fiber = fiber, .sleep = ++fibers_[fiber].sleep};
}

void Scheduler::WakeAt(WakeToken token, int64_t at_ns) {
  agenda_.push({.at_ns = std::max(at_ns, now_ns_), .order = order_++, .token = token});
}

void Scheduler::FreeIfDone(FiberIndex fiber) {
  Fiber& f = fibers_[fiber];
  if (!f.root.done()) return;
  f.root.destroy();
  f.root = nullptr;
  ++f.sleep;
  free_.push_back(fiber);
}

}  // namespace touchline::simulator
