#include <string>
#include <utility>

#include "adapters/json/cloud_event_decoder.h"
#include "base/rfc3339.h"
#include "tests/golden/systems.h"
#include "tests/support/murmur2.h"
#include "tests/support/naive/model.h"

namespace touchline::golden {
namespace {

constexpr size_t kKinds = 3;

// Keeps all that was consumed, and recomputes from it at every reading.
class ModelSystem final : public TimelineSystem {
 public:
  explicit ModelSystem(const SystemSetup& setup)
      : partitions_(setup.partitions), rules_({setup.rules}) {
    inputs_.resize(kKinds * static_cast<size_t>(partitions_));
    for (naive::InputLog& input : inputs_) {
      input.partners = setup.partners;
      input.live = false;
      input.skew = Duration();
    }
  }

  Status Push(domain::Kind kind, std::string_view subject, std::string_view payload) override {
    const auto partition = static_cast<size_t>(test::PartitionOfKey(subject, partitions_));
    const size_t input = static_cast<size_t>(kind) * static_cast<size_t>(partitions_) + partition;
    return Consume(subject, payload, &inputs_[input]);
  }
  Status Commit() override { return {}; }
  Status CrashAndRestore() override { return {}; }
  Status AdvanceTo(EventTime watermark) override {
    watermark_ = watermark;
    const std::string time = FormatRfc3339(watermark);
    const std::string heartbeat =
        R"({"specversion":"1.0","type":"source.heartbeat","source":"/model","id":")" + time +
        R"(","time":")" + time + R"(","data":{"complete_until":")" + time + R"("}})";
    for (naive::InputLog& input : inputs_) {
      if (Status s = Consume("", heartbeat, &input); !s) return s;
    }
    return {};
  }
  Result<NetValues> Read() override {
    const naive::ModelResult result =
        naive::Recompute(inputs_, std::vector(inputs_.size(), watermark_), watermark_, rules_);
    NetValues values;
    for (const auto& [key, value] : result.values) {
      values.Add({.kind = key.row, .start = key.start}, key.labels,
                 domain::Cell::FromPacked(key.cell), value);
    }
    for (const auto& [labels, since] : result.waiting) values.SetWaitingSince(labels, since);
    return values;
  }

 private:
  Status Consume(std::string_view key, std::string_view payload, naive::InputLog* input) {
    const pipeline::SourceRecord record{
        .input = 0, .offset = 0, .key = key, .payload = payload, .headers = {}};
    domain::Event event;
    pipeline::DecodeError error;
    if (decoder_.Decode(record, &event, &error) != pipeline::DecodeStatus::kEvent) {
      return Fatal("the contract refuses this event: " + error.detail);
    }
    naive::Consumed consumed;
    consumed.event = naive::LoggedEvent(event);
    input->records.push_back(std::move(consumed));
    return {};
  }

  int partitions_;
  naive::Rules rules_;
  json::CloudEventDecoder decoder_;
  std::vector<naive::InputLog> inputs_;
  EventTime watermark_;
};

}  // namespace

std::unique_ptr<TimelineSystem> MakeModelSystem(const SystemSetup& setup) {
  return std::make_unique<ModelSystem>(setup);
}

}  // namespace touchline::golden
