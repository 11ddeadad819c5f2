#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/kafka/consumer.h"
#include "adapters/system_clock.h"
#include "base/time.h"

namespace touchline::test {

// An alert as it was sent.
struct SentAlert {
  std::string id;
  std::string type;       // "sla.breached"
  std::string retracted;  // of a retraction: the type of what it takes back
  std::string subject;    // the interaction's id
  std::string kind, queue, policy, target;
  EventTime time;
  std::string payload;  // all of it
};

// A topic of alerts on the shared broker, read from its beginning.
class AlertsTopic {
 public:
  // REQUIRES: the topic is there, with as many partitions.
  AlertsTopic(const std::string& topic, int32_t partitions);

  // What has come since, waiting at most so long for the first.
  std::vector<SentAlert> Poll(Duration max_wait);
  // All that there is up to the present end.
  std::vector<SentAlert> ReadToEnd();

 private:
  adapters::SystemClock clock_;
  int32_t partitions_;
  std::unique_ptr<adapters::KafkaConsumer> consumer_;
};

}  // namespace touchline::test
