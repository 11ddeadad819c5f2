#include "app/processor/http_endpoints.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "tests/http/raw_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_store.h"

namespace touchline::app {
namespace {

using test::BodyOf;

class HttpEndpointsTest : public testing::Test {
 protected:
  HttpEndpointsTest() { config_.http.listen = "127.0.0.1:0"; }
  HttpEndpoints::Parts Parts() {
    HttpEndpoints::Parts parts;
    parts.config = &config_;
    parts.published = &published_;
    parts.stats = &stats_;
    parts.reader = &store_;
    parts.snapshots = &store_;
    parts.committer = &store_;
    parts.clock = &clock_;
    parts.log = &log_;
    parts.why_not_ready = [this] { return why_not_ready_; };
    parts.reload = [this] { return reloaded_; };
    return parts;
  }
  void Start() {
    auto endpoints = HttpEndpoints::Start(Parts());
    ASSERT_TRUE(endpoints) << endpoints.error().message;
    endpoints_ = std::move(*endpoints);
    const std::string address = endpoints_->address();
    port_ = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  std::string Get(const std::string& target) const { return test::Get(port_, target); }
  std::string Post(const std::string& target) const {
    test::RawClient client(port_);
    client.Send("POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    return client.ReadResponse();
  }
  static int StatusOf(const std::string& response) {
    return response.size() < 12 ? 0 : std::stoi(response.substr(9, 3));
  }

  Config config_;
  test::FakeStore store_;
  test::FakeClock clock_;
  Logger log_{&clock_, stderr, LogLevel::kError};
  pipeline::PublishedLedger published_;
  pipeline::ProcessStats stats_;
  std::optional<std::string> why_not_ready_;
  Result<std::vector<std::string>> reloaded_;
  uint16_t port_ = 0;
  std::unique_ptr<HttpEndpoints> endpoints_;
};

TEST_F(HttpEndpointsTest, ServePagesAndSayWhyNotReadyBeforeTheStateIsThere) {
  why_not_ready_ = "the state is being restored";
  Start();
  EXPECT_NE(Get("/metrics").find("touchline_build_info{"), std::string::npos);
  EXPECT_EQ(StatusOf(Get("/metrics/agents")), 200);
  EXPECT_EQ(StatusOf(Get("/-/healthy")), 200);
  EXPECT_EQ(StatusOf(Get("/-/ready")), 503);
  EXPECT_NE(Get("/-/ready").find(*why_not_ready_), std::string::npos);
}

TEST_F(HttpEndpointsTest, AnswerQuestionsAboutTheStateOnceItIsThere) {
  Start();
  EXPECT_EQ(StatusOf(Get("/api/v1/interactions/c1")), 503);
  EXPECT_EQ(StatusOf(Get("/api/v1/waiting")), 503);
  const pipeline::TaskKey task = {.stage = pipeline::StageId::kInteractions, .number = 1};
  endpoints_->ServeState({task}, {{.task = task, .name_space = "test", .topic = "events",
                                   .partition = 0}});
  EXPECT_EQ(StatusOf(Get("/api/v1/interactions/c1")), 404) << "no such contact";
  EXPECT_EQ(StatusOf(Get("/api/v1/waiting")), 200);
  EXPECT_EQ(StatusOf(Get("/api/v1/intervals")), 200);
}

TEST_F(HttpEndpointsTest, TakeAReloadOnlyWhereItIsConfigured) {
  Start();
  EXPECT_EQ(StatusOf(Post("/-/reload")), 405);
}

TEST_F(HttpEndpointsTest, AnswerAReloadByWhatBecameOfIt) {
  config_.http.reload = true;
  Start();
  EXPECT_EQ(StatusOf(Post("/-/reload")), 200);
  reloaded_ = std::vector<std::string>{"x.yaml:3:1: no such key", "x.yaml:9:5: no such zone"};
  const std::string refused = Post("/-/reload");
  EXPECT_EQ(StatusOf(refused), 400);
  EXPECT_EQ(BodyOf(refused), "x.yaml:3:1: no such key\nx.yaml:9:5: no such zone\n");
  reloaded_ = Transient("Not yet.");
  EXPECT_EQ(StatusOf(Post("/-/reload")), 503);
  EXPECT_EQ(BodyOf(Post("/-/reload")), "Not yet.\n");
}

TEST_F(HttpEndpointsTest, KeepAdmittedLabelsForTheNextLife) {
  config_.metrics.max_label_values = 1;
  const auto count_call = [this](const std::string& queue) {
    pipeline::Release release;
    const domain::Cell cell = {.metric = domain::MetricId::kConsults, .closed = 0, .bucket = 0};
    release.rows.push_back(
        {.scope = published_.Resolve({.scope = domain::ScopeKind::kQueue, .subject = queue}),
         .cells = {{.cell = cell.packed(), .added = 1}}});
    published_.Apply(release, clock_.Now());
  };
  count_call("zeal");
  Start();
  Get("/metrics");
  endpoints_->KeepLabels();
  endpoints_.reset();
  count_call("able");
  Start();
  const std::string page = Get("/metrics");
  EXPECT_NE(page.find("queue=\"zeal\""), std::string::npos);
  EXPECT_EQ(page.find("queue=\"able\""), std::string::npos) << "the only place is taken";
}

TEST_F(HttpEndpointsTest, DoNotStartOnAnAddressThatIsNone) {
  config_.http.listen = "nowhere";
  EXPECT_FALSE(HttpEndpoints::Start(Parts()));
}

}  // namespace
}  // namespace touchline::app
