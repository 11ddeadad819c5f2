// The whole program on a real broker, killed again and again under a live feed; then every number
// must be the naive model's.

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "adapters/json/cloud_event_encoder.h"
#include "adapters/kafka/consumer.h"
#include "adapters/kafka/producer.h"
#include "adapters/rocksdb/rocks_store.h"
#include "adapters/system_clock.h"
#include "app/config_reader.h"
#include "simulator/simulator.h"
#include "simulator/source.h"
#include "tests/integration/crash_promises.h"
#include "tests/integration/installation.h"
#include "tests/support/broker.h"
#include "tests/support/naive/model.h"
#include "tests/support/state_values.h"

namespace touchline::test {
namespace {

using std::chrono::steady_clock;

constexpr const char* kTopics[] = {"calls", "chats", "tickets"};
constexpr int32_t kPartitions = 8;
constexpr Duration kUntilEnd = Duration::Hours(5);  // past every reaper and silence
constexpr int kLives = 30;

void Sleep(int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

simulator::SimulatorOptions Story(EventTime start, uint64_t seed) {
  simulator::SimulatorOptions story;
  story.seed = seed;
  story.start = start;
  story.length.reset();
  story.pace = 120;  // a call takes seconds, so that contacts live and end within the test
  story.contacts_per_hour = 37'500;
  story.hourly_curve = false;
  story.delivery = simulator::DeliveryKnobs::Rough();
  story.delivery.late_max = Duration::Seconds(20);
  story.delivery.duplicate_within = Duration::Seconds(10);
  return story;
}

Installation::Options World(const std::string& name) {
  Installation::Options options;
  options.name = name;
  options.topics = {std::begin(kTopics), std::end(kTopics)};
  for (uint32_t p = 0; p < simulator::SimulatorOptions().partners; ++p) {
    options.partners.push_back(simulator::PartnerName(p));
  }
  options.partitions = kPartitions;
  // With so little for the store, a commit of 700 kB is a table of its own: those of a start after
  // a crash are mostly, the others go through the log.
  options.store_bytes = "8MiB";
  options.more = PromisesByNow();
  return options;
}

std::string StateFolder(const Installation& world, int shard) {
  return world.state_folder() + std::to_string(shard);
}

// Sends the story in real time until told to stop, then ends every partition.
class Feed {
 public:
  Feed(const Installation& world, uint64_t seed) : world_(world), seed_(seed) {
    thread_ = std::thread([this] { Run(); });
  }
  ~Feed() { Finish(); }

  // Stops; afterwards the topics are complete and final.
  void Finish() {
    stop_.store(true);
    if (thread_.joinable()) thread_.join();
  }
  EventTime end() const { return end_; }
  uint64_t sent() const { return sent_.load(); }

 private:
  void Run() {
    adapters::SystemClock clock;
    adapters::ProducerOptions options;
    options.kafka.bootstrap = Broker::Shared().bootstrap();
    auto producer = adapters::EventProducer::Create(options);
    ASSERT_TRUE(producer);
    simulator::Simulator story(Story(EventTime::FromMillis(clock.Now().millis()), seed_));
    simulator::SimulatedRecord record;
    std::string json;
    while (!stop_.load() && story.Next(&record)) {
      while (!stop_.load() && record.emitted_at.millis() > clock.Now().millis()) Sleep(1);
      const bool raw = record.what == simulator::RecordWhat::kPoison ||
                       record.what == simulator::RecordWhat::kUnknownType;
      json.clear();
      if (!raw) json::AppendStructured(record.event.view(), &json);
      const std::string topic = world_.TopicName(kTopics[static_cast<size_t>(record.topic)]);
      const std::string_view payload = raw ? record.raw : json;
      ASSERT_TRUE((*producer)->Produce({.topic = topic, .key = record.key, .payload = payload},
                                       Duration::Minutes(2)));
      sent_.fetch_add(1);
    }
    end_ = EventTime::FromMillis(clock.Now().millis()) + kUntilEnd;
    for (const char* topic : kTopics) SendEnd(topic, clock.Now(), producer->get());
    ASSERT_TRUE((*producer)->Flush(Duration::Minutes(2)));
  }

  void SendEnd(const char* topic, WallTime now, adapters::EventProducer* producer) {
    domain::Event event;
    event.type = domain::EventType::kSourceHeartbeat;
    event.source = "/crash-test";
    event.id = topic;
    event.time_ns = now.millis() * 1'000'000;
    event.complete_until_ns = end_.millis() * 1'000'000;
    event.is_final = true;
    std::string json;
    json::AppendStructured(event, &json);
    const std::string name = world_.TopicName(topic);
    for (int32_t p = 0; p < kPartitions; ++p) {
      ASSERT_TRUE(producer->Produce({.topic = name, .partition = p, .payload = json}));
    }
  }

  const Installation& world_;
  const uint64_t seed_;
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> sent_{0};
  EventTime end_;
  std::thread thread_;
};

// What a Prometheus would have seen over all lives of one shard.
class Scraper {
 public:
  // Reads the page; false when nobody answers. A counter that went back fails the test.
  bool Scrape(Program* program) {
    const auto page = program->Metrics();
    if (page.empty()) return false;
    commits_ = 0;
    for (const auto& [series, value] : page) Take(series, value);
    return true;
  }
  // Commits of the present life, as of the last scrape.
  double commits() const { return commits_; }
  // Contacts whose customer was forgotten, at most in one life.
  double forgotten() const { return forgotten_; }
  double watermark(const std::string& stage) const {
    double least = -1;
    for (const auto& [series, value] : gauges_) {
      if (!series.starts_with("touchline_watermark_timestamp_seconds") ||
          series.find("stage=\"" + stage + "\"") == std::string::npos) {
        continue;
      }
      least = least < 0 ? value : std::min(least, value);
    }
    return least;
  }
  double lag() const {
    double sum = 0;
    for (const auto& [series, value] : gauges_) {
      if (series.starts_with("touchline_consumer_lag")) sum += value;
    }
    return sum;
  }

 private:
  void Take(const std::string& series, double value) {
    const std::string name = series.substr(0, series.find('{'));
    if (name == "touchline_commit_seconds_count") commits_ = value;
    if (name == "touchline_forgotten_contacts_total") forgotten_ = std::max(forgotten_, value);
    const bool counter = name.starts_with("touchline_") &&
                         (name.ends_with("_total") || name.ends_with("_bucket") ||
                          name.ends_with("_count") || name.ends_with("_sum"));
    // These count what this process has done; a new one begins at zero.
    const bool of_process = name.starts_with("touchline_commit") ||
                            name.starts_with("touchline_event_lag") ||
                            name.starts_with("touchline_scrape") ||
                            name.starts_with("touchline_series_dropped") ||
                            name.starts_with("touchline_forgotten_contacts");
    if (!counter || of_process) {
      gauges_[series] = value;
      return;
    }
    double& seen = counters_[series];
    EXPECT_GE(value, seen) << "went back over a restart: " << series;
    seen = value;
  }

  double commits_ = 0, forgotten_ = 0;
  std::map<std::string, double> counters_, gauges_;
};

// One shard's lives.
class Shard {
 public:
  Shard(Installation* world, int index, int of)
      : world_(*world),
        overrides_({"shard.index=" + std::to_string(index), "shard.of=" + std::to_string(of),
                    "state.folder=" + StateFolder(*world, index)}) {}

  void Begin(const std::string& crash_at = "") {
    std::map<std::string, std::string> environment;
    if (!crash_at.empty()) environment["TOUCHLINE_CRASH_AT"] = crash_at;
    program_ = world_.Run(overrides_, environment);
  }
  std::string Log() const { return program_->Log(); }
  // Scrapes until this life has committed `n` times; false when it ends first.
  bool WaitForCommits(double n) {
    for (int i = 0; i < 3000 && process().running(); ++i, Sleep(10)) {
      if (scraper_.Scrape(program_.get()) && scraper_.commits() >= n) return true;
    }
    return false;
  }
  // Scrapes until everything up to `end` has reached both stages.
  void WaitForEnd(EventTime end) {
    const double wanted = static_cast<double>(end.millis()) / 1000;
    const auto limit = steady_clock::now() + std::chrono::seconds(180);
    while (steady_clock::now() < limit && process().running()) {
      if (scraper_.Scrape(program_.get()) && scraper_.watermark("journeys") >= wanted &&
          scraper_.watermark("interactions") >= wanted && scraper_.lag() <= 0) {
        return;
      }
      Sleep(100);
    }
    FAIL() << "the end was not reached: watermark of interactions "
           << scraper_.watermark("interactions") << ", of journeys "
           << scraper_.watermark("journeys") << ", wanted " << wanted << ", lag "
           << scraper_.lag() << "\n" << Log();
  }
  void Stop() { program_->Stop(); }
  const Scraper& scraper() const { return scraper_; }
  ChildProcess& process() { return program_->process(); }

 private:
  Installation& world_;
  const std::vector<std::string> overrides_;
  std::unique_ptr<Program> program_;
  Scraper scraper_;
};

// Reads everything that the topics hold, as the model wants it.
std::vector<naive::InputLog> ReadTopics(const Installation& world) {
  adapters::SystemClock clock;
  std::vector<adapters::ConsumerInput> inputs;
  std::vector<naive::InputLog> logs;
  for (const char* topic : kTopics) {
    for (int32_t p = 0; p < kPartitions; ++p) {
      inputs.push_back({.topic = world.TopicName(topic), .partition = p});
      naive::InputLog& log = logs.emplace_back();
      log.alias = topic;
      for (uint32_t i = 0; i < simulator::SimulatorOptions().partners; ++i) {
        log.partners.push_back(simulator::PartnerName(i));
      }
    }
  }
  adapters::ConsumerOptions options;
  options.kafka.bootstrap = Broker::Shared().bootstrap();
  auto consumer = adapters::KafkaConsumer::Start(options, inputs, &clock);
  EXPECT_TRUE(consumer);
  if (!consumer) return logs;
  json::CloudEventDecoder decoder;
  domain::Event event;
  pipeline::DecodeError error;
  const auto at_end = [&] {
    for (size_t i = 0; i < inputs.size(); ++i) {
      if ((*consumer)->position(static_cast<pipeline::InputIndex>(i)).lag().value_or(1) > 0) {
        return false;
      }
    }
    return true;
  };
  while (!at_end()) {
    const auto records = (*consumer)->source(0).Poll(Duration::Millis(100));
    EXPECT_TRUE(records);
    if (!records) break;
    for (const pipeline::SourceRecord& record : *records) {
      naive::Consumed& consumed = logs[record.input].records.emplace_back();
      switch (decoder.Decode(record, &event, &error)) {
        case pipeline::DecodeStatus::kEvent:
          consumed.event.Assign(event);
          break;
        case pipeline::DecodeStatus::kUnknownType:
          consumed.read = domain::ApplyResult::kIgnoredUnknownType;
          break;
        case pipeline::DecodeStatus::kRejected:
          consumed.read = domain::ApplyResult::kRejected;
          consumed.reason = error.reason;
          break;
      }
    }
  }
  return logs;
}

// Whether the model speaks of this series, in a row that the state still holds.
bool IsCompared(pipeline::RowKind kind, const pipeline::ScopeLabels& labels, domain::Cell cell) {
  if (kind == pipeline::RowKind::kBucket) return false;  // expired by the leap to the end
  if (labels.scope == domain::ScopeKind::kStage) return false;
  if (cell.metric == domain::MetricId::kLateEvents) return false;
  if (cell.metric == domain::MetricId::kAlerts) return false;  // of when what was known
  return !(labels.scope == domain::ScopeKind::kSource && labels.subject == "contacts");
}

naive::NetValues ReadStates(const Installation& world, int shards) {
  naive::NetValues values;
  const auto take = [&values](pipeline::RowKind kind, EventTime start,
                              const pipeline::ScopeLabels& labels, domain::Cell cell,
                              int64_t net) {
    naive::AddTo(&values, {.labels = labels, .row = kind, .start = start, .cell = cell.packed()},
                 net);
  };
  for (int shard = 0; shard < shards; ++shard) {
    adapters::RocksOptions options;
    options.folder = StateFolder(world, shard);
    options.own_thread = false;
    auto store = adapters::RocksStore::Open(options);
    EXPECT_TRUE(store);
    if (!store) return values;
    // Topics are numbered in the order of the configuration, the contacts' last.
    for (uint16_t topic = 0; topic < 4; ++topic) {
      for (uint16_t p = 0; p < kPartitions; ++p) {
        const pipeline::TaskKey key = {
            .stage = topic < 3 ? pipeline::StageId::kInteractions : pipeline::StageId::kJourneys,
            .number = static_cast<uint16_t>(topic * 1024 + p)};
        for (const auto kind : {pipeline::RowKind::kTotal, pipeline::RowKind::kQuarterHour}) {
          EXPECT_TRUE(VisitRows(store->get(), key, kind, take));
        }
      }
    }
  }
  return values;
}

// Every difference is a wrong number; the first twenty are named.
void ExpectEqual(const naive::NetValues& model, const naive::NetValues& got) {
  int differences = 0;
  std::ostringstream text;
  const auto note = [&](const naive::NetKey& key, int64_t expected, int64_t value) {
    if (expected == value || ++differences > 20) return;
    text << naive::Describe(key) << ": expected " << expected << ", got " << value << "\n";
  };
  for (const auto& [key, expected] : model) {
    if (!IsCompared(key.row, key.labels, domain::Cell::FromPacked(key.cell))) continue;
    const auto it = got.find(key);
    note(key, expected, it == got.end() ? 0 : it->second);
  }
  for (const auto& [key, value] : got) {
    if (!IsCompared(key.row, key.labels, domain::Cell::FromPacked(key.cell))) continue;
    if (!model.contains(key)) note(key, 0, value);
  }
  EXPECT_EQ(differences, 0) << text.str();
}

// And that what the topic of alerts has is what the numbers say. Returns how many breaches were
// retracted.
int64_t ExpectModelsNumbers(const Installation& world, const Feed& feed, int shards) {
  const auto logs = ReadTopics(world);
  uint64_t records = 0;
  for (const auto& log : logs) records += log.records.size();
  EXPECT_GE(records, feed.sent());
  const std::vector<EventTime> watermarks(logs.size(), feed.end());
  const app::LoadedConfig config = app::LoadConfigFile(world.config(), {});
  EXPECT_TRUE(config.ok());
  const auto model = naive::Recompute(logs, watermarks, feed.end(), {config.config.rules});
  const naive::NetValues values = ReadStates(world, shards);
  ExpectEqual(model.values, values);
  const Said said = SaidBy(values);
  EXPECT_GT(said.breaches.size(), 6u) << "hardly a target was ever missed";
  std::printf("compared %zu values of %llu records\n", model.values.size(),
              static_cast<unsigned long long>(records));
  return ExpectSaid(said, world.AlertsTopic());
}

TEST(CrashTest, NumbersSurviveThirtyKillsAndABrokerRestart) {
  Installation world(World("kills"));
  Feed feed(world, 11);
  Shard shard(&world, 0, 1);
  constexpr const char* kSteps[] = {"folded:60",       "sealed:4",      "before_write:4",
                                    "before_ingest:1", "after_write:4", "durable:4",
                                    "released:4",      "acknowledged:3"};
  std::mt19937 random(7);
  int committed = 0;
  for (int life = 0; life < kLives; ++life) {
    if (life % 2 == 0) {
      shard.Begin();
      if (shard.WaitForCommits(2)) ++committed;
      Sleep(static_cast<int64_t>(random() % 700));
      shard.process().Signal(SIGKILL);
      EXPECT_EQ(shard.process().Wait(Duration::Seconds(20)), -SIGKILL) << shard.Log();
    } else {
      const char* step = kSteps[static_cast<size_t>(life / 2) % std::size(kSteps)];
      shard.Begin(step);
      if (shard.WaitForCommits(1)) ++committed;
      EXPECT_EQ(shard.process().Wait(Duration::Seconds(60)), -SIGKILL) << step << shard.Log();
    }
    if (life == kLives / 2) {
      Broker::Shared().Stop();
      Broker::Shared().Start();
    }
  }
  // A life that dies at an early step may not be scraped in time; most are.
  EXPECT_GE(committed, kLives / 2);
  shard.Begin();
  feed.Finish();
  shard.WaitForEnd(feed.end());
  shard.Stop();
  EXPECT_GT(shard.scraper().forgotten(), 0) << "no customer asked to be forgotten";
  EXPECT_GT(ExpectModelsNumbers(world, feed, 1), 0) << "no late event has taken a breach back";
}

TEST(CrashTest, TwoShardsWithOneKilledAndBackCountAsOne) {
  Installation world(World("shards"));
  Feed feed(world, 12);
  Shard first(&world, 0, 2), second(&world, 1, 2);
  first.Begin();
  second.Begin();
  ASSERT_TRUE(first.WaitForCommits(3)) << first.Log();
  ASSERT_TRUE(second.WaitForCommits(3)) << second.Log();
  second.process().Signal(SIGKILL);
  ASSERT_EQ(second.process().Wait(Duration::Seconds(20)), -SIGKILL);
  Sleep(1000);
  second.Begin();
  ASSERT_TRUE(second.WaitForCommits(3)) << second.Log();
  feed.Finish();
  first.WaitForEnd(feed.end());
  second.WaitForEnd(feed.end());
  first.Stop();
  second.Stop();
  ExpectModelsNumbers(world, feed, 2);
}

}  // namespace
}  // namespace touchline::test
