#include "bench/freshness.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/json/cloud_event_encoder.h"
#include "adapters/kafka/producer.h"
#include "adapters/system_clock.h"
#include "tests/http/raw_client.h"

namespace touchline::bench {
namespace {

struct Mark {
  uint64_t count = 0;
  double sent_at = 0;
};

// The sum of the values of the lines that begin so.
uint64_t SumOf(std::string_view page, std::string_view prefix) {
  uint64_t sum = 0;
  for (size_t at = page.find(prefix); at != std::string_view::npos;
       at = page.find(prefix, at + 1)) {
    const size_t end = page.find('\n', at);
    const size_t space = page.rfind(' ', end);
    double value = 0;
    std::from_chars(page.data() + space + 1, page.data() + end, value);
    sum += static_cast<uint64_t>(value);
  }
  return sum;
}

uint64_t CountSeries(std::string_view page) {
  uint64_t series = 0;
  for (size_t at = 0; at < page.size(); at = page.find('\n', at) + 1) {
    if (page[at] != '#') ++series;
    if (page.find('\n', at) == std::string_view::npos) break;
  }
  return series;
}

// Sends at the rate until the time is over; a mark every two milliseconds.
class Sender {
 public:
  Sender(const BenchTopic& topic, uint64_t rate)
      : topic_(topic),
        rate_(rate),
        producer_(Must(adapters::EventProducer::Create({.kafka = topic.kafka}))),
        feed_({.seed = 77,
               .start = EventTime::FromMillis(adapters::SystemClock().Now().millis()),
               .events_per_second = rate,
               .contacts = 0}) {}

  void Run(int64_t seconds) {
    const double began = Now();
    while (Now() - began < static_cast<double>(seconds)) {
      const auto due = static_cast<uint64_t>((Now() - began) * static_cast<double>(rate_));
      while (sent_ < due && feed_.Next(&record_)) {
        json_.clear();
        json::AppendStructured(record_.event.view(), &json_);
        Must(producer_->Produce({.topic = topic_.name, .key = record_.key, .payload = json_}));
        ++sent_;
      }
      {
        const std::lock_guard lock(mutex_);
        marks_.push_back({.count = sent_, .sent_at = Now()});
      }
      adapters::SystemClock::Sleep(Duration::Millis(2));
    }
    Must(producer_->Flush(Duration::Minutes(1)));
    done_.store(true);
  }

  // Takes the marks that `counted` events have reached.
  void TakeReached(uint64_t counted, double now, std::vector<double>* waits_ms) {
    const std::lock_guard lock(mutex_);
    for (; taken_ < marks_.size() && marks_[taken_].count <= counted; ++taken_) {
      waits_ms->push_back((now - marks_[taken_].sent_at) * 1000);
    }
  }
  bool all_taken() const {
    const std::lock_guard lock(mutex_);
    return done_.load() && taken_ == marks_.size();
  }
  uint64_t sent() const { return sent_; }

 private:
  const BenchTopic topic_;
  const uint64_t rate_;
  std::unique_ptr<adapters::EventProducer> producer_;
  simulator::BenchFeed feed_;
  simulator::SimulatedRecord record_;
  std::string json_;
  uint64_t sent_ = 0;
  mutable std::mutex mutex_;
  std::vector<Mark> marks_;
  size_t taken_ = 0;
  std::atomic<bool> done_{false};
};

FreshnessFigures Measure(uint16_t port, const BenchTopic& topic, uint64_t rate, int64_t seconds) {
  constexpr std::string_view kCounted = "touchline_events_total{source=\"bench\"";
  FreshnessFigures figures;
  std::string page = test::BodyOf(test::Get(port, "/metrics"));
  const uint64_t before = SumOf(page, kCounted);
  Sender sender(topic, rate);
  std::thread sending([&] { sender.Run(seconds); });
  std::vector<double> waits;
  while (!sender.all_taken()) {
    page = test::BodyOf(test::Get(port, "/metrics"));
    ++figures.scrapes;
    sender.TakeReached(SumOf(page, kCounted) - before, Now(), &waits);
    adapters::SystemClock::Sleep(Duration::Millis(5));
  }
  sending.join();
  std::sort(waits.begin(), waits.end());
  const auto at = [&waits](double q) {
    return waits[static_cast<size_t>(q * static_cast<double>(waits.size() - 1))];
  };
  figures.events = sender.sent();
  figures.series = CountSeries(page);
  figures.p50_ms = at(0.5);
  figures.p99_ms = at(0.99);
  figures.max_ms = waits.back();
  return figures;
}

}  // namespace

FreshnessFigures MeasureFreshness(const ProcessOptions& options, uint64_t events_per_second,
                                  int64_t seconds) {
  Child program = Fork([&options](Channel* channel) { Serve(options, channel); });
  const auto port = program.channel.Receive<uint16_t>();
  // Apart, too: a process with threads cannot be forked again.
  const auto figures = RunApart<FreshnessFigures>(
      [&] { return Measure(port, options.topic, events_per_second, seconds); });
  program.channel.Send('x');
  program.Join();
  return figures;
}

}  // namespace touchline::bench
