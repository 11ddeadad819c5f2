#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "pipeline/topic_admin.h"

namespace touchline::adapters {

// A Kafka broker inside this process, for `touchline demo` and tests: it listens on a free port of
// 127.0.0.1, keeps its logs in memory and begins at offset 0 each time. Retention and settings of
// topics are ignored; transactions prove nothing on it.
class MockCluster final : public pipeline::TopicAdmin {
 public:
  // Each partition keeps only its newest records, up to either bound. A reader that falls further
  // behind loses its place, so who produces must wait for who reads.
  static constexpr int64_t kPartitionBytes = int64_t{5} << 20;
  static constexpr int64_t kPartitionBatches = 100'000;

  static Result<std::unique_ptr<MockCluster>> Start();
  ~MockCluster() override;
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  std::string bootstrap() const;
  Status EnsureTopic(const pipeline::TopicSpec& spec) override;

  // The broker goes away, and comes back with its logs as they were.
  void TakeDown();
  void BringUp();

 private:
  class Impl;
  explicit MockCluster(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace touchline::adapters
