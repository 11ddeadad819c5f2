#include "bench/fed_stages.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <span>

#include "adapters/json/cloud_event_encoder.h"
#include "pipeline/process_batch.h"

namespace touchline::bench {
namespace {

constexpr size_t kCacheBytes = size_t{256} << 20;  // a worker's default, for both tasks
constexpr size_t kEventsPerCommit = 10'000;
constexpr const char* kTopic = "bench.events";

[[noreturn]] void Fail(const std::string& what) {
  fmt::print(stderr, "core_bench: {}\n", what);
  std::exit(1);
}
void Must(const Status& status) {
  if (!status) Fail(status.error().message);
}

// Keeps what is sent, and acknowledges all of it.
class KeepingSink final : public pipeline::Sink {
 public:
  struct Kept {
    std::string key, payload;
  };
  Result<bool> Send(const pipeline::OutboundRecord& record, uint64_t ticket) override {
    kept.push_back({.key = std::string(record.key), .payload = std::string(record.payload)});
    tickets.push_back(ticket);
    return true;
  }
  Result<std::span<const uint64_t>> TakeAcknowledged() override {
    return std::span<const uint64_t>(tickets);
  }
  std::vector<Kept> kept;
  std::vector<uint64_t> tickets;
};

simulator::BenchFeedOptions EndlessFeed(uint32_t open_contacts) {
  simulator::BenchFeedOptions options;
  options.contacts = 0;
  options.open_contacts = open_contacts;
  return options;
}

pipeline::TaskOptions OptionsOf(pipeline::StageId stage, const char* topic,
                                pipeline::TimeMode mode) {
  pipeline::TaskOptions options;
  options.key = {.stage = stage, .number = 1};
  options.topic = topic;
  options.source_alias = topic;
  options.time.mode = mode;
  return options;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::current_path() / "core_bench.XXXXXX";
  if (mkdtemp(name.data()) == nullptr) Fail("cannot make a folder like " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // it can be removed by hand
  std::filesystem::remove_all(path_, ignored);
}

FedStages::FedStages(uint32_t open_contacts, const domain::RuleSet& rules)
    : feed_(EndlessFeed(open_contacts)) {
  auto store = adapters::RocksStore::Open({.folder = folder_.path() + "/state",
                                           .own_thread = false, .at_step = {}});
  if (!store) Fail(store.error().message);
  store_ = std::move(*store);
  const pipeline::TaskEnvironment environment = {
      .reader = store_.get(), .published = &published_, .stats = &stats_};
  pipeline::TaskOptions options =
      OptionsOf(pipeline::StageId::kInteractions, kTopic, pipeline::TimeMode::kLive);
  options.rules = rules;
  interactions_ = std::make_unique<pipeline::InteractionsTask>(
      std::move(options),
      pipeline::InteractionsOptions{
          .name_space = "bench",
          .partner = {.from = pipeline::PartnerPolicy::From::kField, .fixed = {},
                      .allowed = {"alba", "brevis", "corvus", "delphin"}, .by_name = {}},
          .contacts_topic = "touchline.contacts",
          .contacts_partitions = 1},
      environment, &decoder_);
  journeys_ = std::make_unique<pipeline::JourneysTask>(
      OptionsOf(pipeline::StageId::kJourneys, "touchline.contacts",
                pipeline::TimeMode::kInternal),
      std::vector<std::string>{std::string(kTopic) + "/0"}, environment);
  pipeline::Release release;
  Must(interactions_->Restore(&release));
  Must(journeys_->Restore(&release));
  const size_t events = size_t{open_contacts} * simulator::BenchFeed::kEventsPerContact;
  for (size_t done = 0; done < events; done += kEventsPerCommit) {
    Draw(kEventsPerCommit);
    Fold();
    const Sealed sealed = Seal();
    Commit(sealed);
    Apply(sealed);
    Forward();
  }
}

void FedStages::Draw(size_t events) {
  drawn_.resize(std::max(drawn_.size(), events));
  drawn_count_ = events;
  for (size_t i = 0; i < events; ++i) {
    feed_.Next(&record_);
    Drawn& d = drawn_[i];
    d.time = record_.emitted_at;
    d.key = record_.key;
    d.json.clear();
    json::AppendStructured(record_.event.view(), &d.json);
  }
}

void FedStages::Fold() {
  records_.clear();
  for (size_t i = 0; i < drawn_count_; ++i) {
    const Drawn& d = drawn_[i];
    records_.push_back({.input = 0,
                        .offset = interactions_->next_offset() + static_cast<pipeline::Offset>(i),
                        .key = d.key, .payload = d.json, .headers = {}});
  }
  if (drawn_count_ > 0) now_ = WallTime::FromMillis(drawn_[drawn_count_ - 1].time.millis());
  const auto task_of = [this](pipeline::InputIndex) { return interactions_.get(); };
  Must(pipeline::ProcessBatch(records_, task_of, now_));
  Must(interactions_->FireDue());
}

Sealed FedStages::Seal() {
  Sealed sealed = {.batch = std::make_shared<pipeline::SealedBatch>(), .release = {}};
  ++seals_;
  Must(interactions_->Seal(seals_, now_, sealed.batch.get(), &sealed.release));
  Must(journeys_->Seal(seals_, now_, sealed.batch.get(), &sealed.release));
  return sealed;
}

void FedStages::Commit(const Sealed& sealed) {
  store_->Submit(sealed.batch, [](Status status) { Must(status); });
}

void FedStages::Apply(const Sealed& sealed) { published_.Apply(sealed.release, now_); }

void FedStages::Forward() {
  interactions_->Durable(seals_, kCacheBytes / 2);
  journeys_->Durable(seals_, kCacheBytes / 2);
  KeepingSink sink;
  Must(interactions_->outbox().Send(0, &sink));
  for (const uint64_t ticket : sink.tickets) interactions_->outbox().Acknowledge(ticket);
  for (const KeepingSink::Kept& kept : sink.kept) {
    Must(journeys_->Process({.input = 1, .offset = journeys_->next_offset(), .key = kept.key,
                             .payload = kept.payload, .headers = {}},
                            now_));
  }
  Must(journeys_->FireDue());
}

}  // namespace touchline::bench
