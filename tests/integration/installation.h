#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "tests/integration/child_process.h"
#include "tests/support/temporary_folder.h"

namespace touchline::test {

// One life of `touchline run`, the real binary (TOUCHLINE_PROGRAM), watched from outside: by its
// log, its pages and how it ends.
class Program {
 public:
  explicit Program(const ChildProcess::Options& options);

  ChildProcess& process() { return process_; }
  // All that it has logged so far.
  std::string Log() const;
  // Whether a line of its log holds `text` within `timeout`; false at once when it ends without.
  bool WaitForLog(std::string_view text, Duration timeout = Duration::Seconds(30));
  // The same for a match of an ECMAScript expression.
  bool WaitForMatch(const std::string& expression, Duration timeout);
  // The port of its pages, once they are served; 0: it ended first, or took 20 s.
  uint16_t port();
  // What follows the headers of GET `target`; empty: nobody answers.
  std::string Page(const std::string& target);
  // Readiness as a load balancer sees it: 200, 503, or 0 when nobody answers.
  int Readiness();
  // Whether it is ready within `timeout`; false at once when it ends before.
  bool WaitUntilReady(Duration timeout);
  // All series of /metrics by `name{labels}` as written; empty: nobody answers.
  std::map<std::string, double> Metrics();
  // The sum over the series of a name, or over those with a label: `name{label="x"}`. nullopt:
  // there is none.
  std::optional<double> Metric(std::string_view selector);
  // Until `Metric(selector)` is in [low, high]; false: not within `timeout`, or it ended first.
  struct Range {
    double low = 0;
    double high = 0;
  };
  bool WaitForMetric(std::string_view selector, Range wanted, Duration timeout);
  // SIGTERM, and an orderly end within a minute: fails the test when there is none.
  void Stop();

 private:
  std::string log_;
  ChildProcess process_;
  uint16_t port_ = 0;
};

// Input topics on the shared broker, a configuration that names them, and a folder for states and
// logs: what outlives the lives of a program.
class Installation {
 public:
  struct Options {
    std::string name;  // of the consumer group, and before the name of each topic
    std::vector<std::string> topics;
    std::vector<std::string> partners;
    int32_t partitions = 8;
    bool create_topics = true;
    std::string store_bytes = "192MiB";
    std::string more = {};  // lines of the configuration, beside what is needed to run
  };
  explicit Installation(Options options);

  // `touchline run` with this configuration; each override is a KEY=VALUE of --set.
  std::unique_ptr<Program> Run(const std::vector<std::string>& overrides = {},
                               const std::map<std::string, std::string>& environment = {});

  std::string TopicName(const std::string& topic) const { return options_.name + "." + topic; }
  std::string ContactsTopic() const { return options_.name + ".internal.contacts"; }
  std::string AlertsTopic() const { return options_.name + ".internal.alerts"; }
  const std::string& config() const { return config_; }  // the file
  const std::string& folder() const { return folder_.path(); }
  // Where the configuration keeps the state unless an override says otherwise.
  std::string state_folder() const { return folder() + "/state"; }

 private:
  std::string WriteConfig() const;

  const Options options_;
  const TemporaryFolder folder_;
  const std::string config_;
  int lives_ = 0;
};

}  // namespace touchline::test
