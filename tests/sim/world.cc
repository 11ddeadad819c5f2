#include "tests/sim/world.h"

#include <algorithm>
#include <utility>

#include "pipeline/interactions_task.h"
#include "pipeline/journeys_task.h"

namespace touchline::sim {
namespace {

using pipeline::SealedBatch;
using pipeline::StageId;

void Apply(const SealedBatch& batch, test::FakeStore::Rows* rows) {
  for (size_t i = 0; i < batch.size(); ++i) {
    const SealedBatch::Row row = batch.row(i);
    if (row.is_delete) {
      rows->erase(std::string(row.key));
    } else {
      rows->insert_or_assign(std::string(row.key), std::string(row.value));
    }
  }
}

pipeline::PartnerPolicy PolicyOf(const naive::InputLog& told) {
  pipeline::PartnerPolicy policy;
  policy.fixed = told.partner;
  if (told.partner.empty() && !told.partners.empty()) {
    policy.from = pipeline::PartnerPolicy::From::kField;
    policy.allowed.insert(told.partners.begin(), told.partners.end());
  }
  return policy;
}

}  // namespace

World::World(const Plan& plan, StepHook hook)
    : plan_(plan), hook_(std::move(hook)), rules_(plan.story.rules.front()) {
  for (const naive::InputLog& told : plan.story.inputs) {
    log.CreateTopic("support." + told.alias, plan.partitions);
  }
  log.CreateTopic(std::string(kContacts), plan.contacts_partitions);
  log.CreateTopic(std::string(kDeadLetters), 1);
  log.CreateTopic(std::string(kAlerts), 1);
  log.CreateTopic(std::string(kControl), 1);
  for (const Seat& seat : plan.seats) {
    if (seat.key.stage != StageId::kInteractions) continue;
    upstream_.push_back(seat.topic + "/" + std::to_string(seat.partition));
  }
  for (size_t p = 0; p < plan.processes(); ++p) {
    processes_.push_back(std::make_unique<Process>());
  }
}

std::unique_ptr<pipeline::Task> World::MakeTask(size_t index, Process* process,
                                                json::CloudEventDecoder* decoder) {
  const Seat& seat = plan_.seats[index];
  const pipeline::TaskEnvironment environment = {.reader = &process->store,
                                                 .published = &process->life->published,
                                                 .stats = &process->life->stats,
                                                 .alerts = &alerts_};
  pipeline::TaskOptions options;
  options.key = seat.key;
  options.topic = seat.topic;
  options.partition = seat.partition;
  options.dead_letter_topic = kDeadLetters;
  options.rules = rules_;
  if (seat.key.stage == StageId::kJourneys) {
    options.source_alias = kContactsAlias;
    options.time.mode = pipeline::TimeMode::kInternal;
    return std::make_unique<pipeline::JourneysTask>(std::move(options), upstream_, environment);
  }
  const naive::InputLog& told = plan_.story.inputs[told_of(seat)];
  options.source_alias = told.alias;
  options.time.mode = told.live ? pipeline::TimeMode::kLive : pipeline::TimeMode::kRecorded;
  options.time.skew = told.skew;
  pipeline::InteractionsOptions stage = {.name_space = told.name_space,
                                         .partner = PolicyOf(told),
                                         .contacts_topic = std::string(kContacts),
                                         .contacts_partitions = plan_.contacts_partitions,
                                         .alerts_topic = std::string(kAlerts),
                                         .control_topic = std::string(kControl),
                                         .swept_at_once = plan_.swept_at_once};
  return std::make_unique<pipeline::InteractionsTask>(std::move(options), std::move(stage),
                                                      environment, decoder);
}

Status World::Start(size_t p) {
  Process& process = *processes_[p];
  process.store.HoldCommits();
  process.released = process.store.rows();
  ++process.releases;
  process.life = std::make_unique<Life>();
  Life& life = *process.life;
  life.workers.resize(plan_.workers());
  pipeline::Release release;
  for (size_t w = 0; w < plan_.workers(); ++w) {
    if (process_of(w) != p) continue;
    auto& decoder = life.decoders.emplace_back(std::make_unique<json::CloudEventDecoder>());
    std::vector<std::unique_ptr<pipeline::Task>> tasks(plan_.seats.size());
    std::vector<test::FakeInput> inputs;
    for (size_t i = 0; i < plan_.seats.size(); ++i) {
      if (plan_.seats[i].worker != w) continue;
      tasks[i] = MakeTask(i, &process, decoder.get());
      if (auto s = tasks[i]->Restore(&release); !s) return s;
      inputs.push_back({.input = static_cast<pipeline::InputIndex>(i),
                        .topic = plan_.seats[i].topic,
                        .partition = plan_.seats[i].partition,
                        .start = tasks[i]->next_offset()});
    }
    life.workers[w] = std::make_unique<WorkerLife>(
        &log, &clock, &process.store, std::move(inputs), &mischief,
        [&process](const SealedBatch& batch) {
          Apply(batch, &process.released);
          ++process.releases;
        });
    WorkerLife& worker = *life.workers[w];
    worker.sink.LimitQueue(plan_.sink_queue);
    worker.worker = std::make_unique<pipeline::Worker>(
        plan_.worker,
        pipeline::Worker::Ports{.source = &worker.skipping,
                                .committer = &worker.committer,
                                .sink = &worker.dropping,
                                .clock = &clock,
                                .published = &life.published,
                                .stats = &life.stats},
        std::move(tasks), [this, w](const char* step) { hook_(w, step); });
  }
  life.published.Apply(release, clock.Now());
  return {};
}

void World::Kill(size_t p, size_t delivered) {
  Process& process = *processes_[p];
  if (process.life == nullptr) return;
  for (const auto& worker : process.life->workers) {
    if (worker != nullptr && log.link_up()) worker->sink.Deliver(delivered);
  }
  process.store.Crash();
  process.store.HoldCommits();
  process.life.reset();
}

WorkerLife* World::worker(size_t w) {
  Process& process = *processes_[process_of(w)];
  return process.life == nullptr ? nullptr : process.life->workers[w].get();
}

pipeline::Task* World::task(size_t seat) {
  WorkerLife* life = worker(plan_.seats[seat].worker);
  return life == nullptr ? nullptr : life->worker->tasks()[seat].get();
}

}  // namespace touchline::sim
