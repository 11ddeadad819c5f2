#include <string>

#include "tests/golden/systems.h"
#include "tests/support/pipeline_driver.h"

namespace touchline::golden {
namespace {

std::string TopicOf(domain::Kind kind) {
  return "support." + std::string(domain::Name(kind)) + "s";
}

constexpr int64_t kKinds = 3;

bool IsEventTopic(const pipeline::ScopeLabels& labels) {
  return labels.subject == "calls" || labels.subject == "chats" || labels.subject == "tickets";
}

class PipelineSystem final : public TimelineSystem {
 public:
  explicit PipelineSystem(const SystemSetup& setup)
      : driver_({.rules = setup.rules,
                 .partitions = setup.partitions,
                 .contacts_partitions = setup.partitions,
                 .topics = {},
                 .partners = setup.partners}),
        partitions_(setup.partitions) {}

  Status Push(domain::Kind kind, std::string_view subject, std::string_view payload) override {
    driver_.Append(TopicOf(kind), subject, payload);
    ++records_;
    return driver_.Consume();
  }
  Status Commit() override { return driver_.Commit(); }
  Status CrashAndRestore() override {
    if (Status s = driver_.Crash(); !s) return s;
    return driver_.Consume();
  }
  Status AdvanceTo(EventTime watermark) override {
    if (Status s = driver_.AdvanceTo(watermark); !s) return s;
    records_ += kKinds * partitions_;  // a heartbeat each
    if (driver_.JourneysWatermark() >= watermark) return {};
    return Fatal("the journeys' watermark stays behind");
  }
  Result<NetValues> Read() override {
    NetValues values;
    int64_t counted = 0;
    driver_.ReadNet([&](pipeline::RowKind row, EventTime start, const pipeline::ScopeLabels& labels,
                        domain::Cell cell, int64_t net) {
      values.Add({.kind = row, .start = start}, labels, cell, net);
      if (cell.metric == domain::MetricId::kEvents && IsEventTopic(labels)) counted += net;
    });
    driver_.ReadWaiting([&](const pipeline::ScopeLabels& labels, EventTime since) {
      values.SetWaitingSince(labels, since);
    });
    // Every number of a contact can be explained, whatever the story.
    const std::string unexplained = driver_.FindUnexplained();
    if (!unexplained.empty()) return Fatal(unexplained);
    if (counted == records_) return values;
    return Fatal(std::to_string(records_) + " records consumed, but " + std::to_string(counted) +
                 " counted: consumed = applied + duplicate + ignored + rejected");
  }

 private:
  test::PipelineDriver driver_;
  int64_t partitions_;
  int64_t records_ = 0;
};

}  // namespace

std::unique_ptr<TimelineSystem> MakePipelineSystem(const SystemSetup& setup) {
  return std::make_unique<PipelineSystem>(setup);
}

}  // namespace touchline::golden
