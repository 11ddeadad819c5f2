// `touchline explain`, on real state folders and real servers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http/server.h"
#include "adapters/http/site.h"
#include "adapters/rocksdb/rocks_store.h"
#include "app/processor/topology.h"
#include "domain/metrics.h"
#include "domain/metrics_reference.h"
#include "pipeline/store_interactions.h"
#include "tests/app/run_program.h"
#include "tests/support/pipeline_driver.h"
#include "tests/support/temporary_folder.h"

namespace touchline::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ExplainMetricTest, PrintsTheContractByAnyOfItsNames) {
  const Outcome outcome = RunProgram({"explain", "contact_outcomes"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, HasSubstr("touchline_contact_outcomes_total\n  type       counter\n"
                                     "  unit       count\n"
                                     "  labels     partner, kind, channel, queue, direction; "
                                     "outcome (answered_in_target, answered_late,"));
  EXPECT_THAT(outcome.out, HasSubstr("  merge      sum\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  source     METRICS.md section 1\n"));
  for (const char* name : {"contact_outcomes_total", "touchline_contact_outcomes",
                           "touchline_contact_outcomes_total",
                           "touchline_contact_outcomes_withdrawn_total"}) {
    EXPECT_EQ(RunProgram({"explain", name}).out, outcome.out) << name;
  }
  const Outcome histogram = RunProgram({"explain", "answer"});
  EXPECT_THAT(histogram.out, HasSubstr("seconds (in the API: milliseconds)"));
  for (const char* name : {"answer_seconds", "touchline_answer_seconds_bucket",
                           "touchline_answer_seconds_sum", "answer_withdrawn_seconds_count"}) {
    EXPECT_EQ(RunProgram({"explain", name}).out, histogram.out) << name;
  }
  EXPECT_THAT(RunProgram({"explain", "committed_rows"}).out,
              HasSubstr("touchline_committed_rows_total\n"));
}

TEST(ExplainMetricTest, KnowsEveryMetricAndNoOther) {
  for (const std::string_view name : domain::ContractNames()) {
    const std::string contract = domain::FindMetricContract(name);
    EXPECT_THAT(contract, HasSubstr(std::string(name))) << name;
  }
  for (const domain::MetricSpec& spec : domain::Catalogue()) {
    EXPECT_EQ(domain::FindMetricContract(domain::ExportedName(spec)),
              domain::MetricContract(spec));
  }
  for (const char* name : {"", "touchline_", "_total", "answer_seconds_total",
                           "waiting_contacts_sum", "answer_", "sla"}) {
    EXPECT_THAT(domain::FindMetricContract(name), IsEmpty()) << name;
  }
}

TEST(ExplainMetricTest, NamesTheNearestOfAnUnknownOneWith2) {
  const Outcome near = RunProgram({"explain", "touchline_contacts_ofered_total"});
  EXPECT_EQ(near.code, ExitCode::kUsage);
  EXPECT_THAT(near.out, IsEmpty());
  EXPECT_THAT(near.err, HasSubstr("there is no metric 'touchline_contacts_ofered_total'; "
                                  "did you mean 'contacts_offered'?"));
  EXPECT_THAT(RunProgram({"explain", "anwser_seconds"}).err, HasSubstr("'answer'"));
  EXPECT_THAT(RunProgram({"explain", "comit_seconds"}).err, HasSubstr("'commit_seconds'"));
  EXPECT_THAT(RunProgram({"explain", "happiness"}).err, HasSubstr("docs/metrics.md lists"));
}

TEST(ExplainCommandTest, RefusesWhatIsNotOneQuestionWith2) {
  const std::vector<std::vector<std::string>> mistakes = {
      {"explain"},
      {"explain", "interaction"},
      {"explain", "answer", "1001"},
      {"explain", "answer", "--json"},
      {"explain", "answer", "--partner", "acme"},
      {"explain", "interaction", "1", "--url", "http://127.0.0.1:1", "--state", "/tmp"},
      {"explain", "interaction", "1", "--url", "127.0.0.1:9464"},
      {"explain", "interaction", "1", "--url", "https://127.0.0.1:9464"}};
  for (const auto& arguments : mistakes) {
    const Outcome outcome = RunProgram(arguments);
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << ::testing::PrintToString(arguments);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, Not(IsEmpty()));
  }
}

