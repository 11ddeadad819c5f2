#pragma once

#include <cstddef>
#include <string>

#include "adapters/http/http.h"
#include "base/result.h"
#include "base/time.h"

namespace touchline::adapters {

struct HttpGetOptions {
  Duration timeout = Duration::Seconds(30);  // of the whole exchange, once the name is resolved
  size_t max_body_bytes = size_t{64} << 20;
};

// Asks `origin`, "http://HOST[:PORT][/PREFIX]", for prefix + `target`, which begins with '/' and is
// encoded, and returns whatever it answers, errors and redirects too. No TLS, no proxy.
// kPoison: the origin is none. kTransient: nobody answers there, or not in time, or not in HTTP.
// Cost: blocks; for commands, not for servers.
Result<HttpResponse> HttpGet(const std::string& origin, const std::string& target,
                             const HttpGetOptions& options = {});

}  // namespace touchline::adapters
