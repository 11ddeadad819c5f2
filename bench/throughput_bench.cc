// Throughput, cost and freshness of the whole program on a real broker; see README.md. Each figure
// is measured in a process of its own.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adapters/system_clock.h"
#include "bench/apart.h"
#include "bench/freshness.h"
#include "bench/processing.h"
#include "bench/promises.h"
#include "bench/topics.h"

namespace touchline::bench {
namespace {

struct Options {
  std::string bootstrap;
  std::string folder;
  uint64_t events = 5'000'000;
  uint32_t open_contacts = 10'000;
  uint64_t wide_idle = 950'000;
  uint32_t wide_active = 50'000;
  int32_t partitions = 8;
  int32_t workers = 1;
  uint64_t live_rate = 50'000;
  int64_t live_seconds = 20;
  int rounds = 3;
};

constexpr double kMillion = 1e6;
constexpr int64_t kMiB = 1 << 20;

template <class... Args>
void Say(const char* name, fmt::format_string<Args...> format, Args&&... args) {
  fmt::print("{:<26}{}\n", name, fmt::format(format, std::forward<Args>(args)...));
  std::fflush(stdout);
}

class Bench {
 public:
  explicit Bench(const Options& options) : options_(options) {
    topic_.kafka.bootstrap = options.bootstrap;
    topic_.partitions = options.partitions;
  }

  void Run() {
    const double per_cpu = Throughput();
    if (options_.live_seconds > 0) Freshness();
    if (options_.wide_idle > 0) ManyOpen(per_cpu);
  }

 private:
  BenchTopic Topic(const char* name) const {
    BenchTopic topic = topic_;
    topic.name = name;
    return topic;
  }
  ProcessOptions Process(const char* name) const {
    return {.topic = Topic(name),
            .folder = (std::filesystem::path(options_.folder) / name).string(),
            .workers = options_.workers,
            .internal_prefix = std::string(name) + ".touchline.",
            .rules = {}};
  }
  // On the topic of that name, with promises to every contact, in a state of its own.
  ProcessOptions ProcessPromised(const char* name) const {
    ProcessOptions process = Process(name);
    process.folder += "-promised";
    process.internal_prefix += "promised.";
    process.rules = Promises();
    return process;
  }
  simulator::BenchFeedOptions Feed(uint64_t idle, uint32_t open) const {
    simulator::BenchFeedOptions feed;
    feed.contacts = options_.events / simulator::BenchFeed::kEventsPerContact;
    feed.open_contacts = open;
    feed.idle_contacts = idle;
    // The backlog of a live topic: it ends about now, so that catching up fires nothing.
    const uint64_t events =
        options_.events + idle * simulator::BenchFeed::kEventsPerIdleContact;
    const WallTime start = adapters::SystemClock().Now() - Lasting(events);
    feed.start = EventTime::FromMillis(start.millis());
    return feed;
  }
  // In event time.
  static Duration Lasting(uint64_t events) {
    constexpr uint64_t kPerSecond = simulator::BenchFeedOptions().events_per_second;
    return Duration::Millis(static_cast<int64_t>(events * 1000 / kPerSecond));
  }
  TopicFigures Preloaded(const char* name, const simulator::BenchFeedOptions& feed,
                         uint64_t begin = 0, uint64_t end = UINT64_MAX) const {
    const auto figures =
        RunApart<TopicFigures>([&] { return bench::Preload(Topic(name), feed, begin, end); });
    Say("preloaded", "{} events of {} bytes on average", figures.events,
        figures.bytes / figures.events);
    return figures;
  }

