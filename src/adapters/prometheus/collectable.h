#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "adapters/prometheus/metrics_pages.h"

namespace touchline::adapters {

// The seam to prometheus-cpp: a page as its metric families, for any of its exposers or gateways.
// The built-in pages do not go through it, for speed; both say the same.
class LedgerCollectable final : public prometheus::Collectable {
 public:
  // `pages` outlives this.
  LedgerCollectable(MetricsPages& pages, Page page) : pages_(pages), page_(page) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  MetricsPages& pages_;
  Page page_;
};

}  // namespace touchline::adapters
