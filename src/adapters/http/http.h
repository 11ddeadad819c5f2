#pragma once

// Requests and responses as handlers see them: no socket, no library.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace touchline::adapters {

// A GET (or a HEAD: the server leaves the body out), or a POST, whose body nobody has use for.
struct HttpRequest {
  bool is_post = false;
  std::string path;                                        // decoded, begins with '/'
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  std::string accept;                                      // the header, as it came

  // The first value of this name; nullptr when it is not there.
  const std::string* Find(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Called by several threads at once.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

inline constexpr std::string_view kJsonType = "application/json";

// {"error": message} with this status.
HttpResponse JsonError(int status, std::string_view message);
// What is wrong with a query's parameters, for a 400.
tl::unexpected<Error> BadQuery(std::string message);

// As one segment of a path, or as a name or value of a query: everything but letters, digits and
// "-._~" as %XX.
std::string PercentEncode(std::string_view text);

// Splits and decodes a request target ("/a%20b?x=1&y"); nullopt when it is not an absolute path,
// has a broken %-escape or a NUL.
std::optional<HttpRequest> ParseTarget(std::string_view target);

}  // namespace touchline::adapters
