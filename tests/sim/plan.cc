#include "tests/sim/plan.h"

#include <utility>

namespace touchline::sim {
namespace {

void ChooseWorker(property::Dice* dice, pipeline::WorkerOptions* options) {
  options->commit_interval = Duration::Millis(dice->OneOf<int64_t>({0, 50, 200, 1000}));
  options->max_commit_interval = Duration::Millis(dice->OneOf<int64_t>({200, 2000}));
  // Most lives have a cache that keeps next to nothing, so that eviction happens all the time.
  options->cache_bytes = dice->OneOf<size_t>({0, 0, 4096, 65'536, size_t{64} << 20});
  options->max_dirty_bytes = dice->OneOf<size_t>({2000, 20'000, size_t{64} << 20});
  // What must wait for the disk must not wait for ever: see Worker::MustWait.
  options->max_outbox_bytes = dice->OneOf<size_t>({1, 4000, 200'000, size_t{32} << 20});
}

// Other limits, and the promises of `later`.
domain::RuleSet Changed(domain::RuleSet rules, const domain::RuleSet& later) {
  rules.calendars = later.calendars;
  rules.policies = later.policies;
  rules.agents = later.agents;
  rules.default_queue.answer_threshold = rules.default_queue.answer_threshold * 2;
  rules.default_queue.business_calendar = later.default_queue.business_calendar;
  rules.queues["billing"].short_abandon = Duration::Seconds(30);
  rules.reap_call_after = rules.reap_call_after * 2;
  rules.reap_chat_after = rules.reap_chat_after / 2;
  rules.silent_abandon_after = rules.silent_abandon_after * 2;
  rules.journey_quiet_period = rules.journey_quiet_period * 2;
  rules.effort.transfer_milli += 500;
  return rules;
}

// All that is told of a kind is told of one contact, whose log then has chunks.
void TellOfOneContact(property::Case* story) {
  story->knobs += ", all of one contact";
  for (naive::InputLog& input : story->inputs) {
    for (naive::Consumed& record : input.records) {
      domain::Event event = record.event.view();
      if (!domain::KindOf(event.type)) continue;
      event.subject = "c0";
      record.event = naive::LoggedEvent(event);
    }
  }
}

void PlaceTasks(property::Dice* dice, Plan* plan) {
  uint16_t number = 0;
  const auto seat = [&](pipeline::StageId stage, std::string topic, int32_t partition,
                        size_t input) {
    const auto worker = static_cast<size_t>(dice->Below(static_cast<int64_t>(plan->workers())));
    plan->seats.push_back({.key = {.stage = stage, .number = ++number},
                           .topic = std::move(topic),
                           .partition = partition,
                           .input = input,
                           .worker = worker});
  };
  size_t input = 0;
  for (const naive::InputLog& told : plan->story.inputs) {
    for (int32_t p = 0; p < plan->partitions; ++p) {
      seat(pipeline::StageId::kInteractions, "support." + told.alias, p, input++);
    }
  }
  for (int32_t p = 0; p < plan->contacts_partitions; ++p) {
    seat(pipeline::StageId::kJourneys, std::string(kContacts), p, 0);
  }
}

}  // namespace

const char* Name(Sabotage sabotage) {
  switch (sabotage) {
    case Sabotage::kNone:
      return "none";
    case Sabotage::kDropFact:
      return "a sink that drops a fact";
    case Sabotage::kTearBatch:
      return "a store that tears a batch";
    case Sabotage::kLoseBatch:
      return "a store that loses a batch";
    case Sabotage::kSkipRecord:
      return "a source that skips a record";
  }
  return "?";
}

Plan MakePlan(uint64_t seed, Sabotage sabotage) {
  property::Dice dice(seed ^ 0x51D0C0DEu);
  Plan plan;
  plan.seed = seed;
  plan.sabotage = sabotage;
  plan.story = dice.Percent(70) ? property::WildCase(seed) : property::SimulatedCase(seed);
  if (plan.story.name == "wild" && dice.Percent(20)) TellOfOneContact(&plan.story);
  plan.most_records = dice.OneOf<size_t>({500, 1000, 2500});
  plan.stray = dice.OneOf<size_t>({10, 50, 1'000'000});
  if (dice.Percent(50)) {
    plan.new_rules = Changed(plan.story.rules.front(), plan.story.rules.back());
  }
  plan.story.rules.resize(1);  // another one is in force once the configuration has been changed
  plan.partitions = static_cast<int32_t>(1 + dice.Below(2));
  plan.contacts_partitions = static_cast<int32_t>(1 + dice.Below(3));
  const int64_t workers = 1 + dice.Below(3);
  plan.process_of_worker.push_back(0);
  for (int64_t w = 1; w < workers; ++w) {
    plan.process_of_worker.push_back(plan.process_of_worker.back() + (dice.Percent(50) ? 1 : 0));
  }
  ChooseWorker(&dice, &plan.worker);
  plan.sink_queue = dice.OneOf<size_t>({1, 10, 100'000});
  plan.steps = 200 + dice.Below(1000);
  PlaceTasks(&dice, &plan);
  plan.swept_at_once = dice.OneOf<size_t>({1, 3, 1024});
  return plan;
}

std::string Describe(const Plan& plan) {
  const auto text = [](auto n) { return std::to_string(n); };
  return plan.story.name + " story (" + plan.story.knobs + "), at most " +
         text(plan.most_records) + " records, " + text(plan.partitions) +
         " partitions, " + text(plan.contacts_partitions) + " of contacts, " +
         text(plan.workers()) + " workers in " + text(plan.processes()) + " processes, cache " +
         text(plan.worker.cache_bytes) + " B, dirty " + text(plan.worker.max_dirty_bytes) +
         " B, rules " + (plan.new_rules ? "change" : "stay") + ", commits every " +
         text(plan.worker.commit_interval.millis()) + " ms, outbox " +
         text(plan.worker.max_outbox_bytes) + " B, sink queue " + text(plan.sink_queue) +
         ", walks of " + text(plan.swept_at_once) + " contacts at once";
}

}  // namespace touchline::sim
