#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/kafka/client.h"
#include "base/result.h"
#include "pipeline/topic_admin.h"

namespace touchline::adapters {

// Asks a cluster about itself and makes topics on it. A connection of its own: drop it when done.
// Threading: one thread at a time.
class KafkaAdmin final : public pipeline::TopicAdmin {
 public:
  // Returns without waiting for a broker. kFatal (78): a property is wrong.
  static Result<std::unique_ptr<KafkaAdmin>> Connect(KafkaOptions options);
  ~KafkaAdmin() override;
  KafkaAdmin(const KafkaAdmin&) = delete;
  KafkaAdmin& operator=(const KafkaAdmin&) = delete;

  // The cluster's own id; what a state folder is bound to. kFatal (69): no broker answered within
  // `timeout`, and the message says which were tried and why; or `should_stop`, asked four times a
  // second, ended the wait.
  Result<std::string> ClusterId(Duration timeout, const std::function<bool()>& should_stop = {});

  // nullopt: no such topic. kTransient: no answer.
  Result<std::optional<int32_t>> PartitionCount(const std::string& topic, Duration timeout);

  // Of `topics`, those that are not there. kTransient: no answer.
  Result<std::vector<std::string>> MissingTopics(const std::vector<std::string>& topics,
                                                 Duration timeout);

  // Waits until all `topics` are there; false when `should_stop` said so first, which is asked four
  // times a second. Tells `say` what it waits for, when that changes, and every 10 s; a broker that
  // does not answer is waited for, too.
  bool WaitForTopics(const std::vector<std::string>& topics,
                     const std::function<void(std::string_view line)>& say,
                     const std::function<bool()>& should_stop);

  Status EnsureTopic(const pipeline::TopicSpec& spec) override;

 private:
  class Impl;
  explicit KafkaAdmin(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace touchline::adapters