// A ticket and a call with one id, folded by the pipeline, in a state folder as `run` leaves it.
class ExplainInteractionTest : public ::testing::Test {
 protected:
  ExplainInteractionTest() {
    Tell("support.tickets", "ticket.created", "09:00:00", R"({"queue":"mail"})");
    Tell("support.tickets", "ticket.message", "09:20:00", R"({"author":"agent","agent":"ann"})");
    Tell("support.calls", "call.started", "09:00:00", "{}");
    EXPECT_TRUE(driver_.Settle());
    auto store = adapters::RocksStore::Open({.folder = folder_, .own_thread = false});
    EXPECT_TRUE(store);
    auto batch = std::make_shared<pipeline::SealedBatch>();
    uint16_t number = 0;
    for (const pipeline::InteractionsPlace& place : driver_.places()) {
      const KnownTopic topic = {.name = place.topic, .partitions = 1, .number = number++};
      EXPECT_TRUE((*store)->BindMeta("topic/" + std::to_string(topic.number), topic.name, ""));
      EXPECT_TRUE((*store)->BindMeta("partitions/" + topic.name, "1", ""));
      Copy(place.task, {.number = TaskNumber(topic, 0)}, batch.get());
    }
    (*store)->Submit(std::move(batch), [](Status status) { EXPECT_TRUE(status); });
    std::ofstream(config_) << "topics: [{name: support.tickets, namespace: desk, partner: acme}]\n";
  }
  void Tell(const std::string& topic, const std::string& type, const std::string& time,
            const std::string& data) {
    driver_.Append(topic, "EU/1001",
                   R"({"specversion":"1.0","source":"urn:desk","type":")" + type + R"(","id":")" +
                       std::to_string(++ids_) + R"(","subject":"EU/1001","time":"2026-03-02T)" +
                       time + R"(Z","partner":"acme","data":)" + data + "}");
  }
  // The driver numbers its tasks in another way than `run` does.
  void Copy(pipeline::TaskKey from, pipeline::TaskKey to, pipeline::SealedBatch* batch) {
    for (const auto& [key, value] : driver_.store().rows()) {
      ByteReader in(key);
      if (static_cast<pipeline::StageId>(in.U8()) != from.stage) continue;
      if (in.BigEndian16() != from.number) continue;
      const auto table = static_cast<pipeline::Table>(in.U8());
      batch->Put(pipeline::TableKey(to, table, in.rest()), value);
    }
  }
  Outcome Explain(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"explain", "interaction", "EU/1001"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(std::move(arguments));
  }

  test::PipelineDriver driver_{{.rules = {}, .partners = {"acme"}}};
  int ids_ = 0;
  const test::TemporaryFolder parent_;
  const std::string folder_ = parent_.path() + "/state";
  const std::string config_ = parent_.path() + "/touchline.yaml";
};

