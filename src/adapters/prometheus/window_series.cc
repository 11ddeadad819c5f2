#include "adapters/prometheus/window_series.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "adapters/prometheus/catalogue_series.h"

namespace touchline::adapters {
namespace {

using domain::Cell;
using domain::MetricSpec;
using pipeline::CellDelta;
using pipeline::RowKind;
using pipeline::ScopeLabels;

constexpr size_t kWindows = 4;
constexpr std::array<std::string_view, kWindows> kWindowNames = {"5m", "15m", "1h", "today"};
constexpr size_t kToday = 3;

struct WindowCell {
  uint32_t cell = 0;
  std::array<int64_t, kWindows> net{};
};
using WindowCells = std::vector<WindowCell>;  // ascending by cell
using Scopes = MergedScopes<WindowCells>;

WindowCell& CellAt(WindowCells& cells, uint32_t cell) {
  auto it = std::lower_bound(cells.begin(), cells.end(), cell,
                             [](const WindowCell& c, uint32_t v) { return c.cell < v; });
  if (it == cells.end() || it->cell != cell) it = cells.insert(it, WindowCell{.cell = cell});
  return *it;
}

// Collects what the ledger has for a page's windows.
class WindowReader {
 public:
  WindowReader(const pipeline::PublishedLedger& ledger, Page page, LabelBounds& bounds)
      : ledger_(ledger), page_(page), bounds_(bounds) {}

  // Adds the buckets that start in [from, until) to the windows from `first` to 1h.
  void ReadBuckets(EventTime from, EventTime until, size_t first) {
    ledger_.VisitWindow(RowKind::kBucket, from, until,
                        [&](const ScopeLabels& labels, const std::vector<CellDelta>& cells) {
                          Add(labels, cells, first, kToday);
                        });
  }

  // Adds the quarter hours of today for the partners whose zone this is.
  void ReadToday(EventTime now, const TimeZone& zone, const ExportOptions& options) {
    const EventTime until = FloorTo(now, pipeline::kQuarterHour) + pipeline::kQuarterHour;
    ledger_.VisitWindow(RowKind::kQuarterHour, zone.StartOfDay(now), until,
                        [&](const ScopeLabels& labels, const std::vector<CellDelta>& cells) {
                          const auto it = options.zones.find(labels.partner);
                          const TimeZone own = it == options.zones.end() ? TimeZone() : it->second;
                          if (own.name() == zone.name()) Add(labels, cells, kToday, kWindows);
                        });
  }

  const std::vector<Scopes::Scope>& scopes() const { return scopes_.scopes(); }

 private:
  void Add(const ScopeLabels& labels, const std::vector<CellDelta>& cells, size_t first,
           size_t end) {
    if (!IsOn(page_, labels.scope)) return;
    WindowCells& into = scopes_.At(labels, ExportLabels(labels, bounds_).labels).first.value;
    for (const CellDelta& delta : cells) {
      if (!domain::Spec(Cell::FromPacked(delta.cell).metric).in_windows) continue;
      WindowCell& cell = CellAt(into, delta.cell);
      for (size_t w = first; w < end; ++w) cell.net[w] += delta.added - delta.withdrawn;
    }
  }

  const pipeline::PublishedLedger& ledger_;
  Page page_;
  LabelBounds& bounds_;
  Scopes scopes_;
};

// The labels of a metric's own, by closed index and window.
std::vector<std::array<LabelSet, kWindows>> WindowLabels(const MetricSpec& spec) {
  std::vector<std::array<LabelSet, kWindows>> labels;
  for (const LabelSet& closed : ClosedLabelSets(spec)) {
    auto& windows = labels.emplace_back();
    for (size_t w = 0; w < kWindows; ++w) {
      windows[w] = closed;
      windows[w].Add("window", kWindowNames[w]);
    }
  }
  return labels;
}

void WriteMetric(const MetricSpec& spec, const std::vector<Scopes::Scope>& scopes,
                 std::vector<size_t>* next, SeriesSink& sink) {
  const auto own = WindowLabels(spec);
  const int scale = ScaleOf(spec.unit);
  bool has_family = false;
  for (size_t i = 0; i < scopes.size(); ++i) {
    const WindowCells& cells = scopes[i].value;
    size_t& at = (*next)[i];
    const auto is_own = [&] {
      return at < cells.size() && Cell::FromPacked(cells[at].cell).metric == spec.id;
    };
    if (!is_own()) continue;
    if (!has_family) {
      sink.Family(WindowName(spec), domain::MetricType::kGauge,
                  "Rolling sums by event time. " + std::string(spec.help));
      has_family = true;
    }
    for (size_t closed = 0; closed < own.size(); ++closed) {
      const bool is_present = is_own() && Cell::FromPacked(cells[at].cell).closed == closed;
      if (!is_present && !spec.born_together) continue;
      for (size_t w = 0; w < kWindows; ++w) {
        sink.Value({.scope = scopes[i].labels, .own = own[closed][w]},
                   {.units = is_present ? cells[at].net[w] : 0, .scale = scale});
      }
      if (is_present) ++at;
    }
  }
}

}  // namespace

std::string WindowName(const MetricSpec& spec) {
  return "touchline_" + std::string(spec.name) + "_window";
}

void WriteWindows(const pipeline::PublishedLedger& ledger, Page page, EventTime now,
                  const ExportOptions& options, LabelBounds& bounds, SeriesSink& sink) {
  WindowReader reader(ledger, page, bounds);
  const EventTime last = FloorTo(now, pipeline::kBucket);
  const EventTime m5 = last - Duration::Minutes(5);
  const EventTime m15 = last - Duration::Minutes(15);
  // Each bucket is read once, and added to every window that reaches back to it.
  reader.ReadBuckets(m5, last + pipeline::kBucket, 0);
  reader.ReadBuckets(m15, m5, 1);
  reader.ReadBuckets(last - Duration::Hours(1), m15, 2);
  std::map<std::string, TimeZone> zones = {{TimeZone().name(), TimeZone()}};
  for (const auto& [partner, zone] : options.zones) zones.emplace(zone.name(), zone);
  for (const auto& [name, zone] : zones) reader.ReadToday(now, zone, options);

  std::vector<size_t> next(reader.scopes().size(), 0);
  for (const MetricSpec& spec : domain::Catalogue()) {
    if (spec.in_windows) WriteMetric(spec, reader.scopes(), &next, sink);
  }
}

}  // namespace touchline::adapters
