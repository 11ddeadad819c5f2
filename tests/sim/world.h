#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/json/alert_encoder.h"
#include "adapters/json/cloud_event_decoder.h"
#include "pipeline/control_reader.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"
#include "pipeline/worker.h"
#include "tests/sim/plan.h"
#include "tests/sim/sabotage.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_log.h"
#include "tests/support/fake_sink.h"
#include "tests/support/fake_source.h"
#include "tests/support/fake_store.h"

namespace touchline::sim {

// Thrown by a step hook: the process ends at this very place.
struct Died {};

// One worker with its own source and sink, as long as its process lives.
struct WorkerLife {
  WorkerLife(test::FakeLog* log, const test::FakeClock* clock, test::FakeStore* store,
             std::vector<test::FakeInput> inputs, Mischief* mischief,
             BreakingCommitter::Watch watch)
      : sink(log),
        source(log, clock, std::move(inputs)),
        control_source(log, clock,
                       {{.input = 0, .topic = std::string(kControl), .partition = 0, .start = 0}}),
        control(&control_source),
        skipping(&source, mischief),
        dropping(&sink, mischief),
        committer(store, mischief, std::move(watch)) {}
  test::FakeSink sink;
  test::FakeSource source;
  test::FakeSource control_source;  // as if each worker had its own reader
  pipeline::ControlReader control;
  SkippingSource skipping;
  DroppingSink dropping;
  BreakingCommitter committer;
  std::unique_ptr<pipeline::Worker> worker;
};

// What a crash takes away.
struct Life {
  pipeline::PublishedLedger published;
  pipeline::ProcessStats stats;
  std::vector<std::unique_ptr<json::CloudEventDecoder>> decoders;
  std::vector<std::unique_ptr<WorkerLife>> workers;  // by worker; nullptr: another process's
};

// A process and the disk that outlives it.
struct Process {
  test::FakeStore store;
  // What has been called durable: all that may be seen from outside.
  test::FakeStore::Rows released;
  uint64_t releases = 0;
  std::unique_ptr<Life> life;  // nullptr: down
};

// The log, the clock, and the processes of a plan. Commits always wait to be completed by hand.
class World {
 public:
  using StepHook = std::function<void(size_t worker, const char* step)>;

  World(const Plan& plan, StepHook hook);

  // A new life on the old disk. REQUIRES: the process is down.
  Status Start(size_t process);
  // Of what each sink had queued, the oldest `delivered` still get out.
  void Kill(size_t process, size_t delivered);

  Process& process(size_t p) { return *processes_[p]; }
  const Process& process(size_t p) const { return *processes_[p]; }
  // The story's input that an interactions task is told.
  size_t told_of(const Seat& seat) const {
    return seat.input / static_cast<size_t>(plan_.partitions);
  }
  size_t process_of(size_t worker) const { return plan_.process_of_worker[worker]; }
  // nullptr while its process is down.
  WorkerLife* worker(size_t w);
  // nullptr while its process is down.
  pipeline::Task* task(size_t seat);
  // Where the task's durable rows are.
  const Process& process_of_seat(size_t seat) const {
    return process(process_of(plan_.seats[seat].worker));
  }

  // From the next start of a process on.
  void Configure(domain::RuleSet rules) { rules_ = std::move(rules); }

  const Plan& plan() const { return plan_; }
  test::FakeLog log;
  test::FakeClock clock;
  Mischief mischief;

 private:
  std::unique_ptr<pipeline::Task> MakeTask(size_t seat, Process* process,
                                           json::CloudEventDecoder* decoder);

  const Plan& plan_;
  StepHook hook_;
  json::AlertEncoder alerts_;
  domain::RuleSet rules_;
  std::vector<std::string> upstream_;  // the names of all interactions tasks
  std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace touchline::sim
