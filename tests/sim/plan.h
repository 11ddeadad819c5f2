#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/keys.h"
#include "pipeline/worker.h"
#include "tests/property/case.h"

namespace touchline::sim {

// A part that breaks its promise on purpose. The simulation must notice each of them.
enum class Sabotage : uint8_t {
  kNone,
  kDropFact,     // a sink acknowledges one contact fact that it never wrote
  kTearBatch,    // a store keeps half of one batch, and the process dies
  kLoseBatch,    // a store calls one batch durable that it never wrote, and the process dies
  kSkipRecord,   // a source leaves out one record
};
const char* Name(Sabotage sabotage);

// Where one task runs. The task's input index is its place in Plan::seats.
struct Seat {
  pipeline::TaskKey key;
  std::string topic;
  int32_t partition = 0;
  size_t input = 0;  // into World::inputs, of interactions
  size_t worker = 0;
};

// Everything that the seed decides before the first step.
struct Plan {
  uint64_t seed = 0;
  Sabotage sabotage = Sabotage::kNone;
  property::Case story;
  size_t most_records = 0;  // of the story, the first ones
  size_t stray = 0;         // every so many'th is told hours later
  // In force from some moment of the story on, once the configuration has been changed.
  std::optional<domain::RuleSet> new_rules;
  int32_t partitions = 1;           // of each event topic
  int32_t contacts_partitions = 1;  // of touchline.contacts
  size_t swept_at_once = 1024;      // as InteractionsOptions
  std::vector<Seat> seats;
  std::vector<size_t> process_of_worker;  // ascending from 0
  pipeline::WorkerOptions worker;
  size_t sink_queue = 100'000;
  int64_t steps = 0;  // of the scheduler, before everything may come to rest

  size_t processes() const { return process_of_worker.back() + 1; }
  size_t workers() const { return process_of_worker.size(); }
};

Plan MakePlan(uint64_t seed, Sabotage sabotage = Sabotage::kNone);
// For people: one line.
std::string Describe(const Plan& plan);

inline constexpr std::string_view kContacts = "touchline.contacts";
inline constexpr std::string_view kDeadLetters = "touchline.dead-letters";
inline constexpr std::string_view kAlerts = "touchline.alerts";
inline constexpr std::string_view kControl = "touchline.control";
inline constexpr std::string_view kContactsAlias = "contacts";

}  // namespace touchline::sim
