#include "adapters/http/site.h"

#include <utility>

#include "adapters/http/api_interaction.h"
#include "adapters/http/api_intervals.h"
#include "adapters/http/api_totals.h"
#include "adapters/http/api_waiting.h"

namespace touchline::adapters {
namespace {

HttpHandler Page(std::function<std::string()> write, const std::string& content_type) {
  return [write = std::move(write), content_type](const HttpRequest&) {
    return HttpResponse{.content_type = content_type, .body = write()};
  };
}

HttpHandler Ready(std::function<std::optional<std::string>()> why_not) {
  return [why_not = std::move(why_not)](const HttpRequest&) {
    const std::optional<std::string> reason = why_not();
    if (!reason) return HttpResponse{.body = "Touchline is ready.\n"};
    return HttpResponse{.status = 503, .body = "Not ready: " + *reason + "\n"};
  };
}

}  // namespace

Router MakeSite(SiteParts parts) {
  Router router;
  router.Add("/metrics", "queues, service, journeys and the process, for Prometheus",
             Page(std::move(parts.metrics), parts.metrics_content_type));
  router.Add("/metrics/agents", "agents and their rolling windows, for Prometheus",
             Page(std::move(parts.agent_metrics), parts.metrics_content_type));
  router.Add("/-/healthy", "200 while the process lives",
             [](const HttpRequest&) { return HttpResponse{.body = "Touchline is healthy.\n"}; });
  router.Add("/-/ready", "200 once the state is restored and the input caught up with, else 503",
             Ready(std::move(parts.why_not_ready)));
  router.Add("/api/v1/totals", "every total, exact, as JSON",
             [ledger = parts.ledger](const HttpRequest& request) {
               return ApiTotals(*ledger, request);
             });
  if (parts.intervals != nullptr) {
    router.Add("/api/v1/intervals", "counts by quarter hour of event time, as JSON or CSV",
               [source = parts.intervals](const HttpRequest& request) {
                 return ApiIntervals(*source, request);
               });
  }
  if (parts.waiting != nullptr) {
    router.Add("/api/v1/waiting", "who waits in which queue, longest first, as JSON",
               [source = parts.waiting](const HttpRequest& request) {
                 return ApiWaiting(*source, request);
               });
  }
  if (parts.interactions != nullptr) {
    router.AddUnder(std::string(kInteractionsPath), "ID",
                    "one interaction's log and its clocks, interval by interval, as JSON or text",
                    [source = parts.interactions](const HttpRequest& request) {
                      return ApiInteraction(*source, request);
                    });
  }
  return router;
}

}  // namespace touchline::adapters
