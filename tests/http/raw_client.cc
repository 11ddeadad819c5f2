#include "tests/http/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace touchline::test {

RawClient::RawClient(uint16_t port) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval wait = {.tv_sec = 5, .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return;
  close(fd_);
  fd_ = -1;
}

RawClient::~RawClient() {
  if (fd_ >= 0) close(fd_);
}

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool RawClient::Fill() {
  std::array<char, 65536> buffer{};
  const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  received_.append(buffer.data(), static_cast<size_t>(got));
  return true;
}

std::string RawClient::ReadResponse(bool has_body) {
  size_t head_end = 0;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return "";
  }
  size_t size = head_end + 4;
  const std::string_view name = "Content-Length: ";
  const size_t length = received_.substr(0, size).find(name);
  if (has_body && length != std::string::npos) {
    size += std::strtoul(received_.c_str() + length + name.size(), nullptr, 10);
  }
  while (received_.size() < size) {
    if (!Fill()) return "";
  }
  std::string response = received_.substr(0, size);
  received_.erase(0, size);
  return response;
}

std::string RawClient::ReadToEnd() {
  while (Fill()) {
  }
  return std::move(received_);
}

bool RawClient::WaitForClose() {
  std::array<char, 65536> buffer{};
  ssize_t got = 0;
  while ((got = recv(fd_, buffer.data(), buffer.size(), 0)) > 0) {
  }
  return got == 0 || errno == ECONNRESET;
}

std::string Get(uint16_t port, const std::string& target) {
  RawClient client(port);
  client.Send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  return client.ReadResponse();
}

std::string GetAsHttp10(uint16_t port, const std::string& target) {
  RawClient client(port);
  client.Send("GET " + target + " HTTP/1.0\r\n\r\n");
  return client.ReadToEnd();
}

std::string BodyOf(const std::string& response) {
  const size_t head_end = response.find("\r\n\r\n");
  return head_end == std::string::npos ? "" : response.substr(head_end + 4);
}

}  // namespace touchline::test
