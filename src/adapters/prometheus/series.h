#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "domain/metrics.h"

namespace touchline::adapters {

// How many digits after the point a unit of the catalogue has.
int ScaleOf(domain::Unit unit);

// Labels in order, and the same as the text format writes them between braces. Values are already
// fit for export.
class LabelSet {
 public:
  void Add(std::string_view name, std::string_view value);
  std::span<const std::pair<std::string, std::string>> labels() const { return labels_; }
  const std::string& text() const { return text_; }

 private:
  std::vector<std::pair<std::string, std::string>> labels_;
  std::string text_;
};

// The labels of one series: those of its scope, then those of its metric. Neither is null; both
// outlive the call they are given to.
struct SeriesLabels {
  const LabelSet& scope;
  const LabelSet& own;
};

struct HistogramValue {
  std::span<const int64_t> bounds;  // upper bounds (<=), ascending, without +Inf
  std::span<const int64_t> counts;  // one more than bounds; not cumulative
  int64_t sum = 0;
  int scale = 0;  // of bounds and sum
};

// Where the series of a page go, family by family: a text, or prometheus-cpp's families.
class SeriesSink {
 public:
  virtual ~SeriesSink() = default;
  // Begins a family; the series that follow are its own. Names are valid and unique on a page.
  virtual void Family(std::string_view name, domain::MetricType type, std::string_view help) = 0;
  // Of a counter or a gauge.
  virtual void Value(const SeriesLabels& labels, Decimal value) = 0;
  virtual void Histogram(const SeriesLabels& labels, const HistogramValue& value) = 0;
};

}  // namespace touchline::adapters
