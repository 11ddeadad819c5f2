#include "adapters/http/api_rows.h"

#include <algorithm>

#include "adapters/http/json.h"
#include "base/decimal.h"

namespace touchline::adapters {
namespace {

using domain::Cell;
using domain::MetricSpec;
using domain::MetricType;
using domain::ScopeKind;
using pipeline::CellDelta;
using pipeline::ScopeLabels;
using LabelList = std::vector<std::pair<std::string_view, std::string>>;

constexpr std::string_view kPrefix = "touchline_";

std::string_view UnitName(domain::Unit unit) {
  switch (unit) {
    case domain::Unit::kCount:
      return "count";
    case domain::Unit::kMilliseconds:
      return "milliseconds";
    case domain::Unit::kMilliPoints:
      break;
  }
  return "milli_points";
}

std::span<const std::string_view> OpenLabelNames(ScopeKind scope) {
  static constexpr std::string_view kQueue[] = {"partner", "kind", "channel", "queue", "direction"};
  static constexpr std::string_view kAgent[] = {"partner", "kind", "channel", "agent"};
  static constexpr std::string_view kJourney[] = {"partner", "segment"};
  static constexpr std::string_view kSource[] = {"source"};
  static constexpr std::string_view kStage[] = {"stage"};
  static constexpr std::string_view kSla[] = {"partner", "kind", "channel", "queue", "policy"};
  static constexpr std::string_view kHolder[] = {"partner", "kind", "channel", "holder", "policy"};
  switch (scope) {
    case ScopeKind::kQueue:
      return kQueue;
    case ScopeKind::kContact:
      return std::span(kQueue).first(4);
    case ScopeKind::kAgent:
      return kAgent;
    case ScopeKind::kJourney:
      return kJourney;
    case ScopeKind::kSource:
      return kSource;
    case ScopeKind::kSla:
      return kSla;
    case ScopeKind::kHolder:
      return kHolder;
    case ScopeKind::kStage:
      break;
  }
  return kStage;
}

bool IsOpenLabel(std::string_view name) {
  constexpr ScopeKind kAll[] = {ScopeKind::kQueue,  ScopeKind::kAgent, ScopeKind::kJourney,
                                ScopeKind::kSource, ScopeKind::kStage, ScopeKind::kSla,
                                ScopeKind::kHolder};
  return std::any_of(std::begin(kAll), std::end(kAll), [name](ScopeKind scope) {
    const auto names = OpenLabelNames(scope);
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

LabelList OpenLabels(const ScopeLabels& labels) {
  LabelList list;
  for (const std::string_view name : OpenLabelNames(labels.scope)) {
    std::string value = labels.subject;
    if (name == "partner") value = labels.partner;
    if (name == "kind") value = domain::Name(labels.kind);
    if (name == "channel") value = domain::Name(labels.channel);
    if (name == "direction") value = domain::Name(labels.direction);
    if (name == "policy") value = labels.policy;
    list.emplace_back(name, std::move(value));
  }
  return list;
}

// Forms the rows of one scope.
class RowBuilder {
 public:
  RowBuilder(const ScopeLabels& labels, Buckets buckets,
             const std::function<void(const ApiRow&)>& visit)
      : kind_(labels.kind), buckets_(buckets), visit_(visit), open_(OpenLabels(labels)) {}

  void Build(std::span<const CellDelta> cells) {
    while (!cells.empty()) {
      const Cell first = Cell::FromPacked(cells[0].cell);
      const auto end = std::find_if(cells.begin(), cells.end(), [first](const CellDelta& delta) {
        const Cell cell = Cell::FromPacked(delta.cell);
        return cell.metric != first.metric || cell.closed != first.closed;
      });
      const auto own = cells.first(static_cast<size_t>(end - cells.begin()));
      BuildMetric(domain::Spec(first.metric), first.closed, own);
      cells = cells.subspan(own.size());
    }
  }

 private:
  void BuildMetric(const MetricSpec& spec, uint8_t closed, std::span<const CellDelta> cells) {
    const std::string name = domain::ExportedName(spec);
    ApiRow row{.name = name, .unit = UnitName(spec.unit), .labels = open_};
    const auto values = domain::ClosedValues(spec, closed);
    for (size_t i = 0; i < values.size(); ++i) {
      row.labels.emplace_back(spec.closed[i].name, values[i]);
    }
    if (spec.type == MetricType::kHistogram) return BuildHistogram(spec, std::move(row), cells);
    row.added = cells[0].added;
    row.withdrawn = cells[0].withdrawn;
    visit_(row);
  }

  void BuildHistogram(const MetricSpec& spec, ApiRow row, std::span<const CellDelta> cells) {
    const std::string name = row.name;
    const int scale = spec.unit == domain::Unit::kCount ? 0 : 3;
    const auto bounds = domain::BucketBounds(spec.id, kind_);
    const CellDelta* sum = &cells.back();
    if (Cell::FromPacked(sum->cell).bucket != Cell::kSumCell) sum = nullptr;

    row.unit = UnitName(domain::Unit::kCount);
    row.labels.emplace_back("le", "");
    auto cell = cells.begin();
    for (size_t i = 0; i <= bounds.size(); ++i) {
      for (; cell != cells.end() && &*cell != sum && IsWithin(*cell, i, bounds.size()); ++cell) {
        row.added += cell->added;
        row.withdrawn += cell->withdrawn;
      }
      if (buckets_ == Buckets::kLeaveOut) continue;
      std::string& le = row.labels.back().second;
      le.clear();
      if (i < bounds.size()) {
        AppendBound({.units = bounds[i], .scale = scale}, &le);
      } else {
        le = "+Inf";
      }
      row.name = name + "_bucket";
      visit_(row);
    }
    row.labels.pop_back();
    row.name = name + "_count";
    visit_(row);
    row.name = name + "_sum";
    row.unit = UnitName(spec.unit);
    row.added = sum == nullptr ? 0 : sum->added;
    row.withdrawn = sum == nullptr ? 0 : sum->withdrawn;
    visit_(row);
  }

  // Whether the cell is counted up to bucket `i`; the last bucket takes all that is left.
  static bool IsWithin(const CellDelta& delta, size_t i, size_t last) {
    return i == last || Cell::FromPacked(delta.cell).bucket <= i;
  }

  domain::Kind kind_;
  Buckets buckets_;
  const std::function<void(const ApiRow&)>& visit_;
  LabelList open_;
};

// The metric whose name this is, as in the catalogue or as on the pages.
std::optional<domain::MetricId> FindMetric(std::string_view name) {
  if (const auto id = domain::ParseMetricId(name)) return id;
  for (const MetricSpec& spec : domain::Catalogue()) {
    const std::string exported = domain::ExportedName(spec);
    if (!name.starts_with(exported)) continue;
    const std::string_view suffix = name.substr(exported.size());
    if (suffix.empty()) return spec.id;
    const bool is_part = suffix == "_bucket" || suffix == "_count" || suffix == "_sum";
    if (is_part && spec.type == MetricType::kHistogram) return spec.id;
  }
  return std::nullopt;
}

// Whether the name means one series of a histogram, not the whole.
bool IsPart(domain::MetricId metric, std::string_view name) {
  const MetricSpec& spec = domain::Spec(metric);
  return name.starts_with(kPrefix) && name != domain::ExportedName(spec);
}

std::string Join(std::span<const std::string_view> names) {
  std::string joined;
  for (const std::string_view name : names) {
    if (!joined.empty()) joined += ", ";
    joined += name;
  }
  return joined;
}

tl::unexpected<Error> NoParameter(const std::string& name,
                                  std::span<const std::string_view> known) {
  return BadQuery("There is no parameter \"" + name + "\"; known are " + Join(known) + ".");
}

void AppendLabelList(const LabelList& labels, std::string* out) {
  JsonObject object(out);
  for (const auto& [name, value] : labels) object.Add(name, std::string_view(value));
  object.Close();
}

}  // namespace

void ForEachRow(const ScopeLabels& labels, std::span<const CellDelta> cells, Buckets buckets,
                const std::function<void(const ApiRow&)>& visit) {
  RowBuilder(labels, buckets, visit).Build(cells);
}

std::vector<std::string_view> LabelNames(bool in_intervals_only) {
  std::vector<std::string_view> names;
  const auto add = [&names](std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  const auto each = [in_intervals_only](const auto& visit) {
    for (const MetricSpec& spec : domain::Catalogue()) {
      if (spec.in_intervals || !in_intervals_only) visit(spec);
    }
  };
  each([&](const MetricSpec& spec) {
    for (const std::string_view name : OpenLabelNames(spec.scope)) add(name);
  });
  each([&](const MetricSpec& spec) {
    for (const domain::ClosedLabel& label : spec.closed) add(label.name);
  });
  add("le");
  return names;
}

Result<RowFilter> RowFilter::Parse(const HttpRequest& request,
                                   std::span<const std::string_view> others) {
  const std::vector<std::string_view> labels = LabelNames(false);
  RowFilter filter;
  for (const auto& [name, value] : request.query) {
    if (std::find(others.begin(), others.end(), name) != others.end()) continue;
    if (name == "name") {
      filter.metric_ = FindMetric(value);
      if (!filter.metric_) return BadQuery("There is no metric \"" + value + "\".");
      if (IsPart(*filter.metric_, value)) filter.name_ = value;
    } else if (std::find(labels.begin(), labels.end(), name) != labels.end()) {
      filter.labels_[name] = value;
    } else {
      std::vector<std::string_view> known(others.begin(), others.end());
      known.push_back("name");
      known.insert(known.end(), labels.begin(), labels.end());
      return NoParameter(name, known);
    }
  }
  return filter;
}

Result<RowFilter> RowFilter::ParseLabels(const HttpRequest& request, domain::ScopeKind scope,
                                         std::span<const std::string_view> others) {
  std::vector<std::string_view> known(others.begin(), others.end());
  const auto labels = OpenLabelNames(scope);
  known.insert(known.end(), labels.begin(), labels.end());
  RowFilter filter;
  for (const auto& [name, value] : request.query) {
    if (std::find(known.begin(), known.end(), name) == known.end()) return NoParameter(name, known);
    if (std::find(labels.begin(), labels.end(), name) != labels.end()) filter.labels_[name] = value;
  }
  return filter;
}

bool RowFilter::MayMatch(const ScopeLabels& labels) const {
  const LabelList open = OpenLabels(labels);
  return std::all_of(labels_.begin(), labels_.end(), [&open](const auto& wanted) {
    const auto it = std::find_if(open.begin(), open.end(), [&wanted](const auto& label) {
      return label.first == wanted.first;
    });
    // Not an open label of this scope: it may still be a closed one of its metrics.
    return it == open.end() ? !IsOpenLabel(wanted.first) : it->second == wanted.second;
  });
}

bool RowFilter::Matches(const ApiRow& row) const {
  if (!name_.empty() && row.name != name_) return false;
  return std::all_of(labels_.begin(), labels_.end(), [&row](const auto& wanted) {
    return std::any_of(row.labels.begin(), row.labels.end(), [&wanted](const auto& label) {
      return label.first == wanted.first && label.second == wanted.second;
    });
  });
}

void AppendLabels(const ApiRow& row, std::string* out) { AppendLabelList(row.labels, out); }
void AppendLabels(const ScopeLabels& labels, std::string* out) {
  AppendLabelList(OpenLabels(labels), out);
}

}  // namespace touchline::adapters
