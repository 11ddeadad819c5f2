#include "adapters/http/http.h"

#include "adapters/http/json.h"

namespace touchline::adapters {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus : bool { kIsItself, kIsSpace };

std::optional<std::string> Decode(std::string_view text, Plus plus) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus == Plus::kIsSpace) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    decoded.push_back(c);
  }
  return decoded;
}

bool ParseQuery(std::string_view text, HttpRequest* request) {
  while (!text.empty()) {
    const size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    const std::string_view raw =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    auto name = Decode(pair.substr(0, equals), Plus::kIsSpace);
    auto value = Decode(raw, Plus::kIsSpace);
    if (!name || !value) return false;
    request->query.emplace_back(*std::move(name), *std::move(value));
  }
  return true;
}

}  // namespace

const std::string* HttpRequest::Find(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

HttpResponse JsonError(int status, std::string_view message) {
  HttpResponse response{.status = status, .content_type = std::string(kJsonType), .body = {}};
  response.body = "{\"error\":";
  AppendJsonString(message, &response.body);
  response.body += "}\n";
  return response;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      encoded.push_back(c);
      continue;
    }
    encoded.push_back('%');
    encoded.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
    encoded.push_back(kHex[static_cast<unsigned char>(c) & 0xF]);
  }
  return encoded;
}

std::optional<HttpRequest> ParseTarget(std::string_view target) {
  if (!target.starts_with('/')) return std::nullopt;
  const size_t question = target.find('?');
  auto path = Decode(target.substr(0, question), Plus::kIsItself);
  if (!path) return std::nullopt;
  HttpRequest request{.path = *std::move(path), .query = {}, .accept = {}};
  if (question != std::string_view::npos && !ParseQuery(target.substr(question + 1), &request)) {
    return std::nullopt;
  }
  return request;
}

tl::unexpected<Error> BadQuery(std::string message) {
  return tl::unexpected<Error>(
      Error{.kind = ErrorClass::kPoison, .message = std::move(message)});
}

}  // namespace touchline::adapters
