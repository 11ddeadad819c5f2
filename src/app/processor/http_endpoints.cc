#include "app/processor/http_endpoints.h"

#include <algorithm>
#include <utility>

#include "adapters/http/site.h"
#include "app/build_versions.h"
#include "pipeline/store_interactions.h"
#include "pipeline/store_intervals.h"
#include "pipeline/store_waiting.h"

namespace touchline::app {
namespace {

constexpr const char* kReloadPath = "/-/reload";

// Names of programs as names of labels: "prometheus-cpp" is prometheus_cpp.
std::vector<std::pair<std::string, std::string>> LabelsOf(
    std::vector<std::pair<std::string, std::string>> versions) {
  for (auto& [name, version] : versions) {
    std::replace_if(name.begin(), name.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  }
  return versions;
}

adapters::ExportOptions ExportOptionsOf(const HttpEndpoints::Parts& parts) {
  const Config& config = *parts.config;
  adapters::ExportOptions exports;
  exports.limits.max_bytes = static_cast<size_t>(config.metrics.max_label_bytes);
  exports.limits.max_values = static_cast<size_t>(config.metrics.max_label_values);
  exports.window_clock =
      parts.is_recorded ? adapters::WindowClock::kWatermark : adapters::WindowClock::kWall;
  exports.build_info = LabelsOf(BuildVersions());
  for (const PartnerConfig& partner : config.partners) {
    if (auto zone = TimeZone::Load(partner.time_zone)) exports.zones.emplace(partner.name, *zone);
  }
  for (const TopicConfig& topic : config.topics) {
    exports.source_of_topic[topic.name] = topic.alias.empty() ? topic.name : topic.alias;
  }
  exports.sources = parts.sources;
  return exports;
}

adapters::HttpOptions HttpOptionsOf(const HttpConfig& config) {
  adapters::HttpOptions http;
  http.listen = config.listen;
  http.max_connections = static_cast<size_t>(config.max_connections);
  http.max_header_bytes = static_cast<size_t>(config.max_header_bytes);
  http.request_timeout = config.request_timeout;
  return http;
}

}  // namespace

Result<std::unique_ptr<HttpEndpoints>> HttpEndpoints::Start(Parts parts) {
  std::unique_ptr<HttpEndpoints> endpoints(new HttpEndpoints(std::move(parts)));
  if (auto s = endpoints->labels_.Restore(); !s) return tl::unexpected(s.error());
  if (auto s = endpoints->Serve(); !s) return tl::unexpected(s.error());
  return endpoints;
}

HttpEndpoints::HttpEndpoints(Parts parts)
    : parts_(std::move(parts)),
      pages_(*parts_.published, *parts_.stats, ExportOptionsOf(parts_), *parts_.clock),
      labels_(&pages_, parts_.reader, parts_.committer) {}

Status HttpEndpoints::Serve() {
  site_ = adapters::MakeSite(
      {.metrics = [this] { return pages_.Main(); },
       .agent_metrics = [this] { return pages_.Agents(); },
       .metrics_content_type = std::string(adapters::MetricsPages::content_type()),
       .why_not_ready = parts_.why_not_ready,
       .ledger = parts_.published,
       .intervals = &intervals_,
       .interactions = &interactions_,
       .waiting = &waiting_});
  adapters::HttpOptions http = HttpOptionsOf(parts_.config->http);
  if (parts_.reload && parts_.config->http.reload) {
    site_.AddPost(kReloadPath, "reads the configuration anew; 400 and why, if it is refused",
                  [this](const adapters::HttpRequest&) { return AnswerReload(); });
    http.post_paths.insert(kReloadPath);
  }
  auto server = adapters::HttpServer::Start(
      http, [this](const adapters::HttpRequest& request) { return site_.Handle(request); });
  if (!server) return tl::unexpected(server.error());
  server_ = std::move(*server);
  parts_.log->Info("serving", {{"address", "http://" + server_->address()}});
  return {};
}

void HttpEndpoints::ServeState(const std::vector<pipeline::TaskKey>& tasks,
                               const std::vector<pipeline::InteractionsPlace>& places) {
  intervals_.Set(std::make_unique<pipeline::StoreIntervals>(parts_.reader, tasks));
  waiting_.Set(std::make_unique<pipeline::StoreWaiting>(parts_.snapshots, places));
  interactions_.Set(std::make_unique<pipeline::StoreInteractions>(parts_.snapshots, places));
}

adapters::HttpResponse HttpEndpoints::AnswerReload() const {
  const auto reasons = parts_.reload();
  if (!reasons) return {.status = 503, .body = reasons.error().message + "\n"};
  if (reasons->empty()) return {.body = "The configuration has been read anew.\n"};
  std::string lines;
  for (const std::string& reason : *reasons) lines += reason + "\n";
  return {.status = 400, .body = std::move(lines)};
}

}  // namespace touchline::app
