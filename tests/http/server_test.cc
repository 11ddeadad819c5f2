#include "adapters/http/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "adapters/http/router.h"
#include "tests/http/raw_client.h"

namespace touchline::adapters {
namespace {

using test::BodyOf;
using test::RawClient;

// Opens once, for good.
class Gate {
 public:
  void Open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
};

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    options_.listen = "127.0.0.1:0";
    router_.Add("/hello", "", [](const HttpRequest&) { return HttpResponse{.body = "hi\n"}; });
    router_.Add("/large", "", [](const HttpRequest&) {
      return HttpResponse{.body = std::string(32'000'000, 'x')};
    });
    router_.Add("/throw", "", [](const HttpRequest&) -> HttpResponse {
      throw std::runtime_error("no luck");
    });
    router_.Add("/slow", "", [this](const HttpRequest&) {
      entered_.Open();
      gate_.Wait();
      return HttpResponse{.body = "at last"};
    });
  }
  ~HttpServerTest() override { gate_.Open(); }

  uint16_t Start() {
    auto server = HttpServer::Start(
        options_, [this](const HttpRequest& request) { return router_.Handle(request); });
    EXPECT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    return server_->port();
  }
  static std::string Status(const std::string& response) {
    return response.substr(0, response.find("\r\n"));
  }

