// What may happen to the pipeline, one at a time.

#include <algorithm>

#include "tests/sim/simulation.h"

namespace touchline::sim {
namespace {

constexpr const char* kSteps[] = {"folded", "sealed", "durable", "released", "acknowledged"};

std::string Text(int64_t n) { return std::to_string(n); }
std::string Text(size_t n) { return std::to_string(n); }

}  // namespace

const std::vector<Simulation::Action>& Simulation::Actions() {
  using S = Simulation;
  static const std::vector<Action> actions = {
      {"step", 300, &S::StepWorker},
      {"seal now", 15, &S::SealWorker},
      {"drain", 4, &S::DrainWorker},
      {"complete a commit", 120, &S::CompleteCommit},
      {"persist a commit", 25, &S::PersistCommit},
      {"tell more", 60, &S::TellMore},
      {"tell again", 6, &S::TellAgain},
      {"let time pass", 60, &S::LetTimePass},
      {"let much time pass", 1, &S::LetMuchTimePass},
      {"hold acknowledgements", 4, &S::HoldAcks},
      {"release acknowledgements", 10, &S::ReleaseAcks},
      {"reverse acknowledgements", 4, &S::ReverseAcks},
      {"hold records", 4, &S::HoldRecords},
      {"release records", 8, &S::ReleaseRecords},
      {"deliver records", 12, &S::DeliverRecords},
      {"limit a poll", 10, &S::LimitBatch},
      {"redeliver", 10, &S::Redeliver},
      {"prove ends", 20, &S::ProveEnds},
      {"ask for ends", 10, &S::AskForEnds},
      {"deliver proofs", 12, &S::DeliverProofs},
      {"break the link", 3, &S::BreakLink},
      {"restore the link", 12, &S::RestoreLink},
      {"hear of control", 15, &S::HearControl},
      {"pause", 3, &S::PauseWorker},
      {"resume", 10, &S::ResumeWorker},
      {"kill", 5, &S::KillProcess},
      {"plan a death", 12, &S::PlanDeath},
      {"fail a commit", 3, &S::FailCommit},
      {"fail a producer", 2, &S::FailProducer},
      {"change the rules", 3, &S::ChangeRules},
      {"start", 60, &S::StartProcess},
  };
  return actions;
}

std::string Simulation::StepWorker() {
  const size_t w = AnyWorker();
  if (world_.worker(w) == nullptr) return "step worker " + Text(w) + ": it is down";
  // No waiting: nothing can happen meanwhile in the one thread that there is.
  Guard(world_.process_of(w), [&] { Take(w, world_.worker(w)->worker->Step(Duration())); });
  return "step worker " + Text(w) + (world_.worker(w) == nullptr ? ": it dies" : "");
}

std::string Simulation::SealWorker() {
  const size_t w = AnyWorker();
  if (world_.worker(w) == nullptr) return "seal worker " + Text(w) + ": it is down";
  bool sealed = false;
  Guard(world_.process_of(w), [&] {
    const auto result = world_.worker(w)->worker->SealNow();
    Take(w, result ? Status() : Status(tl::unexpected(result.error())));
    sealed = result && *result;
  });
  return "seal worker " + Text(w) + (sealed ? "" : ": not now");
}

std::string Simulation::DrainWorker() {
  const size_t w = AnyWorker();
  if (world_.worker(w) == nullptr) return "drain worker " + Text(w) + ": it is down";
  Guard(world_.process_of(w), [&] {
    const auto result = world_.worker(w)->worker->Drain();
    Take(w, result ? Status() : Status(tl::unexpected(result.error())));
  });
  return "drain worker " + Text(w);
}

std::string Simulation::CompleteCommit() {
  const size_t p = AnyProcess();
  bool completed = false;
  Guard(p, [&] {
    in_completion_ = true;
    completed = world_.process(p).store.CompleteOne();
  });
  return "complete a commit of process " + Text(p) + (completed ? "" : ": none waits");
}

std::string Simulation::PersistCommit() {
  const size_t p = AnyProcess();
  const bool persisted = world_.process(p).store.PersistOne();
  return "persist a commit of process " + Text(p) + (persisted ? "" : ": none waits");
}

std::string Simulation::TellMore() {
  // So that the whole story fits into the steps, with some of them left.
  const auto records = static_cast<int64_t>(feed_.size());
  int64_t n = 1 + dice_.Below(1 + 30 * records / plan_.steps);
  int64_t told = 0;
  // Strays come hours later, one by one with what else happens then.
  for (; told < n && (!feed_.only_strays() || (moved_on_ && !feed_.empty())); ++told) {
    Append(feed_.Next());
  }
  return "tell " + Text(told) + " more records";
}

std::string Simulation::TellAgain() {
  if (feed_.told() == 0 || told_) return "tell nothing again";
  const auto i = Any(feed_.told());
  Append(feed_.Told(i));
  return "tell record " + Text(i) + " again";
}

std::string Simulation::LetTimePass() {
  const int64_t ms = dice_.OneOf<int64_t>({10, 50, 200, 500, 1100, 3000});
  world_.clock.Advance(Duration::Millis(ms));
  return Text(ms) + " ms pass";
}

std::string Simulation::LetMuchTimePass() {
  const int64_t seconds = 1 + dice_.Below(1200);
  world_.clock.Advance(Duration::Seconds(seconds));
  return Text(seconds) + " s pass";
}

std::string Simulation::HoldAcks() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->sink.HoldAcks();
  return "hold acknowledgements to worker " + Text(w);
}

std::string Simulation::ReleaseAcks() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->sink.ReleaseAcks();
  return "release acknowledgements to worker " + Text(w);
}

