// Timers by themselves: a million clocks that run, over contacts in memory.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/promises.h"
#include "domain/interaction/interaction.h"
#include "pipeline/wake_heap.h"

namespace touchline::bench {
namespace {

constexpr size_t kContacts = 200'000;  // tickets of customers: five clocks each

// A promise with another budget for each target, so that no two timers of a contact coincide.
domain::RuleSet StaggeredPromises() {
  domain::RuleSet rules = Promises();
  auto& targets = rules.policies[0].versions[0].targets;
  for (size_t i = 0; i < targets.size(); ++i) {
    targets[i]->budget = Duration::Hours(40) + Duration::Minutes(5 * static_cast<int64_t>(i));
  }
  return rules;
}

// All contacts just created, asleep until their first timers.
class Sleepers {
 public:
  struct Sleeper {
    EventTime wake;
    std::string key;
    size_t heap_slot = 0;
    domain::Interaction contact;
  };

  Sleepers() : rules_({StaggeredPromises()}, &symbols_) { LieDown(); }

  // Fires what the contact that wakes first has due, and puts it back to sleep.
  void FireNext() {
    if (heap_.empty()) LieDown();
    Sleeper* sleeper = heap_.first();
    heap_.Erase(sleeper);
    const EventTime watermark = sleeper->wake + Duration::Millis(1);
    sleeper->contact.Advance({.rules = rules_, .watermark = watermark}, &out_, &restated_);
    benchmark::DoNotOptimize(out_.data());
    out_.clear();
    LetSleep(sleeper);
  }
  const domain::InteractionState& state(size_t i) const { return sleepers_[i].contact.state(); }
  const domain::RuleBook& rules() const { return rules_; }

 private:
  void LieDown() {
    sleepers_ = std::vector<Sleeper>(kContacts);
    for (size_t i = 0; i < kContacts; ++i) {
      // Neighbours in time are none in memory.
      constexpr size_t kStep = 7919;
      const auto at_ms = 1'767'600'000'000 + static_cast<int64_t>(i * kStep % kContacts);
      domain::Event event{.type = domain::EventType::kTicketCreated};
      event.time_ns = at_ms * 1'000'000;
      sleepers_[i].key = std::to_string(i);
      event.id_hash = HashEventId("/bench/timers", sleepers_[i].key);
      event.queue = "billing";
      sleepers_[i].contact.Add(domain::MakeLogEntry(event, &symbols_), {}, {.rules = rules_},
                               &out_, &restated_);
      out_.clear();
      LetSleep(&sleepers_[i]);
    }
  }
  void LetSleep(Sleeper* sleeper) {
    const EventTime wake = sleeper->contact.NextWake(rules_);
    if (wake == EventTime::Max()) return;
    sleeper->wake = wake;
    heap_.Insert(sleeper);
  }

  domain::SymbolTable symbols_;
  domain::RuleBook rules_;
  std::vector<Sleeper> sleepers_;
  pipeline::WakeHeap<Sleeper> heap_;
  domain::Contributions out_;
  uint64_t restated_ = 0;
};

Sleepers& TheSleepers() {
  static Sleepers sleepers;
  return sleepers;
}

// One timer: the contact that wakes first, what it fires, when it wakes next.
void BM_FireTimer(benchmark::State& state) {
  Sleepers& sleepers = TheSleepers();
  for (auto _ : state) sleepers.FireNext();
}
BENCHMARK(BM_FireTimer);

// The next timer of a contact, as after each of its events: of one over again, which is near, or of
// all in turn, which are not.
void BM_NextTimer(benchmark::State& state) {
  const Sleepers& sleepers = TheSleepers();
  const auto contacts = static_cast<size_t>(state.range(0));
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(domain::NextTimer(sleepers.state(next), sleepers.rules()));
    if (++next == contacts) next = 0;
  }
}
BENCHMARK(BM_NextTimer)->ArgName("contacts")->Arg(1)->Arg(kContacts);

}  // namespace
}  // namespace touchline::bench
