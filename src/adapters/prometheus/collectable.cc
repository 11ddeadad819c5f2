#include "adapters/prometheus/collectable.h"

#include <prometheus/client_metric.h>
#include <prometheus/metric_type.h>

#include <limits>
#include <string>

namespace touchline::adapters {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

prometheus::MetricType TypeOf(domain::MetricType type) {
  switch (type) {
    case domain::MetricType::kCounter:
      return prometheus::MetricType::Counter;
    case domain::MetricType::kGauge:
      return prometheus::MetricType::Gauge;
    case domain::MetricType::kHistogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

class FamilyBuilder final : public SeriesSink {
 public:
  void Family(std::string_view name, domain::MetricType type, std::string_view help) override {
    MetricFamily& family = families_.emplace_back();
    family.name = name;
    family.type = TypeOf(type);
    family.help = help;
  }

  void Value(const SeriesLabels& labels, Decimal value) override {
    ClientMetric& metric = Add(labels);
    metric.counter.value = value.ToDouble();
    metric.gauge.value = value.ToDouble();
  }

  void Histogram(const SeriesLabels& labels, const HistogramValue& value) override {
    ClientMetric::Histogram& histogram = Add(labels).histogram;
    uint64_t cumulative = 0;
    for (size_t i = 0; i <= value.bounds.size(); ++i) {
      cumulative += static_cast<uint64_t>(value.counts[i]);
      const double bound = i < value.bounds.size()
                               ? Decimal{.units = value.bounds[i], .scale = value.scale}.ToDouble()
                               : std::numeric_limits<double>::infinity();
      histogram.bucket.push_back({.cumulative_count = cumulative, .upper_bound = bound});
    }
    histogram.sample_count = cumulative;
    histogram.sample_sum = Decimal{.units = value.sum, .scale = value.scale}.ToDouble();
  }

  std::vector<MetricFamily> Take() { return std::move(families_); }

 private:
  ClientMetric& Add(const SeriesLabels& labels) {
    ClientMetric& metric = families_.back().metric.emplace_back();
    metric.label.reserve(labels.scope.labels().size() + labels.own.labels().size());
    for (const LabelSet* set : {&labels.scope, &labels.own}) {
      for (const auto& [name, value] : set->labels()) metric.label.push_back({name, value});
    }
    return metric;
  }

  std::vector<MetricFamily> families_;
};

}  // namespace

std::vector<MetricFamily> LedgerCollectable::Collect() const {
  FamilyBuilder builder;
  pages_.Write(page_, builder);
  return builder.Take();
}

}  // namespace touchline::adapters