  // Of some rounds, which are as near to each other in time as can be.
  struct Round {
    ConsumeFigures bare;
    ProcessFigures ours, promised;
    double to_bare() const { return bare.cpu / ours.cpu; }
    double with_promises() const { return ours.cpu / promised.cpu; }
  };
  Round MeasureRound(const char* name, uint64_t events) const {
    Round round;
    round.bare = RunApart<ConsumeFigures>([&] { return ConsumeBare(Topic(name), events); });
    const auto process = [&](const ProcessOptions& options) {
      std::filesystem::remove_all(options.folder);
      return RunApart<ProcessFigures>([&] { return ProcessAll(options, events, 0); });
    };
    static int rounds = 0;
    const std::string facts = "round" + std::to_string(++rounds) + ".";
    ProcessOptions ours = Process(name), promised = ProcessPromised(name);
    ours.internal_prefix += facts;
    promised.internal_prefix += facts;
    round.ours = process(ours);
    round.promised = process(promised);
    return round;
  }
  // The middle one of the rounds by what `figure` says, and for people the range of it.
  template <class Figure>
  static const Round& Middle(std::vector<Round>* rounds, Figure figure, std::string* range) {
    std::sort(rounds->begin(), rounds->end(),
              [&](const Round& a, const Round& b) { return figure(a) < figure(b); });
    *range = rounds->size() == 1 ? std::string()
                                 : fmt::format(" ({:.2f} to {:.2f} in {} rounds)",
                                               figure(rounds->front()), figure(rounds->back()),
                                               rounds->size());
    return (*rounds)[rounds->size() / 2];
  }

  // Events per CPU-second.
  double Throughput() const {
    constexpr const char* kName = "bench.many-events";
    fmt::print("-- {} open contacts\n", options_.open_contacts);
    const uint64_t events = Preloaded(kName, Feed(0, options_.open_contacts)).events;
    const auto count = static_cast<double>(events);
    std::vector<Round> rounds;
    for (int i = 0; i < options_.rounds; ++i) rounds.push_back(MeasureRound(kName, events));
    const auto rate = [count](double seconds) { return count / seconds / kMillion; };
    std::string range;
    const ConsumeFigures bare =
        Middle(&rounds, [&](const Round& r) { return rate(r.bare.cpu); }, &range).bare;
    Say("bare consumption", "{:.2f} M events/s, {:.2f} M per CPU-second{}", rate(bare.wall),
        rate(bare.cpu), range);
    const ProcessFigures ours =
        Middle(&rounds, [&](const Round& r) { return rate(r.ours.cpu); }, &range).ours;
    Say("touchline", "{:.2f} M events/s, {:.2f} M per CPU-second{}", rate(ours.wall),
        rate(ours.cpu), range);
    const double to_bare = Middle(&rounds, std::mem_fn(&Round::to_bare), &range).to_bare();
    Say("ratio to bare", "{:.2f}{}", to_bare, range);
    Say("commits", "{}, of {} rows and {} KiB on average; p50 {:.0f} ms, p99 {:.0f} ms",
        ours.commits, ours.rows / ours.commits, ours.bytes / ours.commits / 1024,
        ours.commit_p50_ms, ours.commit_p99_ms);
    Say("records of facts", "{}", ours.fact_records);
    Say("peak RSS", "{} MiB", ours.peak_resident_bytes / kMiB);
    Say("state on disk", "{} MiB", ours.state_bytes / kMiB);
    const Round promised = Middle(&rounds, std::mem_fn(&Round::with_promises), &range);
    Say("with SLA clocks", "{:.2f} M per CPU-second, {:.2f} of the figure without{}",
        rate(promised.promised.cpu), promised.with_promises(), range);
    return count / ours.cpu;
  }

  void Freshness() const {
    constexpr const char* kName = "bench.live";
    fmt::print("-- live, {} events/s\n", options_.live_rate);
    const auto live = MeasureFreshness(Prepared(kName), options_.live_rate, options_.live_seconds);
    Say("event to visible", "p50 {:.0f} ms, p99 {:.0f} ms, longest {:.0f} ms", live.p50_ms,
        live.p99_ms, live.max_ms);
    Say("", "{} events, {} series, {} scrapes", live.events, live.series, live.scrapes);
  }
  ProcessOptions Prepared(const char* name) const {
    simulator::BenchFeedOptions none;
    none.contacts = 1;
    none.open_contacts = 1;
    RunApart<TopicFigures>([&] { return bench::Preload(Topic(name), none); });
    return Process(name);
  }

