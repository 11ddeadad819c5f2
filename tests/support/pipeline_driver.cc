#include "tests/support/pipeline_driver.h"

#include <algorithm>
#include <map>
#include <utility>

#include "adapters/json/alert_encoder.h"
#include "adapters/json/cloud_event_decoder.h"
#include "base/rfc3339.h"
#include "pipeline/control_reader.h"
#include "pipeline/interactions_task.h"
#include "pipeline/journeys_task.h"
#include "pipeline/worker.h"
#include "tests/support/explanation_check.h"
#include "tests/support/fake_sink.h"
#include "tests/support/fake_source.h"
#include "tests/support/state_values.h"

namespace touchline::test {
namespace {

constexpr std::string_view kContacts = "touchline.contacts";
constexpr std::string_view kDeadLetters = "touchline.dead-letters";
constexpr std::string_view kAlerts = "touchline.alerts";
constexpr std::string_view kControl = "touchline.control";
constexpr int kMostRounds = 1000;  // of Settle; two stages need three

std::vector<DrivenTopic> DefaultTopics() {
  std::vector<DrivenTopic> topics(3);
  topics[1].name = "support.chats";
  topics[1].alias = "chats";
  topics[2].name = "support.tickets";
  topics[2].alias = "tickets";
  return topics;
}

}  // namespace

// What outlives a process.
struct PipelineDriver::World {
  explicit World(DriverOptions o) : options(std::move(o)) {
    if (options.topics.empty()) options.topics = DefaultTopics();
    for (DrivenTopic& topic : options.topics) {
      if (topic.partner.from == pipeline::PartnerPolicy::From::kFixed &&
          topic.partner.fixed.empty() && !options.partners.empty()) {
        topic.partner.from = pipeline::PartnerPolicy::From::kField;
        topic.partner.allowed.insert(options.partners.begin(), options.partners.end());
      }
      log.CreateTopic(topic.name, options.partitions);
    }
    log.CreateTopic(std::string(kContacts), options.contacts_partitions);
    log.CreateTopic(std::string(kDeadLetters), 1);
    log.CreateTopic(std::string(kAlerts), 1);
    log.CreateTopic(std::string(kControl), 1);
  }
  DriverOptions options;
  FakeClock clock;
  FakeLog log;
  FakeStore store;
  uint64_t heartbeats = 0;
};

// What a crash takes away.
struct PipelineDriver::Process {
  explicit Process(World* world)
      : sink(&world->log),
        control_source(&world->log, &world->clock,
                       {{.input = 0, .topic = std::string(kControl), .partition = 0, .start = 0}}),
        control(&control_source) {}
  pipeline::PublishedLedger published;
  pipeline::ProcessStats stats;
  json::CloudEventDecoder decoder;
  json::AlertEncoder alert_encoder;
  FakeSink sink;
  FakeSource control_source;
  pipeline::ControlReader control;
  std::unique_ptr<FakeSource> source;
  std::unique_ptr<pipeline::Worker> worker;
  std::vector<pipeline::TaskKey> keys;
};

PipelineDriver::PipelineDriver(DriverOptions options)
    : world_(std::make_unique<World>(std::move(options))) {
  // A fresh store restores nothing and cannot fail.
  (void)Start();
}

PipelineDriver::~PipelineDriver() = default;

Status PipelineDriver::Start() {
  World& w = *world_;
  process_ = std::make_unique<Process>(&w);
  Process& p = *process_;
  const pipeline::TaskEnvironment environment = {
      .reader = &w.store, .published = &p.published, .stats = &p.stats,
      .alerts = &p.alert_encoder};
  std::vector<std::unique_ptr<pipeline::Task>> tasks;
  std::vector<std::string> upstream;
  uint16_t number = 0;
  const auto options_of = [&](pipeline::StageId stage, const std::string& topic, int partition,
                              const std::string& alias) {
    pipeline::TaskOptions o;
    o.key = {.stage = stage, .number = ++number};
    o.topic = topic;
    o.partition = partition;
    o.source_alias = alias;
    o.dead_letter_topic = kDeadLetters;
    o.rules = w.options.rules;
    return o;
  };
  for (const DrivenTopic& topic : w.options.topics) {
    for (int i = 0; i < w.options.partitions; ++i) {
      auto o = options_of(pipeline::StageId::kInteractions, topic.name, i, topic.alias);
      o.time.mode = topic.mode;
      o.time.skew = topic.skew;
      pipeline::InteractionsOptions stage = {
          .name_space = w.options.name_space,
          .partner = topic.partner,
          .contacts_topic = std::string(kContacts),
          .contacts_partitions = w.options.contacts_partitions,
          .alerts_topic = std::string(kAlerts),
          .control_topic = std::string(kControl),
          .swept_at_once = w.options.swept_at_once};
      upstream.push_back(topic.name + "/" + std::to_string(i));
      tasks.push_back(std::make_unique<pipeline::InteractionsTask>(
          std::move(o), std::move(stage), environment, &p.decoder));
    }
  }
  for (int i = 0; i < w.options.contacts_partitions; ++i) {
    auto o = options_of(pipeline::StageId::kJourneys, std::string(kContacts), i, "contacts");
    o.time.mode = pipeline::TimeMode::kInternal;
    tasks.push_back(
        std::make_unique<pipeline::JourneysTask>(std::move(o), upstream, environment));
  }
  pipeline::Release release;
  release.is_restored = true;
  std::vector<FakeInput> inputs;
  for (const auto& task : tasks) {
    if (auto s = task->Restore(&release); !s) return s;
    p.keys.push_back(task->options().key);
    inputs.push_back({.input = static_cast<pipeline::InputIndex>(inputs.size()),
                      .topic = task->options().topic,
                      .partition = task->options().partition,
                      .start = task->next_offset()});
  }
  p.published.Apply(release, w.clock.Now());
  p.source = std::make_unique<FakeSource>(&w.log, &w.clock, std::move(inputs));
  p.worker = std::make_unique<pipeline::Worker>(
      pipeline::WorkerOptions{.commit_interval = Duration::Hours(1'000'000)},
      pipeline::Worker::Ports{.source = p.source.get(), .committer = &w.store, .sink = &p.sink,
                              .clock = &w.clock, .published = &p.published, .stats = &p.stats},
      std::move(tasks));
  return {};
}

void PipelineDriver::Append(std::string_view topic, std::string_view key,
                            std::string_view payload) {
  world_->log.AppendByKey(
      topic, {.key = std::string(key), .payload = std::string(payload), .headers = {}});
}

void PipelineDriver::AppendTo(std::string_view topic, int partition, std::string_view key,
                              std::string_view payload) {
  world_->log.Append(topic, partition,
                     {.key = std::string(key), .payload = std::string(payload), .headers = {}});
}

Status PipelineDriver::Consume() {
  while (true) {
    const auto notes = process_->control.Read(Duration());
    if (!notes) return tl::unexpected(notes.error());
    process_->worker->Forget(*notes);
    std::vector<pipeline::Offset> before;
    for (const auto& task : process_->worker->tasks()) before.push_back(task->next_offset());
    if (auto s = process_->worker->Step(Duration()); !s) return s;
    bool moved = false;
    for (size_t i = 0; i < before.size(); ++i) {
      moved = moved || process_->worker->tasks()[i]->next_offset() != before[i];
    }
    if (!moved) return {};
  }
}

Status PipelineDriver::Commit() {
  while (true) {
    // The watermark notes of interactions leave once a second of the wall.
    world_->clock.Advance(Duration::Seconds(2));
    const auto drained = process_->worker->Drain();
    if (!drained) return tl::unexpected(drained.error());
    if (*drained) return {};
  }
}

Status PipelineDriver::Settle() {
  for (int round = 0; round < kMostRounds; ++round) {
    std::vector<pipeline::Offset> before;
    for (const auto& task : process_->worker->tasks()) before.push_back(task->next_offset());
    if (auto s = Consume(); !s) return s;
    if (auto s = Commit(); !s) return s;
    bool moved = process_->stats.to_forget.load() != 0 ||
                 process_->control_source.position(0) != world_->log.End(kControl, 0);
    for (size_t i = 0; i < before.size(); ++i) {
      const auto& task = process_->worker->tasks()[i];
      moved = moved || task->is_sweeping() || task->next_offset() != before[i] ||
              world_->log.End(task->options().topic, task->options().partition) !=
                  task->next_offset();
    }
    if (!moved) return {};
  }
  return Fatal("the pipeline does not come to rest");
}

Status PipelineDriver::Crash() {
  world_->store.Crash();
  return Start();
}

Status PipelineDriver::Reconfigure(domain::RuleSet rules) {
  if (auto s = Commit(); !s) return s;
  world_->options.rules = std::move(rules);
  return Start();
}

void PipelineDriver::TellTime(EventTime t) {
  for (const DrivenTopic& topic : world_->options.topics) {
    for (int i = 0; i < world_->options.partitions; ++i) {
      const std::string time = FormatRfc3339(t);
      AppendTo(topic.name, i, "",
               R"({"specversion":"1.0","type":"source.heartbeat","source":"urn:driver","id":")" +
                   std::to_string(++world_->heartbeats) + R"(","time":")" + time +
                   R"(","data":{"complete_until":")" + time + R"("}})");
    }
  }
}

