// A running program reads its configuration anew: SIGHUP, POST /-/reload, and what the state knows
// of it afterwards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "adapters/rocksdb/rocks_store.h"
#include "domain/rules.h"
#include "pipeline/keys.h"
#include "tests/http/raw_client.h"
#include "tests/integration/installation.h"
#include "tests/integration/preload.h"

namespace touchline::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int32_t kPartitions = 2;
constexpr Duration kSoon = Duration::Seconds(20);
constexpr const char* kSuccessful = "touchline_config_last_reload_successful";

class ReloadTest : public ::testing::Test {
 protected:
  explicit ReloadTest(const std::string& name = "reload")
      : world_(FeedTopic(name, kPartitions)), file_(world_.folder() + "/touchline.yaml") {
    std::ifstream in(file_, std::ios::binary);
    as_installed_ = {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  std::unique_ptr<Program> Ready() {
    auto program = world_.Run({"http.reload=true"});
    EXPECT_TRUE(program->WaitForMetric("touchline_tasks_caught_up{stage=\"interactions\"}",
                                       {kPartitions, kPartitions}, Duration::Seconds(60)))
        << program->Log();
    return program;
  }
  // What the file says beside what it was installed with.
  void Configure(const std::string& more) {
    std::ofstream(file_, std::ios::binary) << as_installed_ << more;
  }
  static std::string Post(Program* program) {
    RawClient client(program->port());
    client.Send("POST /-/reload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return client.ReadResponse();
  }
  // The policies of each stored rule set, by partition.
  std::vector<std::vector<std::string>> StoredPolicies() {
    std::vector<std::vector<std::string>> stored(kPartitions);
    auto store = adapters::RocksStore::Open({.folder = world_.state_folder()});
    EXPECT_TRUE(store);
    for (uint16_t p = 0; store && p < kPartitions; ++p) {
      const std::string prefix =
          TablePrefix(pipeline::TaskKey{.number = p}, pipeline::Table::kRules);
      EXPECT_TRUE((*store)->Scan(prefix, pipeline::PrefixEnd(prefix),
                                 [&](std::string_view, std::string_view value) {
                                   ByteReader in(value);
                                   domain::RuleSet set;
                                   EXPECT_TRUE(set.Decode(&in));
                                   auto& names = stored[p].emplace_back();
                                   for (const auto& policy : set.policies) names += policy.name;
                                   return true;
                                 }));
    }
    return stored;
  }

  Installation world_;
  const std::string file_;
  std::string as_installed_;
};

TEST_F(ReloadTest, TakesAGoodFileAndRefusesABadOne) {
  const auto program = Ready();
  EXPECT_EQ(program->Metric(kSuccessful), 1);

  Configure("policies: [{name: bad}]\n");
  program->process().Signal(SIGHUP);
  EXPECT_TRUE(program->WaitForMetric(kSuccessful, {0, 0}, kSoon)) << program->Log();
  EXPECT_THAT(program->Log(), HasSubstr("policies[0]: needs 'targets'"));
  const std::string refused = Post(program.get());
  EXPECT_THAT(refused, HasSubstr("HTTP/1.1 400 "));
  EXPECT_THAT(refused, HasSubstr("policies[0]: needs 'targets', or 'versions'\n"));

  Configure("policies: [{name: good, targets: {}}]\n");
  EXPECT_THAT(Post(program.get()), HasSubstr("HTTP/1.1 200 OK"));
  EXPECT_EQ(program->Metric(kSuccessful), 1);

  Configure("policies: [{name: a, match: {kind: [call]}, targets: {}}, {name: b, targets: {}}]\n");
  program->process().Signal(SIGHUP);
  EXPECT_TRUE(program->WaitForLog("has been read anew\" policies=2")) << program->Log();
  program->Stop();
  for (const auto& of_partition : StoredPolicies()) {
    EXPECT_THAT(of_partition, ElementsAre("", "good", "ab"));
  }
}

class ReloadCrashTest : public ReloadTest {
 protected:
  ReloadCrashTest() : ReloadTest("reload-crash") {}
};

// Whichever task had stored the new rules, and whichever had not: the file says them still.
TEST_F(ReloadCrashTest, ACrashAfterTheAnswerLosesNoRules) {
  auto program = Ready();
  Configure("policies: [{name: new, targets: {}}]\n");
  EXPECT_THAT(Post(program.get()), HasSubstr("HTTP/1.1 200 OK"));
  program->process().Signal(SIGKILL);
  EXPECT_EQ(program->process().Wait(kSoon), -SIGKILL);
  program = Ready();
  program->Stop();
  EXPECT_THAT(StoredPolicies(), Each(SizeIs(2)));
  for (const auto& of_partition : StoredPolicies()) {
    EXPECT_THAT(of_partition, ElementsAre("", "new"));
  }
}

}  // namespace
}  // namespace touchline::test