  HttpOptions options_;
  Router router_;
  Gate gate_;
  Gate entered_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, TellsTheFreePortItTook) {
  const uint16_t port = Start();
  EXPECT_NE(port, 0);
  EXPECT_EQ(server_->address(), "127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(BodyOf(test::Get(port, "/hello")), "hi\n");
}

TEST_F(HttpServerTest, RefusesAnAddressThatIsNone) {
  for (const char* listen : {"", "9464", "nowhere:9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                             "127.0.0.1:65536", "::1:9464", "127.0.0.1:-1"}) {
    options_.listen = listen;
    const auto server = HttpServer::Start(options_, [](const HttpRequest&) {
      return HttpResponse{};
    });
    ASSERT_FALSE(server) << listen;
    EXPECT_EQ(server.error().exit_code, ExitCode::kConfiguration) << listen;
  }
}

TEST_F(HttpServerTest, SaysWhenThePortIsTaken) {
  const uint16_t port = Start();
  HttpOptions same = options_;
  same.listen = "127.0.0.1:" + std::to_string(port);
  const auto second = HttpServer::Start(same, [](const HttpRequest&) { return HttpResponse{}; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().exit_code, ExitCode::kRuntime);
  EXPECT_NE(second.error().message.find(same.listen), std::string::npos);
}

TEST_F(HttpServerTest, KeepsAConnectionForManyRequests) {
  RawClient client(Start());
  for (int i = 0; i < 3; ++i) {
    client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(BodyOf(client.ReadResponse()), "hi\n") << i;
  }
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  RawClient client(Start());
  client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(Status(client.ReadResponse()), "HTTP/1.1 200 OK");
  EXPECT_EQ(Status(client.ReadResponse()), "HTTP/1.1 404 Not Found");
}

TEST_F(HttpServerTest, ClosesWhenAskedTo) {
  RawClient client(Start());
  client.Send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(BodyOf(client.ReadResponse()), "hi\n");
  EXPECT_TRUE(client.WaitForClose());
}

TEST_F(HttpServerTest, AnswersHeadWithoutABody) {
  RawClient client(Start());
  client.Send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string head = client.ReadResponse(/*has_body=*/false);
  EXPECT_EQ(Status(head), "HTTP/1.1 200 OK");
  EXPECT_NE(head.find("Content-Length: 3\r\n"), std::string::npos);
  EXPECT_EQ(BodyOf(client.ReadResponse()), "hi\n") << "right after the head's headers";
}

TEST_F(HttpServerTest, AllowsNoOtherMethod) {
  const uint16_t port = Start();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FROB"}) {
    RawClient client(port);
    client.Send(std::string(method) + " /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n" +
                "\r\n" + std::string(100'000, 'b'));
    const std::string response = client.ReadResponse();
    EXPECT_EQ(Status(response), "HTTP/1.1 405 Method Not Allowed") << method;
    EXPECT_NE(response.find("Allow: GET, HEAD\r\n"), std::string::npos) << method;
    EXPECT_TRUE(client.WaitForClose());
  }
}

TEST_F(HttpServerTest, AllowsPostWhereItIsTold) {
  options_.post_paths = {"/do"};
  router_.AddPost("/do", "", [](const HttpRequest& request) {
    return HttpResponse{.status = request.is_post ? 200 : 500, .body = "done\n"};
  });
  const uint16_t port = Start();
  const auto ask = [port](const std::string& line, const std::string& body = "") {
    RawClient client(port);
    client.Send(line + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body);
    return client.ReadResponse();
  };
  EXPECT_EQ(BodyOf(ask("POST /do", "whatever")), "done\n");
  EXPECT_EQ(BodyOf(ask("POST /do?now=1")), "done\n");
  EXPECT_EQ(Status(ask("POST /do", std::string(100'000, 'b'))),
            "HTTP/1.1 413 Payload Too Large");
  EXPECT_EQ(Status(ask("POST /hello")), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_EQ(Status(ask("PUT /do")), "HTTP/1.1 405 Method Not Allowed");
  const std::string get = ask("GET /do");
  EXPECT_EQ(Status(get), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_NE(get.find("Allow: POST\r\n"), std::string::npos);
}

TEST_F(HttpServerTest, RefusesWhatIsNoHttp) {
  const uint16_t port = Start();
  for (const char* bytes : {"hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
                            "GET / HTTP/1.1\r\nno colon\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n",
                            "GET /%zz HTTP/1.1\r\n\r\n", "GET http://x/ HTTP/1.1\r\n\r\n",
                            "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"}) {
    RawClient client(port);
    client.Send(bytes);
    EXPECT_EQ(Status(client.ReadResponse()).substr(8), " 400 Bad Request") << bytes;
  }
}

TEST_F(HttpServerTest, FindsNoFileByTraversal) {
  const uint16_t port = Start();
  for (const char* target : {"/../../etc/passwd", "/hello/../../etc/passwd", "/%2e%2e/etc/passwd",
                             "/..%2f..%2fetc%2fpasswd", "//etc/passwd"}) {
    EXPECT_EQ(Status(test::Get(port, target)), "HTTP/1.1 404 Not Found") << target;
  }
}

TEST_F(HttpServerTest, RefusesHeadersPastTheLimit) {
  options_.max_header_bytes = 1024;
  const uint16_t port = Start();
  RawClient fits(port);
  fits.Send("GET /hello HTTP/1.1\r\nX: " + std::string(900, 'a') + "\r\n\r\n");
  EXPECT_EQ(Status(fits.ReadResponse()), "HTTP/1.1 200 OK");
  RawClient one_long(port);
  one_long.Send("GET /hello HTTP/1.1\r\nX: " + std::string(1100, 'a') + "\r\n\r\n");
  EXPECT_EQ(Status(one_long.ReadResponse()),
            "HTTP/1.1 431 Request Header Fields Too Large");
  RawClient endless(port);
  endless.Send("GET /" + std::string(1'000'000, 'a'));
  EXPECT_EQ(Status(endless.ReadResponse()),
            "HTTP/1.1 431 Request Header Fields Too Large");
  RawClient many(port);
  std::string headers;
  for (int i = 0; i < 500; ++i) headers += "X" + std::to_string(i) + ": y\r\n";
  many.Send("GET /hello HTTP/1.1\r\n" + headers + "\r\n");
  EXPECT_EQ(Status(many.ReadResponse()), "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_F(HttpServerTest, RefusesABodyPastTheLimit) {
  options_.max_body_bytes = 1000;
  const uint16_t port = Start();
  RawClient fits(port);
  fits.Send("GET /hello HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'b'));
  EXPECT_EQ(Status(fits.ReadResponse()), "HTTP/1.1 200 OK");
  RawClient large(port);
  large.Send("GET /hello HTTP/1.1\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'b'));
  EXPECT_EQ(Status(large.ReadResponse()), "HTTP/1.1 413 Payload Too Large");
}

TEST_F(HttpServerTest, ClosesASlowClientHoweverItTrickles) {
  options_.request_timeout = Duration::Millis(300);
  options_.max_header_bytes = size_t{1} << 30;
  RawClient client(Start());
  // Endless, a byte at a time: the deadline is the request's, and no byte moves it.
  client.Send("GET /hello HTTP/1.1\r\nX: ");
  std::atomic<bool> is_closed{false};
  std::thread trickle([&] {
    while (!is_closed && client.Send("a")) std::this_thread::yield();
  });
  EXPECT_TRUE(client.WaitForClose());
  is_closed = true;
  trickle.join();
}

TEST_F(HttpServerTest, ClosesAnIdleConnection) {
  options_.request_timeout = Duration::Millis(100);
  const uint16_t port = Start();
  RawClient silent(port);
  EXPECT_TRUE(silent.WaitForClose());
  RawClient client(port);
  client.Send("GET /hello HTTP/1.1\r\n\r\n");
  EXPECT_EQ(BodyOf(client.ReadResponse()), "hi\n");
  EXPECT_TRUE(client.WaitForClose());
}

TEST_F(HttpServerTest, GivesUpOnAClientThatDoesNotRead) {
  options_.response_timeout = Duration::Millis(200);
  options_.max_connections = 1;
  const uint16_t port = Start();
  RawClient deaf(port);
  deaf.Send("GET /large HTTP/1.1\r\n\r\n");
  // The one place is free again only when the deaf client has been given up.
  std::string status;
  for (int i = 0; i < 100'000 && status != "HTTP/1.1 200 OK"; ++i) {
    status = Status(test::Get(port, "/hello"));
  }
  EXPECT_EQ(status, "HTTP/1.1 200 OK");
}

TEST_F(HttpServerTest, RefusesConnectionsPastTheLimit) {
  options_.max_connections = 2;
  const uint16_t port = Start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<RawClient>(port));
    clients.back()->Send("GET /hello HTTP/1.1\r\n\r\n");
    EXPECT_EQ(Status(clients.back()->ReadResponse()), "HTTP/1.1 200 OK");
  }
  RawClient third(port);
  EXPECT_EQ(Status(third.ReadResponse()), "HTTP/1.1 503 Service Unavailable");
  clients.pop_back();
  std::string status;
  for (int i = 0; i < 100'000 && status != "HTTP/1.1 200 OK"; ++i) {
    status = Status(test::Get(port, "/hello"));
  }
  EXPECT_EQ(status, "HTTP/1.1 200 OK") << "a place that became free is given again";
}

TEST_F(HttpServerTest, SendsALargeAnswerWhole) {
  EXPECT_EQ(BodyOf(test::Get(Start(), "/large")).size(), 32'000'000U);
}

TEST_F(HttpServerTest, TurnsAnExceptionIntoAnError) {
  const uint16_t port = Start();
  const std::string response = test::Get(port, "/throw");
  EXPECT_EQ(Status(response), "HTTP/1.1 500 Internal Server Error");
  EXPECT_EQ(Status(test::Get(port, "/hello")), "HTTP/1.1 200 OK");
}

TEST_F(HttpServerTest, AnswersOthersWhileOneHandlerIsBusy) {
  const uint16_t port = Start();
  RawClient slow(port);
  slow.Send("GET /slow HTTP/1.1\r\n\r\n");
  entered_.Wait();
  EXPECT_EQ(BodyOf(test::Get(port, "/hello")), "hi\n");
  gate_.Open();
  EXPECT_EQ(BodyOf(slow.ReadResponse()), "at last");
}

TEST_F(HttpServerTest, StopsWithIdleConnectionsAtOnceAndMayBeStoppedTwice) {
  const uint16_t port = Start();
  RawClient idle(port);
  idle.Send("GET /hello HTTP/1.1\r\n\r\n");
  EXPECT_EQ(BodyOf(idle.ReadResponse()), "hi\n");
  server_->Stop();
  EXPECT_TRUE(idle.WaitForClose());
  EXPECT_FALSE(RawClient(port).is_connected());
  server_->Stop();
}

TEST_F(HttpServerTest, SendsTheAnswerUnderWayBeforeItStops) {
  options_.stop_timeout = Duration::Seconds(30);
  const uint16_t port = Start();
  RawClient client(port);
  client.Send("GET /slow HTTP/1.1\r\n\r\n");
  entered_.Wait();
  std::thread stop([this] { server_->Stop(); });
  while (RawClient(port).is_connected()) std::this_thread::yield();
  gate_.Open();
  EXPECT_EQ(BodyOf(client.ReadResponse()), "at last");
  stop.join();
}

TEST_F(HttpServerTest, StopsThoughAClientDoesNotRead) {
  options_.stop_timeout = Duration::Millis(100);
  const uint16_t port = Start();
  RawClient deaf(port);
  deaf.Send("GET /large HTTP/1.1\r\n\r\n");
  EXPECT_EQ(BodyOf(test::Get(port, "/hello")), "hi\n");
  server_->Stop();
  EXPECT_FALSE(RawClient(port).is_connected());
}

}  // namespace
}  // namespace touchline::adapters
