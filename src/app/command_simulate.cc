#include "app/command_simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "adapters/system_clock.h"
#include "app/stop_signal.h"
#include "simulator/simulator.h"

namespace touchline::app {
namespace {

using simulator::RecordWhat;
using simulator::SimulatedRecord;

constexpr int64_t kReportEveryNs = 5'000'000'000;
constexpr Duration kLongestSleep = Duration::Millis(100);  // so that a signal is soon heard

std::array<std::string, 3> TopicNames(const std::string& prefix) {
  return {prefix + "calls", prefix + "chats", prefix + "tickets"};
}

// Decides when the next record may go.
class Pacer {
 public:
  Pacer(const SimulateOptions& options, bool to_kafka, const pipeline::Clock& clock)
      : clock_(clock), rate_(options.rate), began_ns_(clock.MonotonicNanos()) {
    real_time_ = to_kafka && !options.rate && !options.full_speed;
  }

  // Waits; false when a signal asks to stop.
  bool WaitFor(const SimulatedRecord& record, uint64_t sent) {
    while (!StopRequested()) {
      const Duration wait = Missing(record, sent);
      if (wait <= Duration()) return true;
      adapters::SystemClock::Sleep(std::min(wait, kLongestSleep));
    }
    return false;
  }

 private:
  Duration Missing(const SimulatedRecord& record, uint64_t sent) const {
    if (real_time_) {
      return Duration::Millis(record.emitted_at.millis() - clock_.Now().millis());
    }
    if (!rate_) return {};
    const double due_ns = static_cast<double>(sent) / *rate_ * 1e9;
    const double now_ns = static_cast<double>(clock_.MonotonicNanos() - began_ns_);
    // Less than a millisecond early is not worth a sleep.
    return Duration::Millis(static_cast<int64_t>((due_ns - now_ns) / 1e6));
  }

  const pipeline::Clock& clock_;
  std::optional<double> rate_;
  int64_t began_ns_;
  bool real_time_ = false;
};

Status SendRecord(const SimulatedRecord& record, const std::array<std::string, 3>& topics,
                  EventOutput* out) {
  const std::string& topic = topics[static_cast<size_t>(record.topic)];
  switch (record.what) {
    case RecordWhat::kEvent:
    case RecordWhat::kDuplicate:
    case RecordWhat::kHeartbeat: return out->SendEvent(topic, record.event.view());
    case RecordWhat::kUnknownType:
    case RecordWhat::kPoison: break;
  }
  return out->SendRaw(topic, record.key, record.raw);
}

Status SendStory(const SimulateOptions& options, const pipeline::Clock& clock, EventOutput* out,
                 Logger* log) {
  simulator::Simulator story(options.simulator);
  const auto topics = TopicNames(options.topic_prefix);
  Pacer pacer(options, options.output.file.empty(), clock);
  SimulatedRecord record;
  int64_t report_ns = clock.MonotonicNanos() + kReportEveryNs;
  while (out->sent() < options.limit.value_or(UINT64_MAX) && story.Next(&record)) {
    if (!pacer.WaitFor(record, out->sent())) break;
    if (Status sent = SendRecord(record, topics, out); !sent) return sent;
    // The clock is looked at seldom: at full speed a record takes about a microsecond.
    if (out->sent() % 256 == 0 && clock.MonotonicNanos() >= report_ns) {
      report_ns += kReportEveryNs;
      log->Info("simulating", {{"records", fmt::format("{}", out->sent())},
                               {"open_contacts", fmt::format("{}", story.open_contacts())}});
    }
  }
  return out->Finish();
}

}  // namespace

ExitCode RunSimulate(SimulateOptions options, const Console& console,
                     const pipeline::Clock& clock, Logger* log) {
  const bool to_kafka = options.output.file.empty();
  if (to_kafka && !options.start_given) {
    options.simulator.start = EventTime::FromMillis(clock.Now().millis());
  }
  const std::vector<std::string> mistakes = simulator::Validate(options.simulator);
  for (const std::string& mistake : mistakes) {
    fmt::print(console.err, "touchline simulate: {}\n", mistake);
  }
  if (!mistakes.empty()) return ExitCode::kUsage;
  InstallStopSignals();

  const auto topics = TopicNames(options.topic_prefix);
  auto output = OpenOutput(options.output, {topics.begin(), topics.end()}, console, log);
  Status done = output ? SendStory(options, clock, output->events.get(), log)
                       : Status(tl::unexpected(output.error()));
  if (!done) {
    log->Error(done.error().message);
    return done.error().kind == ErrorClass::kTransient ? ExitCode::kBrokerUnavailable
                                                       : done.error().exit_code;
  }
  log->Info("simulated", {{"records", fmt::format("{}", output->events->sent())},
                          {"seed", fmt::format("{}", options.simulator.seed)}});
  return ExitCode::kOk;
}

}  // namespace touchline::app
