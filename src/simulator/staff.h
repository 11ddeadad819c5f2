#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "simulator/options.h"
#include "simulator/random.h"
#include "simulator/scheduler.h"

namespace touchline::simulator {

using AgentIndex = uint32_t;
using QueueIndex = uint16_t;

// What an agent sits at: one call at a time, or up to three chats. Tickets are worked between.
enum class Desk : uint8_t { kCalls, kChats };

struct Agent {
  std::string id;
  std::string team;
  uint16_t partner = 0;
  Desk desk = Desk::kCalls;
  uint8_t shift_start_hour = 8;  // eight hours, UTC
  uint8_t first_free_day = 5;    // and the next; 0 is Monday
  std::vector<QueueIndex> skills;  // all of one partner

  bool on_shift = false;
  bool resting = false;  // sent away for a moment after an offer that he did not take
  uint8_t load = 0;      // contacts held
  std::vector<uint8_t> listed;  // per skill: stands in that queue's list of idle agents
};

// The queues and the people who serve them: who is free, who waits, who gets whom. A contact that
// waits gets the first agent with the skill who becomes free, the longest waiting first; an agent
// who is free is offered in the order in which they became so.
class Staff {
 public:
  Staff(const SimulatorOptions& options, Scheduler* scheduler);

  size_t queue_count() const { return queues_.size(); }
  const std::string& queue_name(QueueIndex q) const { return queues_[q].name; }
  uint16_t partner_of(QueueIndex q) const { return queues_[q].partner; }
  const std::string& partner_name(uint16_t p) const { return partners_[p]; }
  size_t partner_count() const { return partners_.size(); }
  const Agent& agent(AgentIndex a) const { return agents_[a]; }
  size_t agent_count() const { return agents_.size(); }

  // The agents' shifts; to be started once, before any contact. `week_ns`: how long the first week
  // has already lasted, from Monday 00:00 UTC, when the simulation starts.
  void StartShifts(int64_t week_ns);

  // Nobody with that desk and skill is on shift.
  bool Closed(QueueIndex q, Desk desk) const { return queues_[q].on_shift[Index(desk)] == 0; }
  size_t OnShift(QueueIndex q, Desk desk) const { return queues_[q].on_shift[Index(desk)]; }
  // An upper bound: includes some who have just given up.
  size_t Waiting(QueueIndex q, Desk desk) const { return queues_[q].waiting[Index(desk)].size(); }

  class [[nodiscard]] AgentWait {
   public:
    AgentWait(Staff* staff, QueueIndex queue, Desk desk, int64_t patience_ns)
        : staff_(staff), queue_(queue), desk_(desk), patience_ns_(patience_ns) {}
    bool await_ready() {
      agent_ = staff_->TryTake(queue_, desk_);
      return agent_.has_value();
    }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> h) {
      const WakeToken token = staff_->scheduler_->Park(h.promise().fiber, h);
      staff_->Enqueue(queue_, desk_, {token, staff_->scheduler_->now_ns(), &agent_});
      staff_->scheduler_->WakeAt(token, staff_->scheduler_->now_ns() + patience_ns_);
    }
    std::optional<AgentIndex> await_resume() const { return agent_; }

   private:
    Staff* staff_;
    QueueIndex queue_;
    Desk desk_;
    int64_t patience_ns_;
    std::optional<AgentIndex> agent_;
  };
  // co_await staff.Wait(...): the agent, who then holds the contact until Release; nullopt when
  // `patience_ns` has passed first.
  AgentWait Wait(QueueIndex q, Desk desk, int64_t patience_ns) {
    return {this, q, desk, patience_ns};
  }
  // The agent who has been free longest, if there is one and nobody waits.
  std::optional<AgentIndex> TryTake(QueueIndex q, Desk desk);
  // This very agent, if free.
  bool TryTakeAgent(AgentIndex a);
  void Release(AgentIndex a);
  // The agent gets nothing for a while; keeps what he holds.
  void Rest(AgentIndex a, int64_t ns);

  // Somebody with the skill, of either desk, who is on shift now; for work in the background.
  std::optional<AgentIndex> AnyOnShift(QueueIndex q, Random* random) const;
  // Anybody with the skill and the desk, on shift, other than `but`; he may be busy.
  std::optional<AgentIndex> Colleague(QueueIndex q, Desk desk, AgentIndex but,
                                      Random* random) const;

 private:
  static constexpr size_t kDesks = 2;
  static size_t Index(Desk desk) { return static_cast<size_t>(desk); }
  struct Waiter {
    WakeToken token;
    int64_t since_ns;
    std::optional<AgentIndex>* agent;  // in the sleeping story's frame; valid while not stale
  };
  struct Queue {
    std::string name;
    uint16_t partner = 0;
    std::deque<Waiter> waiting[kDesks];
    std::deque<AgentIndex> idle[kDesks];
    uint32_t on_shift[kDesks] = {0, 0};
    std::vector<AgentIndex> members;
  };

  void MakeQueues(const SimulatorOptions& options);
  void MakeAgents(const SimulatorOptions& options);
  Task<> Shifts(AgentIndex a, int64_t week_ns);
  Task<> ComeBack(AgentIndex a, int64_t ns);
  void SetOnShift(AgentIndex a, bool on_shift);
  bool Free(const Agent& a) const;
  void Enqueue(QueueIndex q, Desk desk, Waiter waiter);
  // Gives the agent to whoever waits longest at one of his queues, or lists him as idle.
  void Offer(AgentIndex a);

  Scheduler* scheduler_;
  std::vector<std::string> partners_;
  std::vector<Queue> queues_;
  std::vector<Agent> agents_;
};

// How many agents such a load needs, all shifts together, to answer most contacts in time.
uint32_t AgentsNeeded(const SimulatorOptions& options);

// The rate of arrivals in an hour of the centre's week as a multiple of the weekdays' mean; hour 0
// begins on Monday at 00:00 UTC. REQUIRES: 0 <= hour_of_week < 168.
double ArrivalFactor(int hour_of_week);
double MaxArrivalFactor();

}  // namespace touchline::simulator
