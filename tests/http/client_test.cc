#include "adapters/http/client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "adapters/http/server.h"

namespace touchline::adapters {
namespace {

class HttpGetTest : public testing::Test {
 protected:
  HttpGetTest() {
    HttpOptions options;
    options.listen = "127.0.0.1:0";
    auto server = HttpServer::Start(options, [](const HttpRequest& request) {
      HttpResponse response{.status = request.path == "/none" ? 404 : 200, .body = request.path};
      for (const auto& [name, value] : request.query) response.body += " " + name + "=" + value;
      return response;
    });
    EXPECT_TRUE(server);
    server_ = std::move(*server);
  }
  std::string origin() const { return "http://" + server_->address(); }

  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpGetTest, GetsStatusTypeAndBody) {
  const auto response = HttpGet(origin(), "/a%2Fb?x=1%262");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(response->body, "/a/b x=1&2");
  EXPECT_EQ(HttpGet(origin(), "/none")->status, 404);
}

TEST_F(HttpGetTest, PutsTheOriginsPathBeforeTheTarget) {
  EXPECT_EQ(HttpGet(origin() + "/touchline/", "/a")->body, "/touchline/a");
  EXPECT_EQ(HttpGet("http://localhost:" + std::to_string(server_->port()), "/a")->body, "/a");
}

TEST_F(HttpGetTest, RefusesWhatIsNoOrigin) {
  for (const char* origin : {"", "127.0.0.1:9464", "https://127.0.0.1", "http://", "http://:80",
                             "http://h:x", "http://h:", "http://u@h", "http://h\r\nX: y"}) {
    const auto response = HttpGet(origin, "/");
    ASSERT_FALSE(response) << origin;
    EXPECT_EQ(response.error().kind, ErrorClass::kPoison) << origin;
  }
}

TEST_F(HttpGetTest, SaysThatNobodyAnswers) {
  const std::string gone = origin();
  server_.reset();
  const auto response = HttpGet(gone, "/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorClass::kTransient);
  EXPECT_NE(response.error().message.find(gone + " does not answer"), std::string::npos);
}

TEST_F(HttpGetTest, TakesNoMoreThanItsBound) {
  const auto response = HttpGet(origin(), "/0123456789", {.max_body_bytes = 10});
  ASSERT_FALSE(response);
  EXPECT_TRUE(HttpGet(origin(), "/012345678", {.max_body_bytes = 10}));
}

TEST(HttpGetSlowTest, WaitsForAnAnswerOnlySoLong) {
  HttpOptions options;
  options.listen = "127.0.0.1:0";
  std::atomic<bool> is_over{false};
  auto server = HttpServer::Start(options, [&is_over](const HttpRequest&) {
    is_over.wait(false);
    return HttpResponse{};
  });
  ASSERT_TRUE(server);
  const auto response =
      HttpGet("http://" + (*server)->address(), "/", {.timeout = Duration::Millis(50)});
  is_over = true;
  is_over.notify_all();
  ASSERT_FALSE(response);
  EXPECT_NE(response.error().message.find("nothing came in time"), std::string::npos);
}

}  // namespace
}  // namespace touchline::adapters
