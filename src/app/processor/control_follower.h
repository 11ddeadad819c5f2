#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>

#include "adapters/kafka/client.h"
#include "adapters/kafka/consumer.h"
#include "app/log.h"
#include "base/result.h"
#include "pipeline/control_note.h"
#include "pipeline/ports.h"

namespace touchline::app {

// Reads the control topic, whole and then on, with a consumer and on a thread of its own, and
// passes on whom all tasks are to forget.
class ControlFollower {
 public:
  struct Parts {
    adapters::KafkaOptions kafka;
    std::string group;  // as KafkaConsumer's progress_group
    std::string topic;
    const pipeline::Clock* clock = nullptr;
    Logger* log = nullptr;
    std::function<void(std::span<const pipeline::ForgottenNote>)> tell;
    std::function<void(const Error&)> fail;  // what ends it
  };
  // Errors are the consumer's. What `parts` points to and calls must outlive it.
  static Result<std::unique_ptr<ControlFollower>> Start(Parts parts);
  ~ControlFollower();
  ControlFollower(const ControlFollower&) = delete;
  ControlFollower& operator=(const ControlFollower&) = delete;

 private:
  ControlFollower(Parts parts, std::unique_ptr<adapters::KafkaConsumer> consumer);
  void Follow();

  const Parts parts_;
  const std::unique_ptr<adapters::KafkaConsumer> consumer_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace touchline::app
