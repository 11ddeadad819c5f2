#pragma once

// Thin ownership for librdkafka's C handles, and how a client is configured. Of this folder only.

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/kafka/client.h"
#include "base/result.h"
#include "base/time.h"

namespace touchline::adapters {

template <auto Destroy>
struct RdDeleter {
  template <class T>
  void operator()(T* p) const {
    Destroy(p);
  }
};
using RdHandle = std::unique_ptr<rd_kafka_t, RdDeleter<rd_kafka_destroy>>;
using RdConf = std::unique_ptr<rd_kafka_conf_t, RdDeleter<rd_kafka_conf_destroy>>;
using RdQueue = std::unique_ptr<rd_kafka_queue_t, RdDeleter<rd_kafka_queue_destroy>>;
using RdTopic = std::unique_ptr<rd_kafka_topic_t, RdDeleter<rd_kafka_topic_destroy>>;
using RdEvent = std::unique_ptr<rd_kafka_event_t, RdDeleter<rd_kafka_event_destroy>>;
using RdPartitions = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                     RdDeleter<rd_kafka_topic_partition_list_destroy>>;

// What the library's callbacks reach. It outlives the handle.
class RdEvents {
 public:
  explicit RdEvents(std::function<void(std::string_view line)> log) : log_(std::move(log)) {}
  virtual ~RdEvents() = default;

  // From any thread.
  void Log(std::string_view line) const {
    if (log_ && !muted_.load(std::memory_order_acquire)) log_(line);
  }
  // For a handle that outlives what its log hook reaches.
  void Mute() { muted_.store(true, std::memory_order_release); }
  // From the thread that polls the handle.
  virtual void OnError(rd_kafka_resp_err_t, const char*) {}
  virtual void OnDelivery(const rd_kafka_message_t&) {}
  virtual void OnOffsetCommit(rd_kafka_resp_err_t) {}

 private:
  std::function<void(std::string_view line)> log_;
  std::atomic<bool> muted_{false};
};

// The library takes waits as int milliseconds.
int ToTimeoutMs(Duration d);
std::string ErrorText(rd_kafka_resp_err_t error);

// Destroys the handle on a thread of its own and waits for it. False: it was not done within
// `limit` and goes on; what its callbacks reach must then stay. The library (2.0.2) waits for
// itself for good when a topic that it was reading has been deleted.
bool DestroyWithin(RdHandle handle, Duration limit);

// Gathers the settings of one client: the common ones, the client's own, the configuration's. The
// first mistake is kept and told by Build.
class RdBuilder {
 public:
  // `events` must outlive the handle.
  RdBuilder(const KafkaOptions& options, RdEvents* events);

  RdBuilder& Set(const char* name, const std::string& value);
  RdBuilder& ReportDeliveries();
  // kFatal with exit code 78: a property is refused, unknown or out of range.
  Result<RdHandle> Build(rd_kafka_type_t type);

 private:
  const KafkaOptions& options_;
  RdConf conf_;
  std::string mistake_;
};

}  // namespace touchline::adapters
