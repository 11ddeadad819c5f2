#pragma once

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/ports.h"
#include "tests/support/fake_log.h"

namespace touchline::test {

struct FakeInput {
  pipeline::InputIndex input = 0;
  std::string topic;
  int32_t partition = 0;
  pipeline::Offset start = 0;
};

// A worker's Source on a FakeLog. Never waits, whatever `max_wait` says. Records are copies that
// die at the next Poll, so that a view kept too long is found by the address sanitizer.
class FakeSource final : public pipeline::Source {
 public:
  // `log` and `clock` must outlive it.
  FakeSource(const FakeLog* log, const pipeline::Clock* clock, std::vector<FakeInput> inputs);

  // Inputs take turns: each Poll begins with the one after the last served.
  // kTransient while the link is broken; kFatal once retention has passed a position, or
  // for one beyond the end.
  Result<std::span<const pipeline::SourceRecord>> Poll(Duration max_wait) override;
  std::span<const pipeline::EndProof> TakeEndProofs() override;
  void Pause(bool paused) override { paused_ = paused; }
  void ReportProgress(pipeline::InputIndex input, pipeline::Offset next) override;

  // At most n records in a Poll. REQUIRES: n > 0.
  void LimitBatch(size_t n) { batch_limit_ = n; }
  // Delivers again from `offset`, as a resumed partition may.
  void Redeliver(pipeline::InputIndex input, pipeline::Offset offset);
  // The broker is asked now where each partition ends, and answers, if the link holds.
  void ProveEnds();
  // Asked now, answered later: the proof of this moment arrives only with DeliverProofs.
  void AskForEnds();
  void DeliverProofs();

  bool paused() const { return paused_; }
  // The next offset that Poll would deliver.
  pipeline::Offset position(pipeline::InputIndex input) const;
  std::optional<pipeline::Offset> reported_progress(pipeline::InputIndex input) const;

 private:
  FakeInput& Find(pipeline::InputIndex input);
  Status TakeFrom(FakeInput* input);
  void Publish(const FakeInput& input, const LogRecord& record, pipeline::Offset offset);

  const FakeLog* log_;
  const pipeline::Clock* clock_;
  std::vector<FakeInput> inputs_;
  size_t turn_ = 0;
  size_t batch_limit_ = 1000;
  bool paused_ = false;

  struct Delivered {
    LogRecord record;
    std::vector<pipeline::Header> headers;
  };
  std::deque<Delivered> delivered_;
  std::vector<pipeline::SourceRecord> views_;
  std::map<pipeline::InputIndex, pipeline::EndProof> asked_;
  std::map<pipeline::InputIndex, pipeline::EndProof> answered_;
  std::vector<pipeline::EndProof> taken_;
  std::map<pipeline::InputIndex, pipeline::Offset> progress_;
};

}  // namespace touchline::test
