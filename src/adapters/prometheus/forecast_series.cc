#include "adapters/prometheus/forecast_series.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "adapters/prometheus/catalogue_series.h"

namespace touchline::adapters {
namespace {

using domain::Cell;
using domain::MetricId;
using domain::MetricSpec;
using pipeline::CellDelta;
using pipeline::ScopeLabels;

struct Within {
  std::string_view name;
  Duration length;
};
constexpr std::array<Within, 3> kWithin = {{{"5m", Duration::Minutes(5)},
                                            {"15m", Duration::Minutes(15)},
                                            {"1h", Duration::Hours(1)}}};

// By closed index, what is due within each of kWithin.
using Sums = std::map<uint8_t, std::array<int64_t, kWithin.size()>>;
using Scopes = MergedScopes<Sums>;

bool Has(const TotalsSnapshot::Cells& cells, MetricId metric) {
  return std::any_of(cells.begin(), cells.end(), [metric](const pipeline::PublishedCell& cell) {
    return Cell::FromPacked(cell.cell).metric == metric;
  });
}

Scopes ReadScopes(const MetricSpec& spec, const pipeline::PublishedLedger& ledger, EventTime from,
                  LabelBounds& bounds) {
  Scopes scopes;
  const auto add = [&](const ScopeLabels& labels, const std::vector<CellDelta>& cells,
                       size_t first) {
    if (labels.scope != spec.scope) return;
    Sums& sums = scopes.At(labels, ExportLabels(labels, bounds).labels).first.value;
    for (const CellDelta& delta : cells) {
      const Cell cell = Cell::FromPacked(delta.cell);
      if (cell.metric != spec.id) continue;
      auto& sum = sums[cell.closed];
      for (size_t w = first; w < kWithin.size(); ++w) sum[w] += delta.added - delta.withdrawn;
    }
  };
  // Each bucket is read once, and added to every length that reaches on to it.
  EventTime begin = from;
  for (size_t first = 0; first < kWithin.size(); ++first) {
    const EventTime end = from + kWithin[first].length;
    ledger.VisitWindow(pipeline::RowKind::kBucket, begin, end,
                       [&](pipeline::PublishedScope, const ScopeLabels& labels,
                           const std::vector<CellDelta>& cells) { add(labels, cells, first); });
    begin = end;
  }
  return scopes;
}

void WriteScope(const MetricSpec& spec, domain::Kind kind, const LabelSet& labels,
                const Sums& sums, SeriesSink& sink) {
  const auto closed_labels = ClosedLabelSets(spec);
  for (size_t closed = 0; closed < closed_labels.size(); ++closed) {
    const auto index = static_cast<uint8_t>(closed);
    const auto it = sums.find(index);
    if (it == sums.end() && !domain::IsMember(spec, kind, index)) continue;
    for (size_t w = 0; w < kWithin.size(); ++w) {
      LabelSet own = closed_labels[closed];
      own.Add("within", kWithin[w].name);
      sink.Value({.scope = labels, .own = own},
                 {.units = it == sums.end() ? 0 : it->second[w], .scale = ScaleOf(spec.unit)});
    }
  }
}

}  // namespace

void WriteForecasts(const pipeline::PublishedLedger& ledger, const TotalsSnapshot& totals,
                    EventTime now, LabelBounds& bounds, SeriesSink& sink) {
  for (const MetricSpec& spec : domain::Catalogue()) {
    if (!spec.is_forecast) continue;
    const Scopes due = ReadScopes(spec, ledger, FloorTo(now, pipeline::kBucket), bounds);
    std::map<std::string_view, const Sums*> by_labels;
    for (const auto& scope : due.scopes()) by_labels.emplace(scope.labels.text(), &scope.value);
    bool has_family = false;
    for (const auto& scope : totals.scopes.scopes()) {
      if (scope.scope != spec.scope || !Has(scope.value, MetricId::kSlaRunning)) continue;
      if (!has_family) sink.Family(domain::ExportedName(spec), spec.type, spec.help);
      has_family = true;
      const auto found = by_labels.find(scope.labels.text());
      WriteScope(spec, scope.kind, scope.labels,
                 found == by_labels.end() ? Sums() : *found->second, sink);
    }
  }
}

}  // namespace touchline::adapters
