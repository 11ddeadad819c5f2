#pragma once

#include <string>
#include <string_view>

#include "adapters/prometheus/series.h"

namespace touchline::adapters {

// The Prometheus text exposition format 0.0.4.
class TextWriter final : public SeriesSink {
 public:
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  explicit TextWriter(size_t expected_bytes = 0) { text_.reserve(expected_bytes); }

  void Family(std::string_view name, domain::MetricType type, std::string_view help) override;
  void Value(const SeriesLabels& labels, Decimal value) override;
  void Histogram(const SeriesLabels& labels, const HistogramValue& value) override;

  std::string Take() { return std::move(text_); }

 private:
  void BeginLine(std::string_view suffix, const SeriesLabels& labels, std::string_view last_label);

  std::string text_;
  std::string name_;
  std::string bound_;  // reused
};

}  // namespace touchline::adapters
