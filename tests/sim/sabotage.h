#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/ports.h"
#include "tests/sim/plan.h"

namespace touchline::sim {

// When a part is to break, and whether it has. Shared by all parts of one simulation, so that each
// breaks once, however often its process is restarted.
struct Mischief {
  Sabotage sabotage = Sabotage::kNone;
  int64_t opportunities = 0;  // let so many pass first
  bool done = false;
  std::string victim;  // what it hit
  bool kill = false;   // the process that broke it must die now

  // True once the moment has come, and from then on for the same thing: what a source leaves out
  // it leaves out again when it is read again.
  bool Strikes(Sabotage kind, const std::string& what) {
    if (sabotage != kind) return false;
    if (done) return what == victim;
    if (opportunities-- > 0) return false;
    victim = what;
    return done = true;
  }
};

// Leaves out one record. Every other call goes through.
class SkippingSource final : public pipeline::Source {
 public:
  SkippingSource(pipeline::Source* source, Mischief* mischief)
      : source_(*source), mischief_(*mischief) {}
  Result<std::span<const pipeline::SourceRecord>> Poll(Duration max_wait) override;
  std::span<const pipeline::EndProof> TakeEndProofs() override { return source_.TakeEndProofs(); }
  void Pause(bool paused) override { source_.Pause(paused); }
  void ReportProgress(pipeline::InputIndex input, pipeline::Offset next) override {
    source_.ReportProgress(input, next);
  }

 private:
  pipeline::Source& source_;
  Mischief& mischief_;
  std::vector<pipeline::SourceRecord> left_;
};

// Acknowledges one contact fact that it does not pass on.
class DroppingSink final : public pipeline::Sink {
 public:
  DroppingSink(pipeline::Sink* sink, Mischief* mischief) : sink_(*sink), mischief_(*mischief) {}
  Result<bool> Send(const pipeline::OutboundRecord& record, uint64_t ticket) override;
  Result<std::span<const uint64_t>> TakeAcknowledged() override;

 private:
  pipeline::Sink& sink_;
  Mischief& mischief_;
  std::vector<uint64_t> dropped_, tickets_;
};

// Writes half of one batch, or nothing of it, and lets the process die once it is called durable.
// Tells `watch` of every batch that is called durable, when it is.
class BreakingCommitter final : public pipeline::Committer {
 public:
  using Watch = std::function<void(const pipeline::SealedBatch&)>;
  BreakingCommitter(pipeline::Committer* committer, Mischief* mischief, Watch watch)
      : committer_(*committer), mischief_(*mischief), watch_(std::move(watch)) {}
  void Submit(std::shared_ptr<const pipeline::SealedBatch> batch,
              std::function<void(Status)> done) override;

 private:
  pipeline::Committer& committer_;
  Mischief& mischief_;
  Watch watch_;
};

}  // namespace touchline::sim
