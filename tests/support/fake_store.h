#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/ports.h"

namespace touchline::test {

// The store in memory, with its completions in the test's hands. What is durable outlives a Crash;
// what was only submitted does not, whole batches at a time.
class FakeStore final : public pipeline::Committer,
                        public pipeline::StateReader,
                        public pipeline::SnapshotSource {
 public:
  using Rows = std::map<std::string, std::string, std::less<>>;

  // Durable, and `done` called, before it returns; unless held.
  void Submit(std::shared_ptr<const pipeline::SealedBatch> batch,
              std::function<void(Status)> done) override;
  Result<std::unique_ptr<pipeline::StateReader>> Snapshot() override;
  Result<std::optional<std::string>> Get(std::string_view key) override;
  Status Scan(
      std::string_view begin, std::string_view end,
      const std::function<bool(std::string_view key, std::string_view value)>& visit) override;

  // A slow disk: what is submitted waits, until completed one by one or released.
  void HoldCommits() { held_ = true; }
  void ReleaseCommits();
  // Makes the oldest waiting batch durable and calls its `done`. False when none waits.
  bool CompleteOne();
  // Makes the oldest waiting batch durable but keeps its `done` back: a process that dies between
  // the two. The `done` follows with the next CompleteOne, if there is one.
  bool PersistOne();
  // The next batch to be written fails, and every later one with it, as kFatal.
  void FailNextCommit(std::string message);
  // The process dies: what waits is lost and its `done` is never called; rows stay.
  // The failure that FailNextCommit asked for is over.
  void Crash();

  size_t waiting() const { return waiting_.size(); }
  size_t commits() const { return commits_; }
  const Rows& rows() const { return rows_; }

 private:
  struct Pending {
    std::shared_ptr<const pipeline::SealedBatch> batch;
    std::function<void(Status)> done;
    bool persisted = false;
  };
  void Persist(Pending* pending);

  Rows rows_;
  std::deque<Pending> waiting_;
  bool held_ = false;
  bool completing_ = false;
  size_t commits_ = 0;
  std::optional<std::string> failure_;
};

}  // namespace touchline::test
