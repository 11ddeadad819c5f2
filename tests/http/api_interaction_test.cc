// GET /api/v1/interactions/{id} on a state in a real RocksDB, asked through the real server.

#include "adapters/http/api_interaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "adapters/http/server.h"
#include "adapters/http/site.h"
#include "adapters/rocksdb/rocks_store.h"
#include "pipeline/store_interactions.h"
#include "tests/http/raw_client.h"
#include "tests/support/pipeline_driver.h"
#include "tests/support/temporary_folder.h"

namespace touchline::adapters {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

EventTime At(int64_t day_of_june_2013, Duration of_day = {}) {
  return EventTime::FromMillis(1'370'044'800'000) + Duration::Days(day_of_june_2013 - 1) + of_day;
}

// The policy of docs/api.md: two of Berlin's office hours, paused while pending.
domain::RuleSet Rules() {
  domain::RuleSet rules;
  rules.retention = Duration::Days(35);
  domain::CalendarSpec office = {.time_zone = "Europe/Berlin"};
  office.week.fill({{.begin_minute = 9 * 60, .end_minute = 18 * 60}});
  rules.calendars["office"] = office;
  domain::TargetRule rule = {.budget = Duration::Hours(2), .calendar = "office"};
  rule.pause = domain::DefaultPause(domain::SlaTarget::kResolution);
  domain::PolicyVersion version;
  version.targets[static_cast<size_t>(domain::SlaTarget::kResolution)] = rule;
  rules.policies.push_back({.name = "gold", .versions = {version}});
  rules.queues["desk"].business_calendar = "office";
  return rules;
}

class ApiInteractionTest : public testing::Test {
 protected:
  void Tell(const std::string& topic, const std::string& id, const std::string& type,
            const std::string& time, const std::string& data) {
    driver_.Append(topic, id,
                   R"({"specversion":"1.0","source":"urn:desk","type":")" + type + R"(","id":")" +
                       std::to_string(++ids_) + R"(","subject":")" + id + R"(","time":")" + time +
                       R"(","partner":"acme","data":)" + data + "}");
  }
  void Ticket(const std::string& id) {
    const auto tell = [&](const char* type, const char* time, const char* data) {
      Tell("support.tickets", id, type, "2013-06-04T" + std::string(time) + "Z", data);
    };
    tell("ticket.created", "09:00:00", R"({"queue":"mail","customer":"C-17","priority":"high"})");
    tell("ticket.message", "09:20:00", R"({"author":"agent","agent":"ann","team":"billing"})");
    tell("ticket.updated", "09:30:00", R"({"status":"pending","agent":"ann"})");
    tell("ticket.updated", "09:45:00", R"({"status":"open"})");
    tell("ticket.updated", "12:00:00", R"({"status":"closed"})");
  }
  void Call(const std::string& id) {
    const auto tell = [&](const char* type, const char* time, const char* data) {
      Tell("support.calls", id, type, "2013-06-04T" + std::string(time) + "Z", data);
    };
    tell("call.queued", "09:00:00", R"({"queue":"sales","customer":"C-17"})");
    tell("call.ringing", "09:00:20", R"({"agent":"ann"})");
    tell("call.answered", "09:00:28", R"({"agent":"ann"})");
    tell("call.held", "09:02:00", R"({"agent":"ann"})");
    tell("call.resumed", "09:02:30", R"({"agent":"ann"})");
    tell("call.ended", "09:04:00", R"({"by":"customer"})");
    tell("call.wrapped_up", "09:36:00", R"({"agent":"ann"})");
  }
  // The story so far, in RocksDB and behind a server.
  void Serve(EventTime watermark) {
    ASSERT_TRUE(driver_.AdvanceTo(watermark));
    auto store = RocksStore::Open({.folder = folder_.path() + "/state", .own_thread = false});
    ASSERT_TRUE(store);
    store_ = std::move(*store);
    auto batch = std::make_shared<pipeline::SealedBatch>();
    for (const auto& [key, value] : driver_.store().rows()) batch->Put(key, value);
    store_->Submit(std::move(batch), [](Status status) { EXPECT_TRUE(status); });
    interactions_ =
        std::make_unique<pipeline::StoreInteractions>(store_.get(), driver_.places());
    site_ = MakeSite({.metrics = [] { return ""; },
                      .agent_metrics = [] { return ""; },
                      .metrics_content_type = "text/plain",
                      .why_not_ready = [] { return std::nullopt; },
                      .ledger = &ledger_,
                      .interactions = interactions_.get()});
    HttpOptions options;
    options.listen = "127.0.0.1:0";
    auto server = HttpServer::Start(
        options, [this](const HttpRequest& request) { return site_.Handle(request); });
    ASSERT_TRUE(server);
    server_ = std::move(*server);
  }
  std::string Get(const std::string& rest) {
    return test::Get(server_->port(), std::string(kInteractionsPath) + rest);
  }
  std::string Body(const std::string& rest) { return test::BodyOf(Get(rest)); }
  void ExpectRefused(const std::string& rest, int status, const std::string& why) {
    const std::string response = Get(rest);
    EXPECT_THAT(response, HasSubstr("HTTP/1.1 " + std::to_string(status) + " ")) << rest;
    EXPECT_THAT(test::BodyOf(response), HasSubstr("{\"error\":\"")) << rest;
    EXPECT_THAT(test::BodyOf(response), HasSubstr(why)) << rest;
  }

  const test::TemporaryFolder folder_;
  test::PipelineDriver driver_{{.rules = Rules(), .partitions = 2, .partners = {"acme", "other"}}};
  int ids_ = 0;
  pipeline::PublishedLedger ledger_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<pipeline::StoreInteractions> interactions_;
  Router site_;
  std::unique_ptr<HttpServer> server_;
};

