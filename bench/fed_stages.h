#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "adapters/rocksdb/rocks_store.h"
#include "pipeline/interactions_task.h"
#include "pipeline/journeys_task.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"
#include "simulator/bench_feed.h"

namespace touchline::bench {

// A folder of its own in the current one, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What one commit carries.
struct Sealed {
  std::shared_ptr<pipeline::SealedBatch> batch;
  pipeline::Release release;
};

// Both stages, one task each, on a RocksDB in a temporary folder, fed by BenchFeed: what a worker
// does, step by step, so that each step can be timed by itself. Facts go straight from the one
// stage to the other. An error ends the program.
class FedStages {
 public:
  // Folds and commits as many events as it takes until the open contacts are of all ages.
  // Contacts have no clocks but those that `rules` promise.
  explicit FedStages(uint32_t open_contacts, const domain::RuleSet& rules = {});

  // Draws the next events from the feed, as bytes.
  void Draw(size_t events);
  // Reads and folds the events drawn, and fires what is due.
  void Fold();
  Sealed Seal();
  // Returns when it is on the disk.
  void Commit(const Sealed& sealed);
  // Readers see it.
  void Apply(const Sealed& sealed);
  // Tells the tasks that all is durable; the second stage takes the facts of the first.
  void Forward();

 private:
  struct Drawn {
    EventTime time;
    std::string key, json;
  };

  TemporaryFolder folder_;
  std::unique_ptr<adapters::RocksStore> store_;
  pipeline::PublishedLedger published_;
  pipeline::ProcessStats stats_;
  json::CloudEventDecoder decoder_;
  std::unique_ptr<pipeline::InteractionsTask> interactions_;
  std::unique_ptr<pipeline::JourneysTask> journeys_;
  simulator::BenchFeed feed_;
  simulator::SimulatedRecord record_;
  std::vector<Drawn> drawn_;
  size_t drawn_count_ = 0;
  std::vector<pipeline::SourceRecord> records_;
  WallTime now_;
  uint64_t seals_ = 0;
};

}  // namespace touchline::bench