std::string Simulation::ReverseAcks() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->sink.AckInReverse();
  return "acknowledge to worker " + Text(w) + " in reverse";
}

std::string Simulation::HoldRecords() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->sink.HoldRecords();
  return "hold the records of worker " + Text(w);
}

std::string Simulation::ReleaseRecords() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->sink.ReleaseRecords();
  return "release the records of worker " + Text(w);
}

std::string Simulation::DeliverRecords() {
  const size_t w = AnyWorker();
  const int64_t n = 1 + dice_.Below(10);
  WorkerLife* life = world_.worker(w);
  if (life != nullptr && world_.log.link_up()) life->sink.Deliver(static_cast<size_t>(n));
  return "deliver " + Text(n) + " records of worker " + Text(w);
}

std::string Simulation::LimitBatch() {
  const size_t w = AnyWorker();
  const auto n = dice_.OneOf<size_t>({1, 3, 10, 100, 1000, 5000});
  if (WorkerLife* life = world_.worker(w)) life->source.LimitBatch(n);
  return "let worker " + Text(w) + " poll " + Text(n) + " records";
}

std::string Simulation::Redeliver() {
  const auto seat = Any(plan_.seats.size());
  WorkerLife* life = world_.worker(plan_.seats[seat].worker);
  if (life == nullptr) return "redeliver to task " + Text(seat) + ": it is down";
  const auto input = static_cast<pipeline::InputIndex>(seat);
  const pipeline::Offset from = dice_.Below(life->source.position(input) + 1);
  life->source.Redeliver(input, from);
  return "redeliver to task " + Text(seat) + " from " + Text(from);
}

std::string Simulation::ProveEnds() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->source.ProveEnds();
  return "prove ends to worker " + Text(w);
}

std::string Simulation::AskForEnds() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->source.AskForEnds();
  return "ask for ends of worker " + Text(w);
}

std::string Simulation::DeliverProofs() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->source.DeliverProofs();
  return "deliver proofs to worker " + Text(w);
}

std::string Simulation::BreakLink() {
  world_.log.BreakLink();
  return "break the link";
}

std::string Simulation::RestoreLink() {
  world_.log.RestoreLink();
  return "restore the link";
}

std::string Simulation::HearControl() {
  const size_t w = AnyWorker();
  if (world_.worker(w) == nullptr) return "control for worker " + Text(w) + ": it is down";
  size_t heard = 0;
  Guard(world_.process_of(w), [&] { heard = TellControl(w); });
  return "control for worker " + Text(w) + ": " + Text(heard) + " notes";
}

std::string Simulation::PauseWorker() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->worker->Pause(true);
  return "pause worker " + Text(w);
}

std::string Simulation::ResumeWorker() {
  const size_t w = AnyWorker();
  if (WorkerLife* life = world_.worker(w)) life->worker->Pause(false);
  return "resume worker " + Text(w);
}

std::string Simulation::KillProcess() {
  const size_t p = AnyProcess();
  const bool was_up = world_.process(p).life != nullptr;
  if (was_up) ++outcome_.happened["death between steps"];
  Die(p);
  return "kill process " + Text(p) + (was_up ? "" : ": it is down");
}

std::string Simulation::PlanDeath() {
  const size_t w = AnyWorker();
  const char* step = kSteps[dice_.Below(std::size(kSteps))];
  const int64_t after = dice_.Below(4);
  if (world_.worker(w) != nullptr) deaths_[w] = Death{.step = step, .after = after};
  return "worker " + Text(w) + " is to die after " + Text(after) + " more times " + step;
}

std::string Simulation::FailCommit() {
  const size_t p = AnyProcess();
  if (world_.process(p).life == nullptr) return "no commit of process " + Text(p) + " to fail";
  world_.process(p).store.FailNextCommit("the disk is gone");
  failing_[p] = true;
  return "the disk of process " + Text(p) + " fails";
}

std::string Simulation::FailProducer() {
  const size_t w = AnyWorker();
  WorkerLife* life = world_.worker(w);
  if (life == nullptr) return "no producer of worker " + Text(w) + " to fail";
  life->sink.Fail("the producer is beyond repair");
  failing_[world_.process_of(w)] = true;
  return "the producer of worker " + Text(w) + " fails";
}

// A new configuration, in force from an instant that neither an event nor a watermark has reached:
// for those who run, either at once or with their next life. A task that has never committed would
// know nothing of the old one.
std::string Simulation::ChangeRules() {
  if (!plan_.new_rules || consumed_.rules.size() > 1) return "the rules stay";
  for (size_t i = 0; i < plan_.seats.size(); ++i) {
    if (ReadPosition(world_.process_of_seat(i).store.rows(), plan_.seats[i].key).next_offset == 0) {
      return "the rules stay for now";
    }
  }
  domain::RuleSet rules = *plan_.new_rules;
  const EventTime now = EventTime::FromMillis(world_.clock.Now().millis());
  rules.effective_from = std::max(latest_told_, now) + Duration::Millis(1);
  consumed_.rules.push_back(rules);
  world_.Configure(rules);
  if (dice_.Percent(50)) {
    const auto shared = std::make_shared<const domain::RuleSet>(std::move(rules));
    for (size_t w = 0; w < plan_.workers(); ++w) {
      if (WorkerLife* life = world_.worker(w)) life->worker->ChangeRules(shared);
    }
    return "the rules change under way";
  }
  for (size_t p = 0; p < plan_.processes(); ++p) Die(p);
  return "the rules change, and every process is stopped";
}

std::string Simulation::StartProcess() {
  const size_t p = AnyProcess();
  if (world_.process(p).life != nullptr) return "start process " + Text(p) + ": it is up";
  Start(p);
  return "start process " + Text(p);
}

}  // namespace touchline::sim
