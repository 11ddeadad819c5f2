#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/router.h"
#include "adapters/http/server.h"
#include "adapters/prometheus/metrics_pages.h"
#include "app/config.h"
#include "app/log.h"
#include "app/processor/label_memory.h"
#include "app/processor/late_sources.h"
#include "base/result.h"
#include "pipeline/interactions_place.h"
#include "pipeline/keys.h"
#include "pipeline/ports.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"

namespace touchline::app {

// What the process shows of itself over HTTP, from its first moment: the metric pages with the
// labels that they have admitted, health and readiness, what the state can be asked, the reload.
class HttpEndpoints {
 public:
  // Outlives the endpoints. The functions are called by the server's threads.
  struct Parts {
    const Config* config = nullptr;
    bool is_recorded = false;  // all topics are: windows go by their time
    const pipeline::PublishedLedger* published = nullptr;
    const pipeline::ProcessStats* stats = nullptr;
    pipeline::StateReader* reader = nullptr;
    pipeline::SnapshotSource* snapshots = nullptr;
    pipeline::Committer* committer = nullptr;
    const pipeline::Clock* clock = nullptr;
    Logger* log = nullptr;
    adapters::ExportSources sources;
    // As SiteParts::why_not_ready.
    std::function<std::optional<std::string>()> why_not_ready;
    // As Reloader::Reload, or why that cannot be done now; nullptr: no such endpoint.
    std::function<Result<std::vector<std::string>>()> reload;
  };
  // Brings back the admitted labels, then serves as the configuration says. Errors are the store's
  // and the server's.
  static Result<std::unique_ptr<HttpEndpoints>> Start(Parts parts);
  HttpEndpoints(const HttpEndpoints&) = delete;
  HttpEndpoints& operator=(const HttpEndpoints&) = delete;

  // From now on questions about the state are answered, with all that is in these tasks.
  void ServeState(const std::vector<pipeline::TaskKey>& tasks,
                  const std::vector<pipeline::InteractionsPlace>& places);
  // Stores the labels newly admitted, if any. Not from several threads at once.
  void KeepLabels() { labels_.Keep(); }
  // See HttpServer.
  void Stop() { server_->Stop(); }
  std::string address() const { return server_->address(); }

 private:
  explicit HttpEndpoints(Parts parts);
  Status Serve();
  adapters::HttpResponse AnswerReload() const;

  const Parts parts_;
  adapters::MetricsPages pages_;
  LabelMemory labels_;
  LateIntervals intervals_;
  LateInteractions interactions_;
  LateWaiting waiting_;
  adapters::Router site_;
  std::unique_ptr<adapters::HttpServer> server_;  // stops before what it asks is gone
};

}  // namespace touchline::app
