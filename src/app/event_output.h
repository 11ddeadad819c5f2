#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kafka/client.h"
#include "base/result.h"
#include "domain/event.h"

namespace touchline::app {

// Where `simulate` and `import` put events: Kafka, or a file of lines.
class EventOutput {
 public:
  virtual ~EventOutput() = default;

  // An event of the contract, in structured mode, keyed by its subject; a heartbeat goes to every
  // partition of the topic.
  Status SendEvent(std::string_view topic, const domain::Event& event);
  // Any bytes.
  Status SendRaw(std::string_view topic, std::string_view key, std::string_view value);

  // Everything sent has arrived when this returns.
  virtual Status Finish() = 0;
  uint64_t sent() const { return sent_; }

 protected:
  struct Outgoing {
    std::string_view topic;
    std::string_view key;
    std::string_view value;
    bool is_event = false;  // `value` is one line of JSON
    bool every_partition = false;
  };
  virtual Status Send(const Outgoing& record) = 0;

 private:
  std::string buffer_;
  uint64_t sent_ = 0;
};

// Lines of JSON, in the order of sending:
//     {"topic":"support.calls","key":"c-1","value":{...the CloudEvent...}}
// A heartbeat has "partitions":"all" in place of "key"; bytes that are not one of our events stand
// in base64 as "value_base64". The stream must outlive the output.
std::unique_ptr<EventOutput> MakeLineOutput(std::FILE* out);

struct KafkaOutputOptions {
  adapters::KafkaOptions kafka;
  std::vector<std::string> topics;  // that will be sent to
  int32_t create_partitions = 0;    // of topics that are missing; 0: they are not created
};
// kFatal (69) when no broker answers; kFatal when a topic is missing and may not be created.
Result<std::unique_ptr<EventOutput>> MakeKafkaOutput(KafkaOutputOptions options);

}  // namespace touchline::app
