#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/ports.h"

namespace touchline::test {

// A real Kafka broker for the whole test program: started at first use, stopped when the program
// ends, and by itself when the program is killed. Whatever goes wrong with it ends the program with
// a message, for nothing after it could be believed.
class Broker {
 public:
  static Broker& Shared();
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  const std::string& bootstrap() const { return bootstrap_; }

  // Each returns when it is done. The address and the data stay.
  void Stop();
  void Kill();   // as a crash would
  void Start();  // after Stop or Kill

  // REQUIRES, for the following: it runs.
  void CreateTopic(const std::string& name, int32_t partitions,
                   const std::map<std::string, std::string>& settings = {});
  // A topic that no other test has: `prefix`, a dot and a number.
  std::string NewTopic(const std::string& prefix, int32_t partitions);
  // What retention does, at once: records below `offset` are gone.
  void Expire(const std::string& topic, int32_t partition, pipeline::Offset offset);
  // Gives the topic this many partitions in all.
  void Grow(const std::string& topic, int32_t partitions);
  // What a consumer group has committed; nullopt: nothing, or a young broker cannot say yet.
  std::optional<pipeline::Offset> Committed(const std::string& group, const std::string& topic,
                                            int32_t partition);
  // Writes payloads in one transaction, which ends with a marker.
  enum class Ending { kCommit, kAbort };
  void WriteTransaction(const std::string& topic, const std::vector<std::string>& payloads,
                        Ending ending);
  // Ends the topic for good.
  void DeleteTopic(const std::string& topic);

 private:
  Broker();
  void Run(const std::string& arguments);

  std::string script_;
  std::string folder_;
  std::string bootstrap_;
  bool running_ = false;
  int topics_made_ = 0;
};

}  // namespace touchline::test