// What docs/api.md shows under a command that ends in `question`.
std::string Documented(const std::string& question) {
  std::ifstream file("docs/api.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const size_t command = all.find(question + "'\n");
  if (command == std::string::npos) return "docs/api.md does not ask " + question;
  const size_t begin = all.find('\n', command) + 1;
  std::string shown = all.substr(begin, all.find("```", begin) - begin);
  // A long line is broken there for reading; the next one then begins with a blank.
  for (size_t at = shown.find("\n \""); at != std::string::npos; at = shown.find("\n \"", at)) {
    shown.erase(at, 2);
  }
  return shown;
}

TEST_F(ApiInteractionTest, TellsTheExamplesOfTheDocs) {
  Ticket("1001");
  Tell("support.tickets", "1002", "ticket.created", "2013-06-04T09:00:00Z", R"({"queue":"mail"})");
  Tell("support.tickets", "1002", "ticket.updated", "2013-06-04T09:30:00Z",
       R"({"status":"pending"})");
  Call("C-1");
  Serve(At(4, Duration::Hours(20)));
  EXPECT_EQ(Body("C-1?format=text"), Documented(":9464/api/v1/interactions/C-1?format=text"));
  EXPECT_EQ(Body("1001?format=text"), Documented(":9464/api/v1/interactions/1001?format=text"));
  EXPECT_EQ(Body("1002"), Documented(":9464/api/v1/interactions/1002"));
}

TEST_F(ApiInteractionTest, SaysByWhichCalendarABusinessValueIs) {
  Tell("support.tickets", "1", "ticket.created", "2013-06-04T06:30:00Z", R"({"queue":"desk"})");
  Tell("support.tickets", "1", "ticket.message", "2013-06-04T07:20:00Z", R"({"author":"agent"})");
  Serve(At(4, Duration::Hours(9)));
  const std::string json = Body("1");
  EXPECT_THAT(json, HasSubstr("\"clock\":\"calendar\",\"observed_at\":\"2013-06-04T07:20:00.000Z\","
                              "\"value_ms\":3000000,"));
  EXPECT_THAT(json, HasSubstr("\"clock\":\"business\",\"calendar\":\"office\","
                              "\"time_zone\":\"Europe/Berlin\","
                              "\"observed_at\":\"2013-06-04T07:20:00.000Z\","
                              "\"value_ms\":1200000,"));
  EXPECT_THAT(Body("1?format=text"),
              HasSubstr("touchline_first_response_seconds{clock=\"business\"} by office "
                        "(Europe/Berlin): 0:20:00.000 (1200000 ms)"));
}

TEST_F(ApiInteractionTest, TellsWhatAgentsDid) {
  Call("C-1");
  Serve(At(4, Duration::Hours(20)));
  EXPECT_THAT(
      Body("C-1"),
      HasSubstr(
          "{\"metric\":\"touchline_handling_seconds_total\",\"part\":\"hold\",\"agent\":\"ann\","
          "\"queue\":\"sales\",\"observed_at\":\"2013-06-04T09:04:00.000Z\",\"value_ms\":30000,"
          "\"intervals\":[\n"
          "{\"from\":\"2013-06-04T09:02:00.000Z\",\"to\":\"2013-06-04T09:02:30.000Z\","
          "\"state\":\"hold\",\"ms\":30000,\"cause\":\"call.held\",\"row\":3}]}"));
}

TEST_F(ApiInteractionTest, NamesNoQueueOfAnAgentWhoWorkedInNone) {
  Tell("support.calls", "1", "call.answered", "2013-06-04T09:00:00Z", R"({"agent":"ann\u0007"})");
  Tell("support.calls", "1", "call.ended", "2013-06-04T09:01:00Z", "{}");
  Serve(At(4, Duration::Hours(10)));
  EXPECT_THAT(Body("1?format=text"),
              HasSubstr("\ntouchline_handling_seconds_total{part=\"talk\"} of ann?: 0:01:00.000 "
                        "(60000 ms), observed at 2013-06-04T09:01:00.000Z\n"));
  EXPECT_THAT(Body("1"), HasSubstr("\"part\":\"talk\",\"agent\":\"ann\\u0007\",\"queue\":\"\","));
}

TEST_F(ApiInteractionTest, TakesPlainTextFromTheAcceptHeader) {
  Ticket("1001");
  Serve(At(4, Duration::Hours(20)));
  HttpRequest request = *ParseTarget(std::string(kInteractionsPath) + "1001");
  request.accept = "text/plain";
  EXPECT_TRUE(site_.Handle(request).body.starts_with("ticket 1001"));
  request.query.emplace_back("format", "json");
  EXPECT_EQ(site_.Handle(request).content_type, kJsonType);
}

TEST_F(ApiInteractionTest, DecodesTheIdAndTakesItWhole) {
  Ticket("EU/a b?#%");
  Serve(At(4, Duration::Hours(20)));
  EXPECT_THAT(Body("EU%2Fa%20b%3F%23%25"), HasSubstr("\"id\":\"EU/a b?#%\""));
  EXPECT_THAT(Body("EU/a%20b%3F%23%25"), HasSubstr("\"id\":\"EU/a b?#%\""));
  ExpectRefused("EU", 404, "There is no interaction \\\"EU\\\" in the state");
}

TEST_F(ApiInteractionTest, RefusesWhatItCannotBeAsked) {
  Ticket("1001");
  Serve(At(4, Duration::Hours(20)));
  ExpectRefused("1002", 404, "There is no interaction \\\"1002\\\"");
  ExpectRefused("1001?kind=chat", 404, "of kind chat in the state");
  ExpectRefused("1001?kind=email", 400, "call, chat or ticket");
  ExpectRefused("1001?format=xml", 400, "json or text");
  ExpectRefused("1001?name=x", 400, "There is no parameter");
  ExpectRefused("", 404, "nothing at this path");
  ExpectRefused(std::string(256, 'x'), 404, "There is no interaction");
  ExpectRefused(std::string(257, 'x'), 400, "at most 256 bytes");
}

TEST_F(ApiInteractionTest, NamesTheCandidatesWhereSeveralShareTheId) {
  Ticket("1001");
  Tell("support.calls", "1001", "call.started", "2013-06-04T09:00:00Z", "{}");
  Serve(At(4, Duration::Hours(9)));
  const std::string response = Get("1001");
  EXPECT_THAT(response, HasSubstr("HTTP/1.1 409 "));
  EXPECT_THAT(response, HasSubstr("\"kind\":\"call\",\"topic\":\"support.calls\""));
  EXPECT_THAT(response, HasSubstr("\"kind\":\"ticket\",\"topic\":\"support.tickets\""));
  EXPECT_THAT(Body("1001?format=text"),
              HasSubstr("say which by kind, namespace or topic.\n"
                        "  kind call, namespace default, topic support.calls\n"
                        "  kind ticket, namespace default, topic support.tickets\n"));
  EXPECT_THAT(Body("1001?kind=ticket&namespace=default"), HasSubstr("\"kind\":\"ticket\""));
  EXPECT_THAT(Body("1001?topic=support.calls"), HasSubstr("\"kind\":\"call\""));
}

TEST_F(ApiInteractionTest, RefusesAPartnerWhoDoesNotHoldIt) {
  Ticket("1001");
  Serve(At(4, Duration::Hours(20)));
  EXPECT_THAT(Get("1001?partner=acme"), HasSubstr("HTTP/1.1 200 "));
  ExpectRefused("1001?partner=other", 403, "\\\"other\\\" does not hold interaction");
  EXPECT_THAT(Body("1001?partner=other"), Not(HasSubstr("acme")));
}

TEST_F(ApiInteractionTest, TellsAllButTheNameOfACustomerWhoIsForgotten) {
  Ticket("1001");
  Call("C-1");
  Tell("support.calls", "C-17", "customer.forgotten", "2013-06-04T13:00:00Z", "{}");
  Serve(At(4, Duration::Hours(20)));
  const std::string json = Body("1001");
  EXPECT_THAT(json, HasSubstr(R"("customer":"","customer_forgotten":true,"priority":"high")"));
  EXPECT_THAT(json, Not(HasSubstr("C-17")));
  EXPECT_THAT(json, HasSubstr(R"("used_ms":9900000)"));
  // As a table, too, it is the answer of the docs without him.
  std::string expected = Documented(":9464/api/v1/interactions/1001?format=text");
  const auto replace = [&expected](const std::string& what, const std::string& by) {
    expected.replace(expected.find(what), what.size(), by);
  };
  replace(", customer C-17", "");
  replace("status closed\n",
          "status closed\n  customer   has been forgotten: his name is not kept; what he did still "
          "counts\n");
  replace(" customer=C-17", "");
  EXPECT_EQ(Body("1001?format=text"), expected);
  EXPECT_THAT(Body("C-1?format=text"), Not(HasSubstr("C-17")));
  // The customer is no contact.
  ExpectRefused("C-17", 404, "There is no ");
}

TEST_F(ApiInteractionTest, SaysWhatIsLeftOfATombstone) {
  Ticket("1001");
  Serve(At(4) + Duration::Days(40));
  ExpectRefused("1001", 410, "ended at 2013-06-04T12:00:00.000Z, longer ago than the retention");
  ExpectRefused("1001?partner=acme", 403, "is not known any more");
}

TEST_F(ApiInteractionTest, EscapesTheTextsOfEventsAsJson) {
  Tell("support.tickets", "1", "ticket.created", "2013-06-04T09:00:00Z", R"({"queue":"a\"\\b"})");
  Tell("support.tickets", "1", "ticket.updated", "2013-06-04T09:01:00Z",
       R"({"agent":"ann","team":"the \"A\" team"})");
  Serve(At(4, Duration::Hours(10)));
  const std::string json = Body("1");
  EXPECT_THAT(json, HasSubstr(R"("queue":"a\"\\b")"));
  EXPECT_THAT(json, HasSubstr(R"("held_ms":{"queue":60000,"the \"A\" team":3540000})"));
}

