#include <algorithm>

#include "simulator/simulator.h"
#include "simulator/source.h"
#include "tests/property/case.h"
#include "tests/property/promises.h"

namespace touchline::property {
namespace {

using domain::ApplyResult;
using domain::Kind;
using naive::Consumed;
using naive::InputLog;
using simulator::RecordWhat;

simulator::SimulatorOptions ChooseOptions(uint64_t seed, Dice* dice) {
  simulator::SimulatorOptions options;
  options.seed = seed;
  options.length = Duration::Minutes(dice->OneOf<int64_t>({30, 120, 300}));
  options.cut_at_length = dice->Percent(50);
  options.pace = dice->OneOf<double>({1, 10, 60});
  options.contacts_per_hour = 60 / options.pace * static_cast<double>(1 + dice->Below(6));
  options.customers = static_cast<uint32_t>(20 + dice->Below(200));
  options.queues = 4;
  options.partners = 2;
  options.behaviour.silent = 0.2;
  options.behaviour.reopen = 0.3;
  options.behaviour.transfer = 0.3;
  options.behaviour.repeat = 0.7;
  options.behaviour.forgotten = dice->OneOf<double>({0, 0.02, 0.1});
  options.delivery = simulator::DeliveryKnobs::Rough();
  options.delivery.duplicate_share = 0.1;
  options.delivery.late_share = 0.1;
  options.delivery.missing_end_share = 0.2;
  options.delivery.late_max = Duration::Minutes(dice->OneOf<int64_t>({10, 90, 400}));
  options.delivery.poison_share = 0.02;
  options.delivery.unknown_type_share = 0.02;
  if (dice->Percent(30)) options.delivery.heartbeat_every = Duration::Minutes(1);
  return options;
}

// Timers fall due within the story, so that late events find them fired.
domain::RuleSet ChooseRules(double pace, Dice* dice) {
  const auto paced = [pace](int64_t seconds) {
    return Duration::Millis(static_cast<int64_t>(static_cast<double>(seconds) * 1000 / pace));
  };
  domain::RuleSet rules;
  rules.default_queue.answer_threshold = paced(20);
  rules.default_queue.short_abandon = paced(5);
  rules.reap_call_after = paced(1800);
  rules.reap_chat_after = paced(dice->OneOf<int64_t>({1800, 7200}));
  rules.reopen_window = paced(dice->OneOf<int64_t>({3600, 86'400}));
  rules.silent_abandon_after = paced(300);
  rules.journey_quiet_period = paced(dice->OneOf<int64_t>({1800, 86'400}));
  return rules;
}

}  // namespace

Case SimulatedCase(uint64_t seed) {
  Dice dice(seed);
  const simulator::SimulatorOptions options = ChooseOptions(seed, &dice);
  Case c{.name = "simulated", .seed = seed, .rules = {ChooseRules(options.pace, &dice)}};
  for (const Kind kind : {Kind::kCall, Kind::kChat, Kind::kTicket}) {
    c.inputs.push_back({.alias = std::string(domain::Name(kind)) + "s",
                        .partners = {simulator::PartnerName(0), simulator::PartnerName(1)}});
  }
  simulator::Simulator simulator(options);
  simulator::SimulatedRecord record;
  EventTime last;
  while (simulator.Next(&record)) {
    Consumed consumed{.consumed_at = WallTime::FromMillis(record.emitted_at.millis())};
    const bool unknown = record.what == RecordWhat::kUnknownType;
    if (unknown || record.what == RecordWhat::kPoison) {
      consumed.read = unknown ? ApplyResult::kIgnoredUnknownType : ApplyResult::kRejected;
      if (!unknown) consumed.reason = *record.reject_reason;
      consumed.key = record.key;
      consumed.raw = record.raw;
    } else {
      consumed.event = record.event;
    }
    c.inputs[static_cast<size_t>(record.topic)].records.push_back(std::move(consumed));
    last = record.emitted_at;
  }
  if (dice.Percent(70)) {
    c.proved_at = WallTime::FromMillis(last.millis() + dice.Below(100'000'000));
  }
  c.knobs = std::to_string(options.length->millis() / 60'000) + " min at pace " +
            std::to_string(static_cast<int>(options.pace)) + ", late by up to " +
            std::to_string(options.delivery.late_max.millis() / 60'000) + " min";
  AddPromises(&c, &dice);
  return c;
}

}  // namespace touchline::property
