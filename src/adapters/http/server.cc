#include "adapters/http/server.h"

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/thread_name.h"

namespace touchline::adapters {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace net = boost::asio;
using tcp = boost::asio::ip::tcp;
using boost::system::error_code;

std::chrono::milliseconds ToChrono(Duration duration) {
  return std::chrono::milliseconds(duration.millis());
}

std::optional<tcp::endpoint> ParseListen(std::string_view listen) {
  const size_t colon = listen.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string host(listen.substr(0, colon));
  const std::string_view digits = listen.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return std::nullopt;  // IPv6 without brackets: where its port begins would be a guess
  }
  if (host.empty()) host = "0.0.0.0";
  if (host == "localhost") host = "127.0.0.1";
  error_code bad_address;
  const net::ip::address address = net::ip::make_address(host, bad_address);
  if (bad_address) return std::nullopt;
  return tcp::endpoint(address, port);
}

HttpResponse CallHandler(const HttpHandler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    return JsonError(500, std::string("The answer could not be made: ") + e.what());
  }
}

// What the sessions share.
struct Shared {
  HttpOptions options;
  HttpHandler handler;
};

// One connection; lives as long as one of its operations is pending. All runs on the stream's
// strand, one operation after the other.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using OnEnd = std::function<void(Session*)>;

  Session(tcp::socket socket, const Shared& shared, OnEnd on_end)
      : stream_(std::move(socket)), shared_(shared), on_end_(std::move(on_end)) {}
  ~Session() { on_end_(this); }

  void Start() {
    net::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->ReadHeader(); });
  }

  // Closes at once, or once the answer under way has been sent.
  void Finish() {
    net::post(stream_.get_executor(), [self = shared_from_this()] {
      self->is_finishing_ = true;
      if (!self->is_answering_) self->Close();
    });
  }

 private:
  using Response = http::response<http::string_body>;

  void ReadHeader() {
    if (is_finishing_) return Close();
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(shared_.options.max_header_bytes));
    parser_->body_limit(shared_.options.max_body_bytes);
    // One deadline for the whole request, however it trickles in.
    stream_.expires_after(ToChrono(shared_.options.request_timeout));
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](error_code error, size_t) {
                              self->OnHeader(error);
                            });
  }

  void OnHeader(error_code error) {
    const http::verb method = parser_->get().method();
    const bool is_allowed = method == http::verb::get || method == http::verb::head ||
                            (method == http::verb::post && MayPost());
    // A long body is told from the headers, and is not what is wrong with such a request.
    if (!is_allowed && (!error || error == http::error::body_limit)) {
      Response response = ToResponse(JsonError(405, "Only GET and HEAD are served here."));
      response.set(http::field::allow, "GET, HEAD");
      return Send(std::move(response), Then::kClose);
    }
    if (error) return OnReadError(error);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code body_error, size_t) {
                       if (body_error) return self->OnReadError(body_error);
                       self->Answer();
                     });
  }

  // A request that cannot be read is answered where that is possible. The end of the stream, a
  // reset and the deadline (which has closed the socket) are not worth one.
  void OnReadError(error_code error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return Send(ToResponse(JsonError(431, "The request's headers are too long.")), Then::kClose);
    }
    if (error == http::error::body_limit) {
      return Send(ToResponse(JsonError(413, "The request's body is too long.")), Then::kClose);
    }
    const bool is_syntax = error.category() == make_error_code(http::error::bad_method).category();
    if (is_syntax && error != http::error::end_of_stream && error != http::error::partial_message) {
      return Send(ToResponse(JsonError(400, "This is no HTTP request: " + error.message() + ".")),
                  Then::kClose);
    }
    Close();
  }

  std::optional<HttpRequest> Request() const {
    const beast::string_view target = parser_->get().target();
    std::optional<HttpRequest> request = ParseTarget({target.data(), target.size()});
    if (request) request->is_post = parser_->get().method() == http::verb::post;
    return request;
  }

  bool MayPost() const {
    const std::optional<HttpRequest> request = Request();
    return request && shared_.options.post_paths.contains(request->path);
  }

  void Answer() {
    const auto& message = parser_->get();
    std::optional<HttpRequest> request = Request();
    const Then then = message.keep_alive() ? Then::kReadOn : Then::kClose;
    if (!request) {
      return Send(ToResponse(JsonError(400, "The request's target is no path.")), then);
    }
    const beast::string_view accept = message[http::field::accept];
    request->accept.assign(accept.data(), accept.size());
    is_answering_ = true;
    Response response = ToResponse(CallHandler(shared_.handler, *request));
    if (response.result() == http::status::method_not_allowed) {
      response.set(http::field::allow, request->is_post ? "GET, HEAD" : "POST");
    }
    Send(std::move(response), then);
  }

  Response ToResponse(HttpResponse from) const {
    Response response(static_cast<http::status>(from.status), parser_->get().version());
    response.set(http::field::content_type, from.content_type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.body() = std::move(from.body);
    return response;
  }

  enum class Then : uint8_t { kReadOn, kClose };

  void Send(Response response, Then then) {
    is_answering_ = true;
    if (is_finishing_) then = Then::kClose;
    response.keep_alive(then == Then::kReadOn);
    response.prepare_payload();
    response_ = std::move(response);
    serializer_.emplace(*response_);
    stream_.expires_after(ToChrono(shared_.options.response_timeout));
    const auto on_sent = [self = shared_from_this(), then](error_code error, size_t) {
      self->OnSent(error, then);
    };
    if (parser_->get().method() == http::verb::head) {
      http::async_write_header(stream_, *serializer_, on_sent);
    } else {
      http::async_write(stream_, *serializer_, on_sent);
    }
  }

  void OnSent(error_code error, Then then) {
    is_answering_ = false;
    serializer_.reset();
    response_.reset();
    if (error) return Close();
    if (then == Then::kClose || is_finishing_) return Linger();
    ReadHeader();
  }

  // Closing with bytes unread makes the kernel reset the connection, and the client may then never
  // see the answer: so what still comes is read and dropped, within bounds.
  void Linger() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    if (is_finishing_) return Close();
    stream_.expires_after(std::chrono::seconds(1));
    Drop();
  }
  void Drop() {
    if (dropped_bytes_ > kMostDropped) return Close();
    stream_.async_read_some(net::buffer(scratch_),
                            [self = shared_from_this()](error_code error, size_t bytes) {
                              if (error || self->is_finishing_) return self->Close();
                              self->dropped_bytes_ += bytes;
                              self->Drop();
                            });
  }

  void Close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.close();
  }

  static constexpr size_t kMostDropped = size_t{1} << 20;

  beast::tcp_stream stream_;
  const Shared& shared_;
  OnEnd on_end_;
  // Bounds what a client can make us hold beyond the parser's own limits.
  beast::flat_buffer buffer_{shared_.options.max_header_bytes + shared_.options.max_body_bytes};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<Response> response_;
  std::optional<http::serializer<false, http::string_body>> serializer_;
  std::array<char, 4096> scratch_{};
  size_t dropped_bytes_ = 0;
  bool is_answering_ = false;
  bool is_finishing_ = false;
};

constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 35\r\n"
    "Connection: close\r\n\r\n{\"error\":\"Too many connections.\"}\r\n";

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const HttpOptions& options, HttpHandler handler)
      : shared_{.options = options, .handler = std::move(handler)} {}
  ~Impl() { Stop(); }

  Status Start() {
    const auto endpoint = ParseListen(shared_.options.listen);
    if (!endpoint) {
      return Fatal("\"" + shared_.options.listen + "\" is no address to listen on; give IP:PORT, " +
                       "such as 127.0.0.1:9464.",
                   ExitCode::kConfiguration);
    }
    error_code error;
    const auto step = [&error](auto&& action) {
      if (!error) action();
    };
    step([&] { acceptor_.open(endpoint->protocol(), error); });
    step([&] { acceptor_.set_option(net::socket_base::reuse_address(true), error); });
    step([&] { acceptor_.bind(*endpoint, error); });
    step([&] { acceptor_.listen(net::socket_base::max_listen_connections, error); });
    step([&] { bound_ = acceptor_.local_endpoint(error); });
    if (error) {
      return Fatal("Cannot listen on " + shared_.options.listen + ": " + error.message() + ".");
    }
    Accept();
    for (int i = 0; i < shared_.options.threads; ++i) {
      threads_.emplace_back([this] {
        NameThread("http");
        io_.run();
      });
    }
    return {};
  }

  void Stop() {
    if (threads_.empty()) return;
    net::post(acceptor_.get_executor(), [this] {
      is_stopping_ = true;
      error_code ignored;
      acceptor_.close(ignored);
      retry_.cancel();
      FinishSessions();
    });
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    const std::lock_guard lock(mutex_);
    has_stopped_ = true;
  }

  const tcp::endpoint& bound() const { return bound_; }

 private:
  void Accept() {
    acceptor_.async_accept(net::make_strand(io_), [this](error_code error, tcp::socket socket) {
      if (is_stopping_) return;
      if (error) return AcceptLater();
      Welcome(std::move(socket));
      Accept();
    });
  }

  // Out of descriptors, most likely: trying again at once would spin.
  void AcceptLater() {
    retry_.expires_after(std::chrono::milliseconds(100));
    retry_.async_wait([this](error_code error) {
      if (!error && !is_stopping_) Accept();
    });
  }

  void Welcome(tcp::socket socket) {
    std::shared_ptr<Session> session;
    {
      const std::lock_guard lock(mutex_);
      if (sessions_.size() < shared_.options.max_connections) {
        session = std::make_shared<Session>(std::move(socket), shared_,
                                            [this](Session* ended) { Forget(ended); });
        sessions_.emplace(session.get(), session);
      }
    }
    if (session) return session->Start();
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(net::buffer(kTooMany), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void Forget(Session* session) {
    const std::lock_guard lock(mutex_);
    sessions_.erase(session);
    // Sessions that outlast the deadline end with io_, when the timer is gone.
    if (is_stopping_ && !has_stopped_ && sessions_.empty()) deadline_.cancel();
  }

  // The threads end when nothing is left to do: no acceptor, no session, no deadline.
  void FinishSessions() {
    std::vector<std::shared_ptr<Session>> open;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [key, session] : sessions_) {
        if (auto alive = session.lock()) open.push_back(std::move(alive));
      }
      if (sessions_.empty()) return;
      deadline_.expires_after(ToChrono(shared_.options.stop_timeout));
      deadline_.async_wait([this](error_code error) {
        if (!error) io_.stop();
      });
    }
    for (const auto& session : open) session->Finish();
  }

  const Shared shared_;
  // Declared before io_: sessions that io_ still holds when it is destroyed tell of their end.
  std::mutex mutex_;
  std::map<Session*, std::weak_ptr<Session>> sessions_;
  std::atomic<bool> is_stopping_{false};
  bool has_stopped_ = false;
  net::io_context io_;
  tcp::acceptor acceptor_{net::make_strand(io_)};
  net::steady_timer retry_{acceptor_.get_executor()};
  net::steady_timer deadline_{acceptor_.get_executor()};
  tcp::endpoint bound_;
  std::vector<std::thread> threads_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpOptions& options,
                                                      HttpHandler handler) {
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  const Status status = impl->Start();
  if (!status) return tl::unexpected<Error>(status.error());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

void HttpServer::Stop() { impl_->Stop(); }

uint16_t HttpServer::port() const { return impl_->bound().port(); }

std::string HttpServer::address() const {
  const tcp::endpoint& bound = impl_->bound();
  const std::string host = bound.address().to_string();
  const bool is_v6 = bound.address().is_v6();
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(bound.port());
}

}  // namespace touchline::adapters
