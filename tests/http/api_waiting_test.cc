#include "adapters/http/api_waiting.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace touchline::adapters {
namespace {

using pipeline::ScopeLabels;
using pipeline::WaitingContact;

ScopeLabels Queue(std::string name, std::string partner = "acme") {
  return {.scope = domain::ScopeKind::kQueue,
          .partner = std::move(partner),
          .kind = domain::Kind::kCall,
          .channel = domain::Channel::kVoice,
          .direction = domain::Direction::kInbound,
          .subject = std::move(name)};
}

class FakeWaiting final : public pipeline::WaitingSource {
 public:
  struct One {
    ScopeLabels queue;
    std::string id;
    int64_t since_s = 0;
  };
  std::vector<One> all;
  Status failure;

  Status VisitWaiting(const Visitor& visit) const override {
    for (const One& one : all) {
      visit(one.queue, {.id = one.id, .name_space = "default", .topic = "calls", .partition = 0,
                        .since = EventTime::FromMillis(one.since_s * 1000)});
    }
    return failure;
  }
};

class ApiWaitingTest : public ::testing::Test {
 protected:
  HttpResponse Get(const std::string& query = "") {
    return ApiWaiting(source_, *ParseTarget("/api/v1/waiting" + query));
  }

  FakeWaiting source_;
};

TEST_F(ApiWaitingTest, IsEmptyWhenNobodyWaits) { EXPECT_EQ(Get().body, "[\n]\n"); }

TEST_F(ApiWaitingTest, NamesTheLongestOfEachQueue) {
  source_.all = {{Queue("sales"), "C2", 20}, {Queue("sales"), "C\"1", 10},
                 {Queue("billing"), "C3", 30}, {Queue("sales"), "C4", 40}};
  const HttpResponse response = Get();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body,
            "[\n"
            R"({"labels":{"partner":"acme","kind":"call","channel":"voice","queue":"billing",)"
            R"("direction":"inbound"},"waiting":1,"contacts":[{"id":"C3",)"
            R"("since":"1970-01-01T00:00:30.000Z","namespace":"default","topic":"calls"}]})"
            ",\n"
            R"({"labels":{"partner":"acme","kind":"call","channel":"voice","queue":"sales",)"
            R"("direction":"inbound"},"waiting":3,"contacts":[{"id":"C\"1",)"
            R"("since":"1970-01-01T00:00:10.000Z","namespace":"default","topic":"calls"}]})"
            "\n]\n");
}

TEST_F(ApiWaitingTest, TellsAsManyAsAreAskedForLongestFirst) {
  for (int i = 9; i >= 1; --i) source_.all.push_back({Queue("sales"), "C" + std::to_string(i), i});
  source_.all.push_back({Queue("sales"), "B", 3});  // of two that came together, by id
  const std::string body = Get("?contacts=4").body;
  EXPECT_NE(body.find("\"waiting\":10"), std::string::npos);
  std::string order;
  for (size_t at = body.find("{\"id\":\""); at != std::string::npos;
       at = body.find("{\"id\":\"", at + 1)) {
    order += body.substr(at + 7, body.find('"', at + 7) - at - 7) + " ";
  }
  EXPECT_EQ(order, "C1 C2 B C3 ");
}

TEST_F(ApiWaitingTest, FiltersByItsLabels) {
  source_.all = {{Queue("sales"), "C1", 1}, {Queue("sales", "other"), "C2", 2},
                 {Queue("billing"), "C3", 3}};
  const std::string body = Get("?queue=sales&partner=other").body;
  EXPECT_EQ(body.find("C1"), std::string::npos);
  EXPECT_NE(body.find("C2"), std::string::npos);
  EXPECT_EQ(body.find("C3"), std::string::npos);
  EXPECT_EQ(Get("?direction=outbound").body, "[\n]\n");
}

TEST_F(ApiWaitingTest, RefusesWhatItDoesNotKnow) {
  for (const std::string query : {"?contacts=0", "?contacts=101", "?contacts=-1", "?contacts=",
                                  "?contacts=1x", "?agent=ann", "?name=answer"}) {
    const HttpResponse response = Get(query);
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_NE(response.body.find("contacts"), std::string::npos) << response.body;
  }
}

TEST_F(ApiWaitingTest, SaysThatItCannotTell) {
  source_.failure = Transient("The state is being restored.");
  EXPECT_EQ(Get().status, 503);
  source_.failure = Fatal("a row is damaged", ExitCode::kStateUnreadable);
  EXPECT_EQ(Get().status, 500);
}

}  // namespace
}  // namespace touchline::adapters
