#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/property/case.h"
#include "tests/sim/audit.h"
#include "tests/sim/feed.h"
#include "tests/sim/plan.h"
#include "tests/sim/world.h"

namespace touchline::sim {

// How a simulation went.
struct Outcome {
  std::string failure;  // empty: all was well; else for people, with how to run it again
  bool sabotaged = false;  // the part that was to break did so
  uint64_t trace = 0;   // a hash of every action, of what it did, and of what is durable at the end
  int64_t actions = 0;
  std::map<std::string, int64_t> happened;  // how often what was done, deaths by step among them
  bool ok() const { return failure.empty(); }
};

// One seed's life: a story is told to the pipeline while a scheduler, driven by the seed, chooses
// what happens next; in the end everything comes to rest, time is moved on, and every durable value
// is compared with the naive model's. Single-threaded; the same plan gives the same trace.
class Simulation {
 public:
  explicit Simulation(const Plan& plan);
  Outcome Run();

 private:
  struct Action {
    const char* name;
    int64_t weight;
    std::string (Simulation::*run)();  // says what it did
  };
  static const std::vector<Action>& Actions();

  // The frame of the story.
  void Act(int64_t times);
  bool Settle();
  void CompareWithModel(const char* when);
  void MoveTimeOn(Duration by);
  void CheckDeadLetters();
  // Of forgotten customers, who did not come again, no row has the name.
  void CheckForgotten(const naive::ModelResult& model);
  property::Published ReadDurable() const;

  // What may happen. Each returns what it did, in a few words.
  std::string StepWorker();
  std::string SealWorker();
  std::string DrainWorker();
  std::string CompleteCommit();
  std::string PersistCommit();
  std::string TellMore();
  std::string TellAgain();
  std::string LetTimePass();
  std::string LetMuchTimePass();
  std::string HoldAcks();
  std::string ReleaseAcks();
  std::string ReverseAcks();
  std::string HoldRecords();
  std::string ReleaseRecords();
  std::string DeliverRecords();
  std::string LimitBatch();
  std::string Redeliver();
  std::string ProveEnds();
  std::string AskForEnds();
  std::string DeliverProofs();
  std::string BreakLink();
  std::string RestoreLink();
  std::string HearControl();
  std::string PauseWorker();
  std::string ResumeWorker();
  std::string KillProcess();
  std::string PlanDeath();
  std::string FailCommit();
  std::string FailProducer();
  std::string ChangeRules();
  std::string StartProcess();

  void Hook(size_t worker, const char* step);
  // Runs what may meet a death: the process then goes down, and the world goes on.
  void Guard(size_t process, const std::function<void()>& what);
  void Take(size_t worker, const Status& status);
  // Tells the worker what the control topic says; returns how many notes there were.
  size_t TellControl(size_t worker);
  void Die(size_t process);
  bool Start(size_t process);
  size_t Any(size_t n) { return static_cast<size_t>(dice_.Below(static_cast<int64_t>(n))); }
  size_t AnyWorker() { return Any(plan_.workers()); }
  size_t AnyProcess() { return Any(plan_.processes()); }
  void Append(const FeedRecord& record);
  bool AtRest();
  void Note(const std::string& action);
  void Fail(const std::string& why);
  bool failed() const { return !outcome_.failure.empty(); }

  const Plan& plan_;
  property::Dice dice_;
  World world_;
  Audit audit_;
  Feed feed_;
  property::Case consumed_;  // the story as it stands in the log, partition by partition
  // Records that must become dead letters, with their reasons.
  Audit::DeadLetters poison_;
  std::deque<std::string> last_actions_;
  struct Death {
    std::string step;
    int64_t after = 0;
  };
  std::vector<std::optional<Death>> deaths_;  // by worker
  std::vector<bool> failing_;  // by process: something has broken that it must not survive
  EventTime latest_told_ = EventTime::Min();
  bool in_completion_ = false;
  bool calm_ = false;  // hooks leave everything alone
  bool moved_on_ = false;  // hours have passed since the story
  bool told_ = false;      // nothing is told any more
  uint64_t heartbeats_ = 0;
  Outcome outcome_;
};

}  // namespace touchline::sim
