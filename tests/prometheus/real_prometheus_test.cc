#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "adapters/http/server.h"
#include "adapters/http/site.h"
#include "adapters/prometheus/metrics_pages.h"
#include "adapters/system_clock.h"
#include "tests/http/raw_client.h"
#include "tests/prometheus/child_process.h"
#include "tests/prometheus/exposition.h"
#include "tests/prometheus/ledger_fixture.h"
#include "tests/support/temporary_folder.h"

namespace touchline::adapters {
namespace {

using domain::MetricId;
using test::Agent;
using test::ChildProcess;
using test::Queue;

constexpr int64_t kPatienceNanos = 60'000'000'000;

// A site with hostile names on both pages, served by the real server.
class RealPrometheusTest : public test::LedgerFixture {
 protected:
  RealPrometheusTest() {
    const WallTime now = system_clock_.Now();
    // The corrections below are then old enough for their twins to show.
    clock_.Set(now - Duration::Minutes(5));
    const EventTime event_now = EventTime::FromMillis(now.millis());
    for (const std::string& name : test::HostileNames()) {
      Add(Queue(name), MetricId::kConsults, 0, 7, 2);
      Add(Queue(name), MetricId::kContactOutcomes, 2, 11);
      Observe(Queue(name), MetricId::kAnswerSeconds, 0, 20'001);
      Withdraw(Queue(name), MetricId::kAnswerSeconds, 0, 20'001);
      Wait(Queue(name), 3, event_now);
      Add(Agent(name), MetricId::kAgentHandlingSeconds, 1, 61'234);
      AddAt(pipeline::RowKind::kBucket, FloorTo(event_now, pipeline::kBucket), Agent(name),
            MetricId::kAgentHandlingSeconds, 1, 1'500);
    }
    AddEveryMetric();
    stats_.free_disk_bytes = 1 << 30;
    stats_.config_loaded_at_ms = clock_.Now().millis();
    Progress({.topic = "support.calls", .stage = "interactions", .watermark = event_now});
    ExportOptions options;
    options.build_info = {{"version", "0.1.0"}};
    options.sources.state_size = [] { return ExportSources::StateSize(); };
    options.sources.input_lags = [] {
      return std::vector<ExportSources::InputLag>{{.source = "calls"}};
    };
    pages_ = std::make_unique<MetricsPages>(ledger_, stats_, options, system_clock_);
  }

  // One cell of each metric, added and withdrawn, so that no name on the pages is missing.
  void AddEveryMetric() {
    for (const domain::MetricSpec& spec : domain::Catalogue()) {
      if (spec.id == MetricId::kLongestWaitingSince) continue;
      const pipeline::ScopeLabels labels = {.scope = spec.scope, .subject = "every"};
      if (spec.type == domain::MetricType::kHistogram) {
        Observe(labels, spec.id, 0, 1);
        Withdraw(labels, spec.id, 0, 1);
      } else {
        Add(labels, spec.id, 0, 2, 1);
      }
    }
  }

  uint16_t Serve() {
    router_ = MakeSite({.metrics = [this] { return pages_->Main(); },
                        .agent_metrics = [this] { return pages_->Agents(); },
                        .metrics_content_type = std::string(MetricsPages::content_type()),
                        .why_not_ready = [] { return std::nullopt; },
                        .ledger = &ledger_});
    auto server = HttpServer::Start({.listen = "127.0.0.1:0"}, [this](const HttpRequest& request) {
      return router_.Handle(request);
    });
    EXPECT_TRUE(server);
    server_ = *std::move(server);
    return server_->port();
  }

  // Until `done` says so, or patience ends.
  template <class Done>
  bool WaitUntil(const Done& done) {
    const int64_t deadline = system_clock_.MonotonicNanos() + kPatienceNanos;
    while (!done()) {
      if (system_clock_.MonotonicNanos() > deadline) return false;
      SystemClock::Sleep(Duration::Millis(100));
    }
    return true;
  }

  // Starts Prometheus on a free port, which it tells in its log.
  void StartPrometheus(uint16_t site_port) {
    const std::string site = "127.0.0.1:" + std::to_string(site_port);
    std::ofstream(File("prometheus.yml"))
        << "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
        << "scrape_configs:\n"
        << "- {job_name: main, static_configs: [{targets: ['" << site << "']}]}\n"
        << "- {job_name: agents, metrics_path: /metrics/agents, static_configs: [{targets: ['"
        << site << "']}]}\n";
    prometheus_.emplace(
        std::vector<std::string>{"prometheus", "--config.file=" + File("prometheus.yml"),
                                 "--storage.tsdb.path=" + File("data"),
                                 "--web.listen-address=127.0.0.1:0"},
        "/dev/null", File("prometheus.log"));
    const std::string mark = "msg=\"Listening on\" address=127.0.0.1:";
    const bool has_started = WaitUntil([&] {
      const std::string log = test::ReadFile(File("prometheus.log"));
      const size_t at = log.find(mark);
      if (at == std::string::npos || log.find('\n', at) == std::string::npos) return false;
      prometheus_port_ = static_cast<uint16_t>(std::stoi(log.substr(at + mark.size())));
      return true;
    });
    ASSERT_TRUE(has_started) << test::ReadFile(File("prometheus.log"));
  }

  // The value of an instant query with one result; "none" for no result.
  std::string Query(const std::string& query) const {
    std::string target = "/api/v1/query?query=";
    for (const char c : query) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      target += {'%', kHex[byte >> 4], kHex[byte & 0xF]};
    }
    const std::string body = test::BodyOf(test::GetAsHttp10(prometheus_port_, target));
    const size_t at = body.find("\"value\":[");
    const bool is_empty = body.find("\"result\":[]") != std::string::npos;
    if (at == std::string::npos) return is_empty ? "none" : body;
    const size_t begin = body.find(",\"", at) + 2;
    return body.substr(begin, body.find('"', begin) - begin);
  }

  // A name as PromQL's string, every byte escaped.
  static std::string Quoted(const std::string& name) {
    std::string quoted = "\"";
    for (const char c : SanitizeLabelValue(name, 128)) {
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      quoted += {'\\', 'x', kHex[byte >> 4], kHex[byte & 0xF]};
    }
    return quoted + "\"";
  }

  std::string File(const std::string& name) const { return folder_.path() + "/" + name; }

  SystemClock system_clock_;
  test::TemporaryFolder folder_;
  std::unique_ptr<MetricsPages> pages_;
  Router router_;
  std::unique_ptr<HttpServer> server_;
  std::optional<ChildProcess> prometheus_;
  uint16_t prometheus_port_ = 0;
};

TEST_F(RealPrometheusTest, FindsNothingToLintOnEitherPage) {
  const uint16_t port = Serve();
  for (const std::string path : {"/metrics", "/metrics/agents"}) {
    std::ofstream(File("page")) << test::BodyOf(test::Get(port, path));
    const int exit_code =
        ChildProcess({"promtool", "check", "metrics"}, File("page"), File("lint")).Wait();
    EXPECT_EQ(exit_code, 0) << path << "\n" << test::ReadFile(File("lint"));
    EXPECT_EQ(test::ReadFile(File("lint")), "") << path;
  }
}

TEST_F(RealPrometheusTest, ReadsBothPagesWithHostileNames) {
  StartPrometheus(Serve());
  if (HasFatalFailure()) return;
  const bool is_up = WaitUntil([this] { return Query("sum(up)") == "2"; });
  ASSERT_TRUE(is_up) << Query("up") << test::ReadFile(File("prometheus.log"));

  for (const std::string& name : test::HostileNames()) {
    const std::string queue = "{queue=" + Quoted(name) + "}";
    EXPECT_EQ(Query("touchline_consults_total" + queue), "7") << name;
    EXPECT_EQ(Query("touchline_consults_withdrawn_total" + queue), "2") << name;
    EXPECT_EQ(Query("sum(touchline_contact_outcomes_total" + queue + ")"), "11") << name;
    EXPECT_EQ(Query("touchline_answer_withdrawn_seconds_sum" + queue), "20.001") << name;
    EXPECT_EQ(Query("touchline_answer_seconds_bucket{le=\"30.0\",queue=" + Quoted(name) + "}"),
              "1")
        << name;
    const std::string agent = "{agent=" + Quoted(name) + ",part=\"talk\"";
    EXPECT_EQ(Query("touchline_agent_handling_seconds_total" + agent + "}"), "61.234") << name;
    EXPECT_EQ(Query("touchline_agent_handling_seconds_window" + agent + ",window=\"1h\"}"), "1.5")
        << name;
  }
  const auto on_page = [](const std::string& text) {
    return std::to_string(test::ParseExposition(text).values.size());
  };
  EXPECT_EQ(Query("scrape_samples_scraped{job=\"main\"}"), on_page(pages_->Main()));
  EXPECT_EQ(Query("scrape_samples_scraped{job=\"agents\"}"), on_page(pages_->Agents()));
}

}  // namespace
}  // namespace touchline::adapters