TEST_F(ExplainInteractionTest, ReadsAStateFolder) {
  const Outcome outcome = Explain({"--state", folder_, "-c", config_, "--kind", "ticket"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("ticket EU/1001  (namespace desk, support.tickets/0)\n"));
  EXPECT_THAT(outcome.out, HasSubstr("1  2026-03-02T09:20:00.000Z  ticket.message"));
  EXPECT_THAT(outcome.out, HasSubstr("\ntouchline_first_response_seconds{clock=\"calendar\"}: "
                                     "0:20:00.000 (1200000 ms)"));
  const Outcome json = Explain({"--state", folder_, "-c", config_, "--namespace", "desk",
                                "--partner", "acme", "--json"});
  EXPECT_TRUE(json.out.starts_with("{\"id\":\"EU/1001\",\"namespace\":\"desk\",")) << json.out;
}

TEST_F(ExplainInteractionTest, SaysOnStderrWhatThereIsNot) {
  const std::vector<std::string> here = {"--state", folder_, "-c", config_};
  const auto error_of = [&](std::vector<std::string> more, ExitCode code) {
    more.insert(more.end(), here.begin(), here.end());
    const Outcome outcome = Explain(std::move(more));
    EXPECT_EQ(outcome.code, code);
    EXPECT_THAT(outcome.out, IsEmpty());
    return outcome.err;
  };
  EXPECT_THAT(error_of({}, ExitCode::kRuntime),
              HasSubstr("touchline explain: There are several of interaction \"EU/1001\"; say "
                        "which by kind, namespace or topic.\n"
                        "  kind call, namespace ?, topic support.calls\n"
                        "  kind ticket, namespace desk, topic support.tickets\n"));
  EXPECT_THAT(error_of({"--kind", "chat"}, ExitCode::kRuntime), HasSubstr("There is no"));
  EXPECT_THAT(error_of({"--partner", "other"}, ExitCode::kRuntime), HasSubstr("does not hold"));
  EXPECT_THAT(error_of({"--kind", "mail"}, ExitCode::kUsage), HasSubstr("call, chat or ticket"));
}

TEST_F(ExplainInteractionTest, RefusesAFolderThatIsNoStateOrIsOpenWith74) {
  EXPECT_EQ(Explain({"--state", folder_ + "/none", "-c", config_}).code,
            ExitCode::kStateUnreadable);
  const auto store = adapters::RocksStore::Open({.folder = folder_, .own_thread = false});
  ASSERT_TRUE(store);
  EXPECT_EQ(Explain({"--state", folder_, "-c", config_}).code, ExitCode::kStateUnreadable);
}

TEST_F(ExplainInteractionTest, AsksARunningInstance) {
  const pipeline::StoreInteractions interactions(&driver_.store(), driver_.places());
  pipeline::PublishedLedger ledger;
  const adapters::Router site =
      adapters::MakeSite({.metrics = [] { return ""; },
                          .agent_metrics = [] { return ""; },
                          .metrics_content_type = "text/plain",
                          .why_not_ready = [] { return std::nullopt; },
                          .ledger = &ledger,
                          .interactions = &interactions});
  adapters::HttpOptions http;
  http.listen = "127.0.0.1:0";
  auto server = adapters::HttpServer::Start(
      http, [&site](const adapters::HttpRequest& request) { return site.Handle(request); });
  ASSERT_TRUE(server);
  const Outcome by_url =
      Explain({"--url", "http://" + (*server)->address(), "--topic", "support.tickets"});
  EXPECT_EQ(by_url.code, ExitCode::kOk) << by_url.err;
  EXPECT_TRUE(by_url.out.starts_with("ticket EU/1001")) << by_url.out;
  // The configuration says where it listens; every address of the machine is this one, too.
  std::ofstream(config_, std::ios::app)
      << "http: {listen: \"0.0.0.0:" << (*server)->port() << "\"}\n";
  EXPECT_EQ(Explain({"-c", config_, "--kind", "ticket"}).out, by_url.out);
  EXPECT_EQ(Explain({"-c", config_}).code, ExitCode::kRuntime);

  (*server)->Stop();
  const Outcome gone = Explain({"-c", config_, "--kind", "ticket"});
  EXPECT_EQ(gone.code, ExitCode::kRuntime);
  EXPECT_THAT(gone.err, HasSubstr("does not answer"));
  EXPECT_THAT(gone.err, HasSubstr("--state"));
}

TEST_F(ExplainInteractionTest, ExitsWith78ForAConfigurationWithMistakes) {
  EXPECT_EQ(Explain({"-c", config_, "--set", "workers=x"}).code, ExitCode::kConfiguration);
}

}  // namespace
}  // namespace touchline::app
