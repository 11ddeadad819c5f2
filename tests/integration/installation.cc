#include "tests/integration/installation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>
#include <thread>
#include <utility>

#include "tests/http/raw_client.h"
#include "tests/support/broker.h"

namespace touchline::test {
namespace {

// Looks again and again until `holds`; false: not within `timeout`, or the process ended without.
bool WaitUntil(ChildProcess* process, Duration timeout, const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout.millis());
  for (;;) {
    // Asked before, so that the last look of all comes after the end.
    const bool last = !process->running() || std::chrono::steady_clock::now() >= end;
    if (holds()) return true;
    if (last) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace

Program::Program(const ChildProcess::Options& options) : log_(options.log), process_(options) {}

std::string Program::Log() const {
  std::ifstream in(log_);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool Program::WaitForLog(std::string_view text, Duration timeout) {
  return WaitUntil(&process_, timeout,
                   [&] { return Log().find(text) != std::string::npos; });
}

bool Program::WaitForMatch(const std::string& expression, Duration timeout) {
  const std::regex wanted(expression);
  return WaitUntil(&process_, timeout, [&] { return std::regex_search(Log(), wanted); });
}

uint16_t Program::port() {
  constexpr std::string_view kMark = "address=http://127.0.0.1:";
  if (port_ != 0 || !WaitForLog(kMark, Duration::Seconds(20))) return port_;
  const std::string text = Log();
  port_ = static_cast<uint16_t>(std::atoi(text.c_str() + text.find(kMark) + kMark.size()));
  return port_;
}

std::string Program::Page(const std::string& target) {
  const uint16_t at = port();
  return at == 0 ? std::string() : BodyOf(Get(at, target));
}

int Program::Readiness() {
  const uint16_t at = port();
  const std::string answer = at == 0 ? std::string() : Get(at, "/-/ready");
  const size_t status = answer.find(' ');
  return status == std::string::npos ? 0 : std::atoi(answer.c_str() + status);
}

bool Program::WaitUntilReady(Duration timeout) {
  return WaitUntil(&process_, timeout, [this] { return Readiness() == 200; });
}

std::map<std::string, double> Program::Metrics() {
  std::map<std::string, double> series;
  std::istringstream lines(Page("/metrics"));
  for (std::string line; std::getline(lines, line);) {
    const size_t space = line.rfind(' ');
    if (line.empty() || line[0] == '#' || space == std::string::npos) continue;
    series[line.substr(0, space)] = std::strtod(line.c_str() + space + 1, nullptr);
  }
  return series;
}

std::optional<double> Program::Metric(std::string_view selector) {
  const size_t brace = std::min(selector.find('{'), selector.size());
  const std::string_view name = selector.substr(0, brace);
  std::string_view label = selector.substr(brace);
  if (!label.empty()) label = label.substr(1, label.size() - 2);
  std::optional<double> sum;
  for (const auto& [series, value] : Metrics()) {
    if (std::string_view(series).substr(0, series.find('{')) != name) continue;
    if (series.find(label) != std::string::npos) sum = sum.value_or(0) + value;
  }
  return sum;
}

bool Program::WaitForMetric(std::string_view selector, Range wanted, Duration timeout) {
  return WaitUntil(&process_, timeout, [&] {
    const auto value = Metric(selector);
    return value && *value >= wanted.low && *value <= wanted.high;
  });
}

void Program::Stop() {
  process_.Signal(SIGTERM);
  EXPECT_EQ(process_.Wait(Duration::Seconds(60)), 0) << Log();
}

Installation::Installation(Options options)
    : options_(std::move(options)), config_(WriteConfig()) {
  if (!options_.create_topics) return;
  for (const std::string& topic : options_.topics) {
    Broker::Shared().CreateTopic(TopicName(topic), options_.partitions);
  }
}

std::string Installation::WriteConfig() const {
  std::string path = folder() + "/touchline.yaml";
  std::ofstream out(path);
  out << fmt::format("workers: 2\nkafka:\n  bootstrap_servers: {}\n  group_id: {}\ntopics:\n",
                     Broker::Shared().bootstrap(), options_.name);
  for (const std::string& topic : options_.topics) {
    out << fmt::format(
        "  - name: {}\n    alias: {}\n    partner_from: field\n    partners: [{}]\n",
        TopicName(topic), topic, fmt::join(options_.partners, ", "));
  }
  out << fmt::format("internal_topics:\n  prefix: {}.internal.\nstate:\n  folder: {}\n"
                     "  min_free_disk_bytes: 16MiB\n  store_bytes: {}\n"
                     "http:\n  listen: 127.0.0.1:0\n",
                     options_.name, state_folder(), options_.store_bytes)
      << options_.more;
  return path;
}

std::unique_ptr<Program> Installation::Run(const std::vector<std::string>& overrides,
                                           const std::map<std::string, std::string>& environment) {
  ChildProcess::Options options;
  options.arguments = {std::getenv("TOUCHLINE_PROGRAM"), "run", "--config", config_};
  for (const std::string& override : overrides) {
    options.arguments.insert(options.arguments.end(), {"--set", override});
  }
  options.environment = environment;
  options.log = fmt::format("{}/log{}", folder(), ++lives_);
  return std::make_unique<Program>(options);
}

}  // namespace touchline::test