TEST_F(ApiInteractionTest, ShowsNoControlCharactersAsText) {
  Tell("support.tickets", "1", "ticket.created", "2013-06-04T09:00:00Z",
       R"({"queue":"a\u001b[31mred","customer":"Zoë"})");
  Serve(At(4, Duration::Hours(9)));
  const std::string text = Body("1?format=text");
  EXPECT_THAT(text, HasSubstr("queue=a?[31mred customer=Zoë"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

// Fails as it is told to.
class NoInteractions final : public pipeline::InteractionSource {
 public:
  explicit NoInteractions(Error error) : error_(std::move(error)) {}
  Result<std::vector<pipeline::FoundInteraction>> Find(
      const pipeline::InteractionQuery&) const override {
    return tl::unexpected(error_);
  }

 private:
  Error error_;
};

TEST(ApiInteractionErrorsTest, AreOursAndTellWhetherToComeAgain) {
  const HttpRequest request = *ParseTarget("/api/v1/interactions/1");
  const NoInteractions early({.kind = ErrorClass::kTransient, .message = "being restored"});
  EXPECT_EQ(ApiInteraction(early, request).status, 503);
  const NoInteractions damaged({.kind = ErrorClass::kFatal, .message = "damaged"});
  EXPECT_EQ(ApiInteraction(damaged, request).status, 500);
}

}  // namespace
}  // namespace touchline::adapters
