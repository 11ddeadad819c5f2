#pragma once

#include <coroutine>
#include <cstdint>
#include <queue>
#include <vector>

#include "simulator/flow.h"

namespace touchline::simulator {

// Names one sleep of one fiber. Once that fiber has been woken the token is stale, and waking by it
// does nothing: so of two things that may end a wait (an agent, the end of patience) the first wins
// and the second needs no cancelling.
struct WakeToken {
  FiberIndex fiber = 0;
  uint32_t sleep = 0;
};

// Runs stories in the order of simulated time: nanoseconds since the simulation's start. What is
// due at one instant runs in the order in which it was asked for, so a run is a function of its
// seed. Owns the frames of all stories that have not ended.
class Scheduler {
 public:
  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  ~Scheduler();

  int64_t now_ns() const { return now_ns_; }
  // The instant of the next thing to run. REQUIRES: !idle().
  int64_t next_ns() const { return agenda_.top().at_ns; }
  bool idle() const { return agenda_.empty(); }
  // Stories that have begun and not ended.
  size_t live() const { return fibers_.size() - free_.size(); }

  // Runs the story's beginning, up to its first sleep, now.
  void Start(Task<> story);
  // Runs what is next. REQUIRES: !idle().
  void RunNext();
  // Moves the clock. REQUIRES: nothing is due before `at_ns`.
  void AdvanceTo(int64_t at_ns) { now_ns_ = at_ns; }

  // Marks the fiber as sleeping at `h`; for awaitables.
  WakeToken Park(FiberIndex fiber, std::coroutine_handle<> h);
  bool IsStale(WakeToken token) const { return fibers_[token.fiber].sleep != token.sleep; }
  // At `at_ns`, or now if that has passed. Never runs anything before it returns.
  void WakeAt(WakeToken token, int64_t at_ns);

  class [[nodiscard]] Nap {
   public:
    Nap(Scheduler* scheduler, int64_t ns) : scheduler_(scheduler), ns_(ns) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> h) {
      scheduler_->WakeAt(scheduler_->Park(h.promise().fiber, h), scheduler_->now_ns() + ns_);
    }
    void await_resume() const noexcept {}

   private:
    Scheduler* scheduler_;
    int64_t ns_;
  };
  // co_await scheduler.Sleep(ns): not less than until the next turn of the agenda.
  Nap Sleep(int64_t ns) { return {this, ns}; }

 private:
  struct Fiber {
    std::coroutine_handle<> root;  // null when the slot is free
    std::coroutine_handle<> leaf;  // where it sleeps
    uint32_t sleep = 0;
  };
  struct Entry {
    int64_t at_ns;
    uint64_t order;
    WakeToken token;
    bool operator>(const Entry& o) const {
      return at_ns != o.at_ns ? at_ns > o.at_ns : order > o.order;
    }
  };
  void FreeIfDone(FiberIndex fiber);

  std::vector<Fiber> fibers_;
  std::vector<FiberIndex> free_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> agenda_;
  int64_t now_ns_ = 0;
  uint64_t order_ = 0;
};

}  // namespace touchline::simulator
