#include "adapters/prometheus/text_writer.h"

#include <utility>

namespace touchline::adapters {
namespace {

std::string_view TypeName(domain::MetricType type) {
  switch (type) {
    case domain::MetricType::kCounter:
      return "counter";
    case domain::MetricType::kGauge:
      return "gauge";
    case domain::MetricType::kHistogram:
      break;
  }
  return "histogram";
}

}  // namespace

void TextWriter::Family(std::string_view name, domain::MetricType type, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ");
  for (const char c : help) {
    if (c == '\\') {
      text_.append("\\\\");
    } else if (c == '\n') {
      text_.append("\\n");
    } else {
      text_.push_back(c);
    }
  }
  text_.append("\n# TYPE ").append(name).append(" ").append(TypeName(type)).append("\n");
}

void TextWriter::BeginLine(std::string_view suffix, const SeriesLabels& labels,
                           std::string_view last_label) {
  text_.append(name_).append(suffix);
  char separator = '{';
  for (const std::string_view part :
       {std::string_view(labels.scope.text()), std::string_view(labels.own.text()), last_label}) {
    if (part.empty()) continue;
    text_.push_back(separator);
    text_.append(part);
    separator = ',';
  }
  text_.append(separator == '{' ? " " : "} ");
}

void TextWriter::Value(const SeriesLabels& labels, Decimal value) {
  BeginLine("", labels, "");
  AppendDecimal(value, &text_);
  text_.push_back('\n');
}

void TextWriter::Histogram(const SeriesLabels& labels, const HistogramValue& value) {
  int64_t cumulative = 0;
  for (size_t i = 0; i <= value.bounds.size(); ++i) {
    cumulative += value.counts[i];
    bound_ = "le=\"";
    if (i < value.bounds.size()) {
      AppendBound({.units = value.bounds[i], .scale = value.scale}, &bound_);
    } else {
      bound_.append("+Inf");
    }
    bound_.push_back('"');
    BeginLine("_bucket", labels, bound_);
    AppendDecimal({.units = cumulative}, &text_);
    text_.push_back('\n');
  }
  BeginLine("_sum", labels, "");
  AppendDecimal({.units = value.sum, .scale = value.scale}, &text_);
  text_.push_back('\n');
  BeginLine("_count", labels, "");
  AppendDecimal({.units = cumulative}, &text_);
  text_.push_back('\n');
}

}  // namespace touchline::adapters
