#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/http.h"
#include "base/result.h"
#include "domain/metrics.h"
#include "pipeline/published.h"

namespace touchline::adapters {

// One series of the API: named and labelled as on the metric pages, but whole (labels unbounded, an
// absent one empty) and in the state's integers.
struct ApiRow {
  std::string name;       // "touchline_answer_seconds_bucket"
  std::string_view unit;  // of the integers: "count", "milliseconds", "milli_points"
  std::vector<std::pair<std::string_view, std::string>> labels;  // open, closed, then le
  int64_t added = 0;
  int64_t withdrawn = 0;
  int64_t value() const { return added - withdrawn; }
};

enum class Buckets : bool { kLeaveOut, kInclude };

// Calls `visit` for each series that these cells of one scope form, by ascending cell. A histogram
// gives its _bucket rows (cumulative, le in seconds with decimals), _sum and _count.
// REQUIRES: cells ascend.
void ForEachRow(const pipeline::ScopeLabels& labels, std::span<const pipeline::CellDelta> cells,
                Buckets buckets, const std::function<void(const ApiRow&)>& visit);

// The names of all labels that a row may have, open ones first; of the metrics that are counted in
// intervals only, or of all.
std::vector<std::string_view> LabelNames(bool in_intervals_only);

// Which rows a query wants: `name` (with or without prefix and suffix) and labels by their values.
class RowFilter {
 public:
  // Reads the request's parameters except those named `others`; an error says which one is unknown
  // and which are known.
  static Result<RowFilter> Parse(const HttpRequest& request,
                                 std::span<const std::string_view> others);
  // The same of a request that may only name open labels of that scope.
  static Result<RowFilter> ParseLabels(const HttpRequest& request, domain::ScopeKind scope,
                                       std::span<const std::string_view> others);
  bool Matches(const ApiRow& row) const;
  // Whether rows of this scope may match at all; spares forming them.
  bool MayMatch(const pipeline::ScopeLabels& labels) const;
  bool MayMatch(domain::MetricId metric) const { return !metric_ || *metric_ == metric; }

 private:
  std::optional<domain::MetricId> metric_;
  std::string name_;  // empty: any of the metric's
  std::map<std::string, std::string, std::less<>> labels_;
};

// Appends `"labels":{...}`'s object; of a scope, its open labels.
void AppendLabels(const ApiRow& row, std::string* out);
void AppendLabels(const pipeline::ScopeLabels& labels, std::string* out);

}  // namespace touchline::adapters