  void ManyOpen(double per_cpu_with_few) const {
    constexpr const char* kName = "bench.many-open";
    fmt::print("-- {} open contacts, of which {} are active\n",
               options_.wide_idle + options_.wide_active, options_.wide_active);
    const auto feed = Feed(options_.wide_idle, options_.wide_active);
    // The silent contacts come first, and both stages are done with them before the others come:
    // what an event costs among so many is not to include what they did.
    const uint64_t idle = options_.wide_idle * simulator::BenchFeed::kEventsPerIdleContact;
    Preloaded(kName, feed, 0, idle);
    ProcessOptions before = Process(kName);
    before.stopped_clock = WallTime::FromMillis((feed.start + Lasting(idle)).millis());
    RunApart<ProcessFigures>([&] { return ProcessAll(before, idle, 0); });
    const uint64_t events = idle + Preloaded(kName, feed, idle).events;
    const auto ours =
        RunApart<ProcessFigures>([&] { return ProcessAll(Process(kName), events, idle); });
    const auto measured = static_cast<double>(ours.measured_events);
    const double per_cpu = measured / ours.measured_cpu;
    Say("touchline", "{:.2f} M events/s, {:.2f} M per CPU-second",
        measured / ours.measured_wall / kMillion, per_cpu / kMillion);
    Say("ratio to few open", "{:.2f}", per_cpu / per_cpu_with_few);
    Say("peak RSS", "{} MiB", ours.peak_resident_bytes / kMiB);
    Say("state on disk", "{} MiB", ours.state_bytes / kMiB);
    const auto restart = RunApart<double>([&] { return MeasureRestart(Process(kName)); });
    Say("restart until ready", "{:.2f} s", restart);
    Reload(kName, events);
  }

  // A policy is changed while all these contacts are open.
  void Reload(const char* name, uint64_t events) const {
    const auto promised = RunApart<ProcessFigures>(
        [&] { return ProcessAll(ProcessPromised(name), events, events); });
    Say("with SLA clocks", "{} MiB at most, {} MiB of state", promised.peak_resident_bytes / kMiB,
        promised.state_bytes / kMiB);
    const auto reload = RunApart<ReloadFigures>([&] {
      return MeasureReload(ProcessPromised(name), Promises(Duration::Hours(30), "new"), "new");
    });
    Say("policy changed", "{} clocks within {:.1f} s; longest time between commits {:.0f} ms",
        reload.clocks, reload.seconds, reload.longest_stall_ms);
  }

  const Options options_;
  BenchTopic topic_;
};

}  // namespace
}  // namespace touchline::bench

int main(int argc, char** argv) {
  touchline::bench::Options options;
  CLI::App app("Measures the whole program on a real broker.");
  app.add_option("--bootstrap", options.bootstrap)->required();
  app.add_option("--folder", options.folder, "For the states; must not exist")->required();
  app.add_option("--events", options.events, "To preload")->capture_default_str();
  app.add_option("--open", options.open_contacts, "Contacts open at once")->capture_default_str();
  app.add_option("--wide-idle", options.wide_idle,
                 "Open contacts that stay silent, in the run with many; 0: no such run")
      ->capture_default_str();
  app.add_option("--wide-active", options.wide_active, "Active contacts in the run with many")
      ->capture_default_str();
  app.add_option("--partitions", options.partitions)->capture_default_str();
  app.add_option("--workers", options.workers)->capture_default_str();
  app.add_option("--live-rate", options.live_rate, "Events a second")->capture_default_str();
  app.add_option("--rounds", options.rounds,
                 "Of bare consumption, the program, and the program with SLA clocks, in turns; the "
                 "middle figures are told")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--live-seconds", options.live_seconds, "0: no live run")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  touchline::bench::Bench(options).Run();
  return 0;
}
