#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace touchline::test {

// A TCP connection to 127.0.0.1 that sends bytes as told, well-formed or not. Waits at most five
// seconds for an answer.
class RawClient {
 public:
  explicit RawClient(uint16_t port);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  bool is_connected() const { return fd_ >= 0; }
  // False once the other side has closed.
  bool Send(std::string_view bytes);
  // One response: headers and, by Content-Length, body. Empty when the connection ended first.
  // `has_body` is false for the answer to a HEAD.
  std::string ReadResponse(bool has_body = true);
  // All that comes until the server closes.
  std::string ReadToEnd();
  // Whether the server closes within the wait; bytes before that are dropped.
  bool WaitForClose();

 private:
  bool Fill();
  int fd_ = -1;
  std::string received_;
};

// Sends one GET on a connection of its own and returns the response.
std::string Get(uint16_t port, const std::string& target);
// The same as HTTP/1.0, for servers that would answer 1.1 in chunks.
std::string GetAsHttp10(uint16_t port, const std::string& target);
// What follows the headers.
std::string BodyOf(const std::string& response);

}  // namespace touchline::test