Status PipelineDriver::AdvanceTo(EventTime t) {
  TellTime(t);
  return Settle();
}

void PipelineDriver::ReadNet(
    const std::function<void(pipeline::RowKind, EventTime, const pipeline::ScopeLabels&,
                             domain::Cell, int64_t)>& visit) const {
  process_->published.VisitTotals(
      [&](const pipeline::ScopeLabels& labels, const std::vector<pipeline::PublishedCell>& cells) {
        for (const auto& c : cells) {
          if (c.added == c.withdrawn) continue;
          visit(pipeline::RowKind::kTotal, EventTime(), labels, domain::Cell::FromPacked(c.cell),
                c.added - c.withdrawn);
        }
      });
  // Windows are read from the store: the published ledger keeps only the latest.
  for (const pipeline::TaskKey key : process_->keys) {
    (void)VisitRows(&world_->store, key, pipeline::RowKind::kQuarterHour, visit);
    (void)VisitRows(&world_->store, key, pipeline::RowKind::kBucket, visit);
  }
}

void PipelineDriver::ReadWaiting(
    const std::function<void(const pipeline::ScopeLabels&, EventTime)>& visit) const {
  process_->published.VisitWaiting(visit);
}

EventTime PipelineDriver::JourneysWatermark() const {
  EventTime least = EventTime::Max();
  for (const auto& task : process_->worker->tasks()) {
    if (task->options().key.stage != pipeline::StageId::kJourneys) continue;
    least = std::min(least, task->watermark());
  }
  return least;
}

