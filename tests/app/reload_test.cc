// What a running program takes from its configuration, read anew.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/config_changes.h"
#include "app/config_reader.h"
#include "app/processor/reloader.h"
#include "tests/support/fake_clock.h"

namespace touchline::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kTopics = "topics: [{name: a, partner: house}]\n";

Config Read(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const LoadedConfig loaded = ReadConfig("t.yaml", text, overrides);
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  return loaded.config;
}

std::vector<std::string> Changes(const std::vector<std::string>& overrides) {
  return ChangesThatNeedARestart(Read(kTopics), Read(kTopics, overrides));
}

TEST(ConfigChangesTest, AreNoneInTheRules) {
  EXPECT_THAT(Changes({"rules.max_wrap_up=1m", "rules.queues.billing.answer_threshold=30s",
                       "agents.ann.team=billing", "calendars.c.open_24x7=true",
                       "policies=[{name: p, targets: {}}]", "rules.business_calendar=24x7"}),
              IsEmpty());
}

TEST(ConfigChangesTest, OfAnythingElseNeedARestart) {
  EXPECT_THAT(Changes({"kafka.client_id=x"}), ElementsAre("kafka"));
  EXPECT_THAT(Changes({"topics[0].allowed_skew=3s"}), ElementsAre("topics"));
  EXPECT_THAT(Changes({"internal_topics.retention=8d"}), ElementsAre("internal_topics"));
  EXPECT_THAT(Changes({"state.folder=/tmp/x"}), ElementsAre("state"));
  EXPECT_THAT(Changes({"commit.interval=300ms"}), ElementsAre("commit"));
  EXPECT_THAT(Changes({"workers=3"}), ElementsAre("workers"));
  EXPECT_THAT(Changes({"shard.of=2"}), ElementsAre("shard"));
  EXPECT_THAT(Changes({"http.reload=true"}), ElementsAre("http"));
  EXPECT_THAT(Changes({"metrics.max_label_values=7"}), ElementsAre("metrics"));
  EXPECT_THAT(Changes({"partners=[{name: house}]"}), ElementsAre("partners"));
  EXPECT_THAT(Changes({"workers=3", "shard.of=2"}), ElementsAre("workers", "shard"));
}

TEST(ConfigChangesTest, OnlyTheMeaningCounts) {
  EXPECT_THAT(Changes({"commit.max_interval=2000ms", "topics[0].mode=live"}), IsEmpty());
}

TEST(ConfigChangesTest, AnAgentsPartnerIsOneWhereTopicsGoByIt) {
  const std::string by_field = kTopics + "agents: {ann: {team: t, partner: ";
  const std::string by_agent =
      "topics: [{name: a, partner_from: agents}]\nagents: {ann: {team: t, partner: ";
  EXPECT_THAT(ChangesThatNeedARestart(Read(by_field + "p}}"), Read(by_field + "q}}")), IsEmpty());
  EXPECT_THAT(ChangesThatNeedARestart(Read(by_agent + "p}}"), Read(by_agent + "q}}")),
              ElementsAre(HasSubstr("agents")));
}

class ReloaderTest : public ::testing::Test {
 protected:
  ReloaderTest()
      : running_(Read(kTopics)),
        reloader_(running_, {.load = [this] { return ReadConfig("t.yaml", text_); },
                             .apply = [this](auto rules) { applied_.push_back(rules); },
                             .clock = &clock_,
                             .stats = &stats_,
                             .log = &log_}) {}
  ~ReloaderTest() override { std::fclose(out_); }
  std::string Logged() {
    std::string text(4096, '\0');
    std::rewind(out_);
    text.resize(std::fread(text.data(), 1, text.size(), out_));
    return text;
  }

  std::FILE* out_ = std::tmpfile();
  test::FakeClock clock_;
  Logger log_{&clock_, out_};
  pipeline::ProcessStats stats_;
  std::string text_ = kTopics;
  std::vector<std::shared_ptr<const domain::RuleSet>> applied_;
  const Config running_;
  Reloader reloader_;
};

TEST_F(ReloaderTest, CountsTheStartAsLoaded) {
  EXPECT_TRUE(stats_.config_reload_ok.load());
  EXPECT_EQ(stats_.config_loaded_at_ms.load(), clock_.Now().millis());
}

TEST_F(ReloaderTest, HandsTheRulesOver) {
  text_ += "policies: [{name: p, targets: {}}]\n";
  clock_.Advance(Duration::Minutes(5));
  EXPECT_THAT(reloader_.Reload(), IsEmpty());
  ASSERT_EQ(applied_.size(), 1U);
  EXPECT_EQ(applied_[0]->policies[0].name, "p");
  EXPECT_TRUE(stats_.config_reload_ok.load());
  EXPECT_EQ(stats_.config_loaded_at_ms.load(), clock_.Now().millis());
  EXPECT_THAT(Logged(), HasSubstr("level=info msg=\"the configuration has been read anew\""));
}

TEST_F(ReloaderTest, RefusesMistakesAndKeepsWhatIsInForce) {
  const int64_t started = clock_.Now().millis();
  clock_.Advance(Duration::Minutes(5));
  text_ += "policies: [{name: p}]\nrules: {max_wrapup: 1m}\n";
  EXPECT_THAT(reloader_.Reload(),
              ElementsAre(HasSubstr("t.yaml:2:12: policies[0]: needs 'targets'"),
                          HasSubstr("t.yaml:3:9: rules.max_wrapup: is not a known key")));
  EXPECT_THAT(applied_, IsEmpty());
  EXPECT_FALSE(stats_.config_reload_ok.load());
  EXPECT_EQ(stats_.config_loaded_at_ms.load(), started);
  EXPECT_THAT(Logged(), HasSubstr("max_wrapup"));
  EXPECT_THAT(Logged(), HasSubstr("mistakes=2"));

  text_ = kTopics;
  EXPECT_THAT(reloader_.Reload(), IsEmpty());
  EXPECT_TRUE(stats_.config_reload_ok.load());
}

TEST_F(ReloaderTest, RefusesWhatNeedsARestartWhole) {
  text_ += "workers: 3\nrules: {max_wrap_up: 1m}\n";
  EXPECT_THAT(reloader_.Reload(),
              ElementsAre("workers: differs from what runs; such a change needs a restart"));
  EXPECT_THAT(applied_, IsEmpty());
  EXPECT_FALSE(stats_.config_reload_ok.load());
}

}  // namespace
}  // namespace touchline::app
