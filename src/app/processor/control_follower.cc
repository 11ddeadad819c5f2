#include "app/processor/control_follower.h"

#include <utility>

#include "adapters/system_clock.h"
#include "adapters/thread_name.h"
#include "pipeline/control_reader.h"

namespace touchline::app {
namespace {

// What stands on the control topic is rare and waits for nobody.
constexpr Duration kPollWait = Duration::Millis(200);
constexpr Duration kRetryWait = Duration::Millis(100);
constexpr Duration kFetchWait = Duration::Millis(500);
constexpr Duration kProofInterval = Duration::Seconds(5);
constexpr uint64_t kFetchBytes = uint64_t{1} << 20;

}  // namespace

Result<std::unique_ptr<ControlFollower>> ControlFollower::Start(Parts parts) {
  adapters::ConsumerOptions options;
  options.kafka = parts.kafka;
  options.progress_group = parts.group;
  options.fetch_bytes = kFetchBytes;
  options.fetch_wait = kFetchWait;
  options.proof_interval = kProofInterval;
  auto consumer = adapters::KafkaConsumer::Start(
      std::move(options), {{.topic = parts.topic, .partition = 0, .stored_next = {}, .worker = 0}},
      parts.clock);
  if (!consumer) return tl::unexpected(consumer.error());
  return std::unique_ptr<ControlFollower>(
      new ControlFollower(std::move(parts), std::move(*consumer)));
}

ControlFollower::ControlFollower(Parts parts, std::unique_ptr<adapters::KafkaConsumer> consumer)
    : parts_(std::move(parts)), consumer_(std::move(consumer)), thread_([this] { Follow(); }) {}

ControlFollower::~ControlFollower() {
  stopping_.store(true);
  thread_.join();
}

void ControlFollower::Follow() {
  adapters::NameThread("control");
  pipeline::ControlReader reader(&consumer_->source(0));
  uint64_t unreadable = 0;
  bool away = false;
  while (!stopping_.load()) {
    const auto notes = reader.Read(kPollWait);
    if (!notes) {
      if (notes.error().kind != ErrorClass::kTransient) return parts_.fail(notes.error());
      if (!std::exchange(away, true)) {
        parts_.log->Warning("the control topic is not read: " + notes.error().message);
      }
      adapters::SystemClock::Sleep(kRetryWait);
      continue;
    }
    if (std::exchange(away, false)) parts_.log->Info("the control topic is read again");
    if (!notes->empty()) parts_.tell(*notes);
    if (unreadable == reader.unreadable()) continue;
    unreadable = reader.unreadable();
    parts_.log->Warning("the control topic has records that this version cannot read",
                        {{"topic", parts_.topic}, {"records", std::to_string(unreadable)}});
  }
}

}  // namespace touchline::app