EventTime PipelineDriver::Watermark(std::string_view topic, int partition) const {
  const auto& tasks = process_->worker->tasks();
  const auto it = std::find_if(tasks.begin(), tasks.end(), [&](const auto& task) {
    return task->options().topic == topic && task->options().partition == partition;
  });
  return (*it)->watermark();
}

std::string PipelineDriver::FindUnexplained() {
  return test::FindUnexplained(&world_->store, places(), process_->published);
}

std::vector<pipeline::InteractionsPlace> PipelineDriver::places() const {
  std::vector<pipeline::InteractionsPlace> places;
  for (const auto& task : process_->worker->tasks()) {
    const pipeline::TaskOptions& options = task->options();
    if (options.key.stage != pipeline::StageId::kInteractions) continue;
    places.push_back({.task = options.key,
                      .name_space = world_->options.name_space,
                      .topic = options.topic,
                      .partition = options.partition});
  }
  return places;
}

void PipelineDriver::ProveEnds() { process_->source->ProveEnds(); }

const pipeline::PublishedLedger& PipelineDriver::published() const { return process_->published; }
const pipeline::ProcessStats& PipelineDriver::stats() const { return process_->stats; }

FakeLog& PipelineDriver::log() { return world_->log; }
FakeStore& PipelineDriver::store() { return world_->store; }
FakeClock& PipelineDriver::clock() { return world_->clock; }

}  // namespace touchline::test
