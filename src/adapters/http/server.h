#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "adapters/http/http.h"
#include "base/result.h"
#include "base/time.h"

namespace touchline::adapters {

struct HttpOptions {
  // ADDRESS:PORT, an IP address or localhost; [ADDRESS]:PORT for IPv6. An empty address is every
  // interface. Port 0: a free one, which port() tells.
  std::string listen = "127.0.0.1:9464";
  size_t max_connections = 256;  // one more is answered 503 and closed
  size_t max_header_bytes = size_t{16} << 10;  // request line and headers; more: 431
  size_t max_body_bytes = size_t{4} << 10;     // nobody has use for one; more: 413
  std::set<std::string, std::less<>> post_paths;  // where POST is allowed; elsewhere it is 405
  // From the connection's beginning, or the last response, to the end of the request: a slower
  // client and an idle one are closed.
  Duration request_timeout = Duration::Seconds(10);
  Duration response_timeout = Duration::Seconds(30);  // to send the answer
  Duration stop_timeout = Duration::Seconds(2);  // how long a stop waits for answers under way
  int threads = 2;
};

// Serves GET and HEAD over HTTP/1.1 and 1.0 with keep-alive, and POST where it is allowed; every
// other method is 405, what cannot be read is 400. No TLS and no authentication: hence 127.0.0.1
// unless configured.
class HttpServer {
 public:
  // Listens, and answers from then on. kFatal with kConfiguration when the address is no address,
  // with kRuntime when it cannot be had. The handler outlives the server; what it throws is 500.
  static Result<std::unique_ptr<HttpServer>> Start(const HttpOptions& options,
                                                   HttpHandler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();  // stops

  // Listens no longer, closes idle connections, lets answers under way be sent for at most
  // stop_timeout, and returns when no thread is left. May be called again. Not from a handler.
  void Stop();
  uint16_t port() const;
  std::string address() const;  // "127.0.0.1:9464", with the actual port

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace touchline::adapters
