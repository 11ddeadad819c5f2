#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/http.h"

namespace touchline::adapters {

// Handlers by exact path, or by what a path begins with. There are no files behind it: a path that
// was not added is 404 in JSON, but for /, which lists what was added. Add everything before the
// server starts.
class Router {
 public:
  // `about`: one line for the page that lists the endpoints; empty: not listed.
  // REQUIRES: the path is new and begins with '/'.
  void Add(std::string path, std::string about, HttpHandler handler);
  // The same for POST; a GET of the path is 405. REQUIRES: the server allows it there
  // (HttpOptions::post_paths).
  void AddPost(std::string path, std::string about, HttpHandler handler);
  // All longer paths that begin so, unless added whole. `name` stands for the rest in the list.
  // REQUIRES: the prefix is new, and begins and ends with '/'.
  void AddUnder(std::string prefix, std::string_view name, std::string about, HttpHandler handler);
  HttpResponse Handle(const HttpRequest& request) const;

 private:
  std::string Index() const;

  struct Entry {
    std::string about;
    HttpHandler handler;
    bool is_post = false;
  };
  std::map<std::string, Entry, std::less<>> entries_;
  struct Prefix {
    std::string prefix;
    std::string name;
    Entry entry;
  };
  std::vector<Prefix> prefixes_;
};

}  // namespace touchline::adapters
