#include "adapters/prometheus/window_series.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "adapters/prometheus/catalogue_series.h"

namespace touchline::adapters {
namespace {

using domain::Cell;
using domain::MetricSpec;
using pipeline::CellDelta;
using pipeline::PublishedScope;
using pipeline::RowKind;
using pipeline::ScopeLabels;

constexpr size_t kWindows = 4;
constexpr std::array<std::string_view, kWindows> kWindowNames = {"5m", "15m", "1h", "today"};
constexpr size_t kToday = 3;

// Where the cells of a page's window metrics stand in a row of sums: metric by metric, each with
// its closed labels. The ledger has thousands of rows for a scope, so adding must cost next to
// nothing.
class Layout {
 public:
  explicit Layout(Page page) {
    first_.fill(kAbsent);
    for (const MetricSpec& spec : domain::Catalogue()) {
      if (!spec.in_windows || spec.is_forecast || !IsOn(page, spec.scope)) continue;
      first_[static_cast<size_t>(spec.id)] = size_;
      size_ += ClosedLabelSets(spec).size();
    }
  }
  size_t size() const { return size_; }
  bool has(domain::MetricId metric) const { return at(metric) != kAbsent; }
  size_t at(domain::MetricId metric) const { return first_[static_cast<size_t>(metric)]; }

 private:
  static constexpr size_t kAbsent = std::numeric_limits<size_t>::max();
  std::array<size_t, domain::kMetricCount> first_{};
  size_t size_ = 0;
};

struct WindowSums {
  struct Slot {
    std::array<int64_t, kWindows> net{};
    bool is_present = false;
  };
  std::vector<Slot> slots;  // by Layout; empty: nothing yet
};
using Scopes = MergedScopes<WindowSums>;

// Collects what the ledger has for a page's windows.
class WindowReader {
 public:
  WindowReader(const pipeline::PublishedLedger& ledger, Page page, const Layout& layout,
               LabelBounds& bounds)
      : ledger_(ledger), page_(page), layout_(layout), bounds_(bounds) {}

  // Adds the buckets that start in [from, until) to the windows from `first` to 1h.
  void ReadBuckets(EventTime from, EventTime until, size_t first) {
    ledger_.VisitWindow(RowKind::kBucket, from, until,
                        [&](PublishedScope scope, const ScopeLabels& labels,
                            const std::vector<CellDelta>& cells) {
                          if (IsOn(page_, labels.scope)) Add(scope, labels, cells, first, kToday);
                        });
  }

  // Adds the quarter hours of today for the partners whose zone this is.
  void ReadToday(EventTime now, const TimeZone& zone, const ExportOptions& options) {
    const EventTime until = FloorTo(now, pipeline::kQuarterHour) + pipeline::kQuarterHour;
    const auto is_in_zone = [&](const ScopeLabels& labels) {
      const auto it = options.zones.find(labels.partner);
      return (it == options.zones.end() ? TimeZone() : it->second).name() == zone.name();
    };
    ledger_.VisitWindow(RowKind::kQuarterHour, zone.StartOfDay(now), until,
                        [&](PublishedScope scope, const ScopeLabels& labels,
                            const std::vector<CellDelta>& cells) {
                          if (!IsOn(page_, labels.scope) || !is_in_zone(labels)) return;
                          Add(scope, labels, cells, kToday, kWindows);
                        });
  }

  const std::vector<Scopes::Scope>& scopes() const { return scopes_.scopes(); }

 private:
  void Add(PublishedScope scope, const ScopeLabels& labels, const std::vector<CellDelta>& cells,
           size_t first, size_t end) {
    WindowSums& sums = SumsOf(scope, labels);
    for (const CellDelta& delta : cells) {
      const Cell cell = Cell::FromPacked(delta.cell);
      if (!layout_.has(cell.metric)) continue;
      WindowSums::Slot& slot = sums.slots[layout_.at(cell.metric) + cell.closed];
      slot.is_present = true;
      for (size_t w = first; w < end; ++w) slot.net[w] += delta.added - delta.withdrawn;
    }
  }

  WindowSums& SumsOf(PublishedScope scope, const ScopeLabels& labels) {
    if (scope >= index_.size()) index_.resize(scope + 1, kUnknown);
    size_t& index = index_[scope];
    if (index == kUnknown) {
      Scopes::Scope& merged = scopes_.At(labels, ExportLabels(labels, bounds_).labels).first;
      merged.value.slots.resize(layout_.size());
      index = static_cast<size_t>(&merged - scopes_.scopes().data());
    }
    return scopes_.scopes()[index].value;
  }

  static constexpr size_t kUnknown = std::numeric_limits<size_t>::max();

  const pipeline::PublishedLedger& ledger_;
  Page page_;
  const Layout& layout_;
  LabelBounds& bounds_;
  Scopes scopes_;
  std::vector<size_t> index_;  // into scopes_, by the ledger's scope
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

void WriteMetric(const MetricSpec& spec, const Layout& layout,
                 const std::vector<Scopes::Scope>& scopes, SeriesSink& sink) {
  const auto own = WindowLabels(spec);
  const int scale = ScaleOf(spec.unit);
  bool has_family = false;
  for (const Scopes::Scope& scope : scopes) {
    const auto slots = std::span(scope.value.slots).subspan(layout.at(spec.id), own.size());
    const auto is_present = [](const WindowSums::Slot& slot) { return slot.is_present; };
    if (std::none_of(slots.begin(), slots.end(), is_present)) continue;
    if (!has_family) {
      sink.Family(WindowName(spec), domain::MetricType::kGauge,
                  "Rolling sums by event time. " + std::string(spec.help));
      has_family = true;
    }
    for (size_t closed = 0; closed < slots.size(); ++closed) {
      const auto index = static_cast<uint8_t>(closed);
      if (!slots[closed].is_present && !domain::IsMember(spec, scope.kind, index)) continue;
      for (size_t w = 0; w < kWindows; ++w) {
        sink.Value({.scope = scope.labels, .own = own[closed][w]},
                   {.units = slots[closed].net[w], .scale = scale});
      }
    }
  }
}

}  // namespace

std::string WindowName(const MetricSpec& spec) {
  return "touchline_" + std::string(spec.name) + "_window";
}

void WriteWindows(const pipeline::PublishedLedger& ledger, Page page, EventTime now,
                  const ExportOptions& options, LabelBounds& bounds, SeriesSink& sink) {
  const Layout layout(page);
  if (layout.size() == 0) return;
  WindowReader reader(ledger, page, layout, bounds);
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

  for (const MetricSpec& spec : domain::Catalogue()) {
    if (layout.has(spec.id)) WriteMetric(spec, layout, reader.scopes(), sink);
  }
}

}  // namespace touchline::adapters
