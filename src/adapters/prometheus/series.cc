#include "adapters/prometheus/series.h"

#include "adapters/prometheus/label_values.h"

namespace touchline::adapters {

int ScaleOf(domain::Unit unit) { return unit == domain::Unit::kCount ? 0 : 3; }

void LabelSet::Add(std::string_view name, std::string_view value) {
  labels_.emplace_back(name, value);
  if (!text_.empty()) text_.push_back(',');
  text_.append(name);
  text_.append("=\"");
  AppendEscaped(value, &text_);
  text_.push_back('"');
}

}  // namespace touchline::adapters
