#include "adapters/http/router.h"

#include <cassert>
#include <utility>

namespace touchline::adapters {

void Router::Add(std::string path, std::string about, HttpHandler handler) {
  assert(path.starts_with('/') && !entries_.contains(path));
  entries_.emplace(std::move(path),
                   Entry{.about = std::move(about), .handler = std::move(handler)});
}

void Router::AddPost(std::string path, std::string about, HttpHandler handler) {
  Add(path, std::move(about), std::move(handler));
  entries_.find(path)->second.is_post = true;
}

void Router::AddUnder(std::string prefix, std::string_view name, std::string about,
                      HttpHandler handler) {
  assert(prefix.starts_with('/') && prefix.ends_with('/'));
  prefixes_.push_back({.prefix = std::move(prefix),
                       .name = std::string(name),
                       .entry = {.about = std::move(about), .handler = std::move(handler)}});
}

HttpResponse Router::Handle(const HttpRequest& request) const {
  const auto it = entries_.find(request.path);
  if (it != entries_.end()) {
    if (it->second.is_post == request.is_post) return it->second.handler(request);
    return JsonError(405, it->second.is_post ? "This is done by POST." : "This is asked by GET.");
  }
  for (const Prefix& under : prefixes_) {
    const bool is_longer = request.path.size() > under.prefix.size();
    if (!is_longer || !request.path.starts_with(under.prefix)) continue;
    if (request.is_post) return JsonError(405, "This is asked by GET.");
    return under.entry.handler(request);
  }
  if (request.path == "/") return {.content_type = "text/html; charset=utf-8", .body = Index()};
  return JsonError(404, "There is nothing at this path; / lists what there is.");
}

std::string Router::Index() const {
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Touchline</title>\n"
      "<h1>Touchline</h1>\n<ul>\n";
  for (const auto& [path, entry] : entries_) {
    if (entry.about.empty()) continue;
    page += entry.is_post ? "<li>POST " + path : "<li><a href=\"" + path + "\">" + path + "</a>";
    page += ": " + entry.about + "\n";
  }
  for (const Prefix& under : prefixes_) {
    page += "<li>" + under.prefix + under.name + ": " + under.entry.about + "\n";
  }
  return page + "</ul>\n</html>\n";
}

}  // namespace touchline::adapters
