#include "tests/property/pipeline_run.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "adapters/json/cloud_event_encoder.h"
#include "tests/support/pipeline_driver.h"

namespace touchline::property {
namespace {

using naive::Consumed;
using naive::InputLog;

void Check(const Status& status) {
  if (status) return;
  std::cerr << "the pipeline failed: " << status.error().message << '\n';
  std::abort();
}

test::DriverOptions OptionsOf(const Case& c) {
  test::DriverOptions options;
  options.rules = c.rules.front();
  for (const InputLog& input : c.inputs) {
    test::DrivenTopic topic;
    topic.name = "support." + input.alias;
    topic.alias = input.alias;
    topic.mode = input.live ? pipeline::TimeMode::kLive : pipeline::TimeMode::kRecorded;
    topic.skew = input.skew;
    options.topics.push_back(topic);
    options.partners = input.partners;
  }
  return options;
}

class Run {
 public:
  Run(const Case& c, const Life& life)
      : case_(c), life_(life), driver_(OptionsOf(c)) {}

  Published Go() {
    for (size_t i = 1; i < case_.rules.size(); ++i) Check(driver_.Reconfigure(case_.rules[i]));
    std::vector<std::pair<const InputLog*, const Consumed*>> records;
    for (const InputLog& input : case_.inputs) {
      for (const Consumed& record : input.records) records.emplace_back(&input, &record);
    }
    std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
      return a.second->consumed_at < b.second->consumed_at;
    });
    for (const auto& [input, record] : records) {
      Append(*input, *record);
      MaybeTurn(*record);
    }
    Check(driver_.Settle());
    if (case_.proved_at) {
      WaitUntil(*case_.proved_at);
      driver_.ProveEnds();
      Check(driver_.Settle());
    }
    return Read();
  }

 private:
  void WaitUntil(WallTime t) {
    const WallTime now = driver_.clock().Now();
    if (t > now) driver_.clock().Advance(t - now);
  }

  void Append(const InputLog& input, const Consumed& record) {
    WaitUntil(record.consumed_at);
    const std::string topic = "support." + input.alias;
    if (record.read != domain::ApplyResult::kApplied) {
      driver_.AppendTo(topic, 0, record.key, record.raw);
      return;
    }
    const domain::Event event = record.event.view();
    json_.clear();
    json::AppendStructured(event, &json_);
    const bool heartbeat = event.type == domain::EventType::kSourceHeartbeat;
    driver_.AppendTo(topic, 0, heartbeat ? "" : event.subject, json_);
  }

  // What happens after a record is drawn from the record: a smaller case keeps it.
  void MaybeTurn(const Consumed& record) {
    const Hash128 id = record.event.scalars().id_hash;
    Dice dice(life_.seed ^ id.low ^ static_cast<uint64_t>(record.consumed_at.millis()));
    if (dice.Below(1000) >= life_.turn_permille) return;
    Check(driver_.Consume());
    if (dice.Percent(life_.proof_percent)) {
      driver_.ProveEnds();
      Check(driver_.Consume());
    }
    if (dice.Percent(life_.crash_percent)) Check(driver_.Crash());
    if (dice.Percent(life_.commit_percent)) Check(driver_.Commit());
    if (dice.Percent(life_.crash_percent)) Check(driver_.Crash());
  }

  Published Read() {
    Published published;
    published.unexplained = driver_.FindUnexplained();
    driver_.ReadNet([&](pipeline::RowKind row, EventTime start,
                        const pipeline::ScopeLabels& labels, domain::Cell cell, int64_t net) {
      const naive::NetKey key = {
          .labels = labels, .row = row, .start = start, .cell = cell.packed()};
      naive::AddTo(&published.values, key, net);
    });
    driver_.ReadWaiting([&](const pipeline::ScopeLabels& labels, EventTime since) {
      published.waiting[labels] = since;
    });
    for (const InputLog& input : case_.inputs) {
      published.watermarks.push_back(driver_.Watermark("support." + input.alias, 0));
    }
    published.journeys_watermark = driver_.JourneysWatermark();
    return published;
  }

  const Case& case_;
  const Life life_;
  test::PipelineDriver driver_;
  std::string json_;
};

}  // namespace

Published RunPipeline(const Case& c, const Life& life) { return Run(c, life).Go(); }

}  // namespace touchline::property
