// One event, or one contact, at a time: decoding, folding, folding anew, facts.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "adapters/json/cloud_event_encoder.h"
#include "bench/promises.h"
#include "domain/interaction/interaction.h"
#include "simulator/bench_feed.h"

namespace touchline::bench {
namespace {

using domain::Interaction;
using domain::LogEntry;
using simulator::BenchFeed;

std::vector<simulator::SimulatedRecord> Records(uint64_t contacts, uint32_t open) {
  simulator::BenchFeedOptions options;
  options.contacts = contacts;
  options.open_contacts = open;
  BenchFeed feed(options);
  std::vector<simulator::SimulatedRecord> records;
  for (simulator::SimulatedRecord r; feed.Next(&r);) records.push_back(r);
  return records;
}

void BM_Decode(benchmark::State& state) {
  std::vector<std::string> texts;
  size_t bytes = 0;
  for (const auto& record : Records(300, 300)) {
    json::AppendStructured(record.event.view(), &texts.emplace_back());
    bytes += texts.back().size();
  }
  json::CloudEventDecoder decoder;
  domain::Event event;
  pipeline::DecodeError error;
  size_t next = 0, good = 0;
  for (auto _ : state) {
    good += decoder.Decode({.payload = texts[next]}, &event, &error) ==
            pipeline::DecodeStatus::kEvent;
    benchmark::DoNotOptimize(event);
    if (++next == texts.size()) next = 0;
  }
  if (good != static_cast<size_t>(state.iterations())) state.SkipWithError("an event is rejected");
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(texts.size());
}
BENCHMARK(BM_Decode);

// The rules of all instants, and the texts of all contacts.
struct Ground {
  domain::SymbolTable symbols;
  domain::RuleBook rules;
  explicit Ground(domain::RuleSet set = {}) : rules({std::move(set)}, &symbols) {}
};

// Contacts' logs, one after the other, each in its order.
std::vector<LogEntry> Entries(uint64_t contacts, Ground* ground) {
  std::vector<LogEntry> entries;
  for (const auto& record : Records(contacts, 1)) {
    entries.push_back(domain::MakeLogEntry(record.event.view(), &ground->symbols));
  }
  return entries;
}

// The fold alone: no task, no ledger. Each contact from its first event to its last; with a clock
// for every target that its kind has, or with none.
void BM_FoldInOrder(benchmark::State& state) {
  Ground ground(state.range(0) != 0 ? Promises() : domain::RuleSet());
  const std::vector<LogEntry> entries = Entries(300, &ground);
  domain::Contributions out;
  uint64_t restated = 0;
  Interaction contact;
  size_t next = 0;
  for (auto _ : state) {
    if (next % BenchFeed::kEventsPerContact == 0) contact = Interaction();
    const LogEntry& entry = entries[next];
    contact.Add(entry, {}, {.rules = ground.rules, .watermark = entry.time()}, &out, &restated);
    benchmark::DoNotOptimize(out.data());
    out.clear();
    if (++next == entries.size()) next = 0;
  }
}
BENCHMARK(BM_FoldInOrder)->ArgName("clocks")->Arg(0)->Arg(1);

// A chat whose log has `size` entries, and then misses the one before the last.
LogEntry ChatLine(size_t i, Ground* ground) {
  domain::Event e{.type = domain::EventType::kChatMessage};
  if (i == 0) e.type = domain::EventType::kChatStarted;
  if (i == 1) e.type = domain::EventType::kChatQueued;
  if (i == 2) e.type = domain::EventType::kChatJoined;
  e.time_ns = (1'767'600'000'000 + static_cast<int64_t>(i) * 1000) * 1'000'000;
  const std::string id = std::to_string(i);
  e.id_hash = HashEventId("/bench/refold", id);
  if (i == 1) e.queue = "billing";
  if (i >= 2) e.agent = "agent-1000";
  if (i > 2) e.author = i % 2 == 0 ? domain::Party::kAgent : domain::Party::kCustomer;
  return domain::MakeLogEntry(e, &ground->symbols);
}

void BM_RefoldOne(benchmark::State& state) {
  Ground ground;
  const auto size = static_cast<size_t>(state.range(0));
  std::vector<LogEntry> log;
  for (size_t i = 0; i <= size; ++i) log.push_back(ChatLine(i, &ground));
  const LogEntry missing = log[size - 1];
  log.erase(log.end() - 2);

  // Base limit Min(): the log stays whole, whatever it holds.
  const domain::FoldContext context = {.rules = ground.rules};
  domain::Contributions out;
  uint64_t restated = 0;
  std::vector<Interaction> contacts(std::max(size_t{1}, 4096 / size));
  size_t next = contacts.size();
  for (auto _ : state) {
    if (next == contacts.size()) {
      state.PauseTiming();
      for (Interaction& contact : contacts) {
        contact = Interaction();
        for (const LogEntry& entry : log) contact.Add(entry, {}, context, &out, &restated);
        out.clear();
      }
      next = 0;
      state.ResumeTiming();
    }
    contacts[next++].Add(missing, {}, context, &out, &restated);
    benchmark::DoNotOptimize(out.data());
    out.clear();
  }
}
BENCHMARK(BM_RefoldOne)->ArgName("log")->Arg(8)->Arg(32)->Arg(256)->Arg(2048);

// Facts of contacts in the midst of their lives: the first ones, which all are sent, and again when
// nothing that they tell has changed.
void BM_TakeFacts(benchmark::State& state) {
  Ground ground;
  const bool changed = state.range(0) != 0;
  constexpr size_t kContacts = 600;
  const std::vector<LogEntry> entries = Entries(kContacts, &ground);
  const domain::FoldContext context = {.rules = ground.rules};
  domain::Contributions out;
  uint64_t restated = 0, birth = 0;
  std::vector<Interaction> contacts(kContacts);
  const auto fold_all = [&] {
    for (size_t i = 0; i < kContacts; ++i) {
      contacts[i] = Interaction();
      for (size_t k = 0; k < BenchFeed::kEventsPerContact / 2; ++k) {
        contacts[i].Add(entries[i * BenchFeed::kEventsPerContact + k], "cust-000000001", context,
                        &out, &restated);
      }
      out.clear();
    }
  };
  std::vector<domain::ContactFact> facts;
  const auto take = [&](size_t i) {
    facts.clear();
    contacts[i].TakeFacts("call-bench-000000001", ++birth, ground.symbols, &facts);
    benchmark::DoNotOptimize(facts.data());
  };
  fold_all();
  for (size_t i = 0; !changed && i < kContacts; ++i) take(i);
  size_t next = 0, given = 0;
  for (auto _ : state) {
    take(next);
    given += facts.size();
    if (++next < kContacts) continue;
    next = 0;
    if (!changed) continue;
    state.PauseTiming();
    fold_all();
    state.ResumeTiming();
  }
  if (given != (changed ? static_cast<size_t>(state.iterations()) : 0)) {
    state.SkipWithError("other facts than expected");
  }
}
BENCHMARK(BM_TakeFacts)->ArgName("changed")->Arg(1)->Arg(0);

}  // namespace
}  // namespace touchline::bench
