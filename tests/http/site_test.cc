#include "adapters/http/site.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace touchline::adapters {
namespace {

class SiteTest : public testing::Test {
 protected:
  HttpResponse Get(const std::string& target) {
    const Router router = MakeSite({.metrics = [] { return "main page"; },
                                    .agent_metrics = [] { return "agents page"; },
                                    .metrics_content_type = "text/exposition",
                                    .why_not_ready = [this] { return why_not_ready_; },
                                    .ledger = &ledger_});
    return router.Handle(*ParseTarget(target));
  }
  pipeline::PublishedLedger ledger_;
  std::optional<std::string> why_not_ready_;
};

TEST_F(SiteTest, ServesEachMetricPageWithItsType) {
  EXPECT_EQ(Get("/metrics").body, "main page");
  EXPECT_EQ(Get("/metrics/agents").body, "agents page");
  EXPECT_EQ(Get("/metrics/agents").content_type, "text/exposition");
}

TEST_F(SiteTest, IsHealthyEvenWhenNotReady) {
  why_not_ready_ = "The state is being restored.";
  EXPECT_EQ(Get("/-/healthy").status, 200);
}

TEST_F(SiteTest, SaysWhyItIsNotReadyUntilItIs) {
  why_not_ready_ = "The state is being restored.";
  EXPECT_EQ(Get("/-/ready").status, 503);
  EXPECT_NE(Get("/-/ready").body.find(*why_not_ready_), std::string::npos);
  why_not_ready_.reset();
  EXPECT_EQ(Get("/-/ready").status, 200);
}

TEST_F(SiteTest, HasNoIntervalsWithoutTheirSource) {
  EXPECT_EQ(Get("/api/v1/intervals").status, 404);
  EXPECT_EQ(Get("/api/v1/waiting").status, 404);
  EXPECT_EQ(Get("/api/v1/totals").status, 200);
}

}  // namespace
}  // namespace touchline::adapters
