#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/config.h"
#include "app/config_reader.h"
#include "app/log.h"
#include "base/result.h"
#include "pipeline/ports.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"
#include "pipeline/topic_admin.h"

namespace touchline::app {

struct ProcessorOptions {
  Config config;
  // Creates the internal topics; nullptr: through Kafka's Admin API.
  pipeline::TopicAdmin* topics = nullptr;
  // Asked a few times a second; true ends Run in order.
  std::function<bool()> should_stop;
  // Reads the configuration anew; nullptr: it cannot be. That is done when `should_reload`, asked
  // as often, says so, and at a POST where http.reload is set.
  std::function<LoadedConfig()> load;
  std::function<bool()> should_reload;
};

// The running program: store, consumer, workers, producer, HTTP server, composed from a
// configuration.
class Processor {
 public:
  // `clock` and `log` must outlive it.
  Processor(ProcessorOptions options, const pipeline::Clock* clock, Logger* log);
  ~Processor();
  Processor(const Processor&) = delete;
  Processor& operator=(const Processor&) = delete;

  // Opens the state, serves HTTP, waits for the topics, restores, and begins to consume. When
  // should_stop says so meanwhile, it returns early and Run has nothing to do.
  Status Start();
  // Watches over the workers until should_stop, then drains: consumes no more, commits what is
  // folded, and sends what is in the outbox. An error is what ended the process's life.
  Status Run();

  std::string http_address() const;
  const pipeline::PublishedLedger& published() const;
  const pipeline::ProcessStats& stats() const;
  // Records that the topics hold and the tasks have not read yet; for pacing a simulator.
  int64_t lag() const;
  bool caught_up() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace touchline::app
