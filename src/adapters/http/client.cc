#include "adapters/http/client.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace touchline::adapters {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace net = boost::asio;
using tcp = boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::string_view kScheme = "http://";

struct Origin {
  std::string host;  // without brackets
  std::string port = "80";
  std::string authority;  // as written
  std::string prefix;     // of every path; does not end with '/'
};

std::optional<Origin> ParseOrigin(std::string_view url) {
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  const size_t slash = std::min(url.find('/'), url.size());
  Origin origin;
  origin.authority = url.substr(0, slash);
  origin.prefix = url.substr(slash);
  while (origin.prefix.ends_with('/')) origin.prefix.pop_back();
  std::string_view host = url.substr(0, slash);
  const size_t bracket = host.find(']');
  const size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    origin.port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  origin.host = host;
  const bool is_number = origin.port.find_first_not_of("0123456789") == std::string::npos;
  if (origin.host.empty() || origin.port.empty() || !is_number) return std::nullopt;
  if (url.find_first_of(" @?#\r\n") != std::string_view::npos) return std::nullopt;
  return origin;
}

// One exchange on a connection of its own. Every operation has the same deadline.
class Exchange {
 public:
  Exchange(const Origin& origin, const std::string& target, const HttpGetOptions& options)
      : origin_(origin), timeout_(options.timeout) {
    request_.method(http::verb::get);
    request_.target(origin.prefix + target);
    request_.version(11);
    request_.set(http::field::host, origin.authority);
    request_.set(http::field::connection, "close");
    parser_.body_limit(options.max_body_bytes);
  }

  Result<HttpResponse> Run() {
    tcp::resolver resolver(context_);
    error_code unresolved;
    const auto endpoints = resolver.resolve(origin_.host, origin_.port, unresolved);
    if (unresolved) return Failed(unresolved);
    stream_.expires_after(std::chrono::milliseconds(timeout_.millis()));
    stream_.async_connect(endpoints, [this](error_code error, const tcp::endpoint&) {
      if (!Ended(error)) Send();
    });
    context_.run();
    if (error_) return Failed(error_);
    http::response<http::string_body> answer = parser_.release();
    HttpResponse response;
    response.status = static_cast<int>(answer.result_int());
    response.content_type = std::string(answer[http::field::content_type]);
    response.body = std::move(answer.body());
    return response;
  }

 private:
  void Send() {
    http::async_write(stream_, request_, [this](error_code error, size_t) {
      if (!Ended(error)) Receive();
    });
  }
  void Receive() {
    http::async_read(stream_, buffer_, parser_, [this](error_code error, size_t) { Ended(error); });
  }
  bool Ended(error_code error) {
    error_ = error;
    return static_cast<bool>(error);
  }
  tl::unexpected<Error> Failed(error_code error) const {
    const bool is_late = error == beast::error::timeout;
    return Transient("http://" + origin_.authority + " does not answer: " +
                     (is_late ? "nothing came in time" : error.message()) + ".");
  }

  const Origin& origin_;
  const Duration timeout_;
  net::io_context context_{1};
  beast::tcp_stream stream_{context_};
  beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  http::response_parser<http::string_body> parser_;
  error_code error_;
};

}  // namespace

Result<HttpResponse> HttpGet(const std::string& url, const std::string& target,
                             const HttpGetOptions& options) {
  const auto origin = ParseOrigin(url);
  if (!origin) {
    return tl::unexpected<Error>(
        Error{.kind = ErrorClass::kPoison,
              .message = "'" + url + "' is not an address such as http://127.0.0.1:9464 (no TLS "
                                     "and no user is known here)"});
  }
  return Exchange(*origin, target, options).Run();
}

}  // namespace touchline::adapters
