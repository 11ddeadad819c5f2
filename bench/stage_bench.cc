// The steps of a commit cycle, each by itself, over both stages with 10 000 contacts open.

#include <benchmark/benchmark.h>

#include "bench/fed_stages.h"
#include "bench/promises.h"
#include "pipeline/keys.h"

namespace touchline::bench {
namespace {

constexpr uint32_t kOpenContacts = 10'000;

// The rest of a cycle, untimed.
void Finish(const Sealed& sealed, FedStages* stages) {
  stages->Commit(sealed);
  stages->Apply(sealed);
  stages->Forward();
}

// One pair of stages for all, with nothing left of what was measured before.
FedStages& TheStages() {
  static FedStages stages(kOpenContacts);
  Finish(stages.Seal(), &stages);
  return stages;
}

// Of the same contacts, with a clock for each target that their kinds have.
FedStages& StagesWithClocks() {
  static FedStages stages(kOpenContacts, Promises());
  Finish(stages.Seal(), &stages);
  return stages;
}

benchmark::Counter PerItem(int64_t items) {
  return {static_cast<double>(items),
          benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert};
}

// What a commit holds: rows, entities among them, bytes.
void Describe(const Sealed& sealed, benchmark::State* state) {
  int64_t entities = 0;
  constexpr size_t kTableAt = 3;  // after the stage and the task's number
  for (size_t i = 0; i < sealed.batch->size(); ++i) {
    const auto row = sealed.batch->row(i);
    entities += row.key[kTableAt] == static_cast<char>(pipeline::Table::kEntities);
  }
  state->counters["entities"] = static_cast<double>(entities);
  state->counters["rows"] = static_cast<double>(sealed.batch->size());
  state->counters["bytes"] = static_cast<double>(sealed.batch->bytes());
}

// Through the real task: decoded, found in the cache, folded, counted in the ledger.
void BM_ProcessInOrder(benchmark::State& state) {
  const auto events = static_cast<size_t>(state.range(0));
  FedStages& stages = state.range(1) != 0 ? StagesWithClocks() : TheStages();
  for (auto _ : state) {
    state.PauseTiming();
    stages.Draw(events);
    state.ResumeTiming();
    stages.Fold();
    state.PauseTiming();
    Finish(stages.Seal(), &stages);
    state.ResumeTiming();
  }
  state.counters["per_event"] = PerItem(state.range(0));
}
BENCHMARK(BM_ProcessInOrder)
    ->ArgNames({"events", "clocks"})
    ->Args({10'000, 0})
    ->Args({10'000, 1})
    ->Unit(benchmark::kMillisecond);

// Both stages' changed entities, totals and outbox, after so many events.
void BM_Seal(benchmark::State& state) {
  const auto events = static_cast<size_t>(state.range(0));
  FedStages& stages = TheStages();
  Sealed sealed;
  for (auto _ : state) {
    state.PauseTiming();
    stages.Draw(events);
    stages.Fold();
    state.ResumeTiming();
    sealed = stages.Seal();
    state.PauseTiming();
    Finish(sealed, &stages);
    state.ResumeTiming();
  }
  Describe(sealed, &state);
}
BENCHMARK(BM_Seal)
    ->ArgName("events")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);

// As one synced WriteBatch.
void BM_Commit(benchmark::State& state) {
  const auto events = static_cast<size_t>(state.range(0));
  FedStages& stages = TheStages();
  Sealed sealed;
  for (auto _ : state) {
    state.PauseTiming();
    stages.Draw(events);
    stages.Fold();
    sealed = stages.Seal();
    state.ResumeTiming();
    stages.Commit(sealed);
    state.PauseTiming();
    stages.Apply(sealed);
    stages.Forward();
    state.ResumeTiming();
  }
  Describe(sealed, &state);
}
BENCHMARK(BM_Commit)
    ->ArgName("events")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// What a commit changed, added to what readers see.
void BM_PublishedApply(benchmark::State& state) {
  const auto events = static_cast<size_t>(state.range(0));
  FedStages& stages = TheStages();
  size_t rows = 0;
  for (auto _ : state) {
    state.PauseTiming();
    stages.Draw(events);
    stages.Fold();
    const Sealed sealed = stages.Seal();
    stages.Commit(sealed);
    rows = sealed.release.rows.size();
    state.ResumeTiming();
    stages.Apply(sealed);
    state.PauseTiming();
    stages.Forward();
    state.ResumeTiming();
  }
  state.counters["rows"] = static_cast<double>(rows);
}
BENCHMARK(BM_PublishedApply)->ArgName("events")->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace touchline::bench
