#include "adapters/prometheus/catalogue_series.h"

#include <algorithm>
#include <bitset>
#include <span>
#include <vector>

namespace touchline::adapters {
namespace {

using domain::Cell;
using domain::MetricSpec;
using domain::MetricType;
using pipeline::PublishedCell;
using Scope = MergedScopes<TotalsSnapshot::Cells>::Scope;
using Cells = std::span<const PublishedCell>;

enum class Side : uint8_t { kAdded, kWithdrawn };

// A scope's cells of one metric; none where another metric has announced them.
struct Group {
  const Scope* scope = nullptr;
  Cells cells;
};

// Writes the families of one metric.
class MetricWriter {
 public:
  MetricWriter(const MetricSpec& spec, WallTime now, SeriesSink& sink)
      : spec_(spec), now_(now), sink_(sink), own_(ClosedLabelSets(spec)) {}

  void Write(std::span<const Group> groups) {
    if (groups.empty()) return;
    sink_.Family(domain::ExportedName(spec_), spec_.type, spec_.help);
    for (const Group& group : groups) WriteGroup(group, Side::kAdded);
    if (spec_.type == MetricType::kGauge || !std::any_of(groups.begin(), groups.end(), HasTwin)) {
      return;
    }
    sink_.Family(domain::WithdrawnName(spec_), spec_.type,
                 "Taken back again by corrections. " + std::string(spec_.help));
    for (const Group& group : groups) WriteGroup(group, Side::kWithdrawn);
  }

 private:
  static bool IsCorrected(const PublishedCell& cell) { return cell.corrected_at.has_value(); }
  static bool HasTwin(const Group& group) {
    return std::any_of(group.cells.begin(), group.cells.end(), IsCorrected);
  }

  void WriteGroup(const Group& group, Side side) {
    if (spec_.type == MetricType::kHistogram) {
      WriteHistograms(group, side);
    } else if (side == Side::kWithdrawn) {
      WriteTwins(group);
    } else {
      WriteMembers(group);
    }
  }

  bool IsMember(const Group& group, size_t closed) const {
    return domain::IsMember(spec_, group.scope->kind, static_cast<uint8_t>(closed));
  }

  void WriteMembers(const Group& group) {
    const bool is_gauge = spec_.type == MetricType::kGauge;
    auto cell = group.cells.begin();
    for (size_t closed = 0; closed < own_.size(); ++closed) {
      if (cell != group.cells.end() && Cell::FromPacked(cell->cell).closed == closed) {
        WriteUnits(group, closed, cell->added - (is_gauge ? cell->withdrawn : 0));
        ++cell;
      } else if (IsMember(group, closed)) {
        WriteUnits(group, closed, 0);
      }
    }
  }

  void WriteTwins(const Group& group) {
    for (const PublishedCell& cell : group.cells) {
      if (!cell.corrected_at) continue;
      WriteUnits(group, Cell::FromPacked(cell.cell).closed,
                 ShowsZero(*cell.corrected_at) ? 0 : cell.withdrawn);
    }
  }

  void WriteHistograms(const Group& group, Side side) {
    auto begin = group.cells.begin();
    const bool has_business = std::any_of(begin, group.cells.end(), [this](const auto& c) {
      return domain::IsBusiness(spec_, Cell::FromPacked(c.cell).closed);
    });
    for (size_t closed = 0; closed < own_.size(); ++closed) {
      const auto end = std::find_if(begin, group.cells.end(), [closed](const PublishedCell& c) {
        return Cell::FromPacked(c.cell).closed != closed;
      });
      const bool is_awaited =
          IsMember(group, closed) ||
          (has_business && domain::IsBusiness(spec_, static_cast<uint8_t>(closed)));
      const bool is_born = begin != end || (side == Side::kAdded && is_awaited);
      if (is_born) WriteHistogram(group, closed, Cells(begin, end), side);
      begin = end;
    }
  }

  // REQUIRES: withdrawn cells are not empty.
  void WriteHistogram(const Group& group, size_t closed, Cells cells, Side side) {
    const std::span<const int64_t> bounds = domain::BucketBounds(spec_.id, group.scope->kind);
    counts_.assign(bounds.size() + 1, 0);
    int64_t sum = 0;
    bool is_zero = false;
    if (side == Side::kWithdrawn) {
      const auto first = std::min_element(cells.begin(), cells.end(), CorrectedEarlier);
      if (!first->corrected_at) return;
      is_zero = ShowsZero(*first->corrected_at);
    }
    for (const PublishedCell& cell : cells) {
      if (is_zero) break;
      const int64_t value = side == Side::kAdded ? cell.added : cell.withdrawn;
      const uint8_t bucket = Cell::FromPacked(cell.cell).bucket;
      (bucket == Cell::kSumCell ? sum : counts_[std::min<size_t>(bucket, bounds.size())]) += value;
    }
    sink_.Histogram({.scope = group.scope->labels, .own = own_[closed]},
                    {.bounds = bounds, .counts = counts_, .sum = sum, .scale = scale_});
  }

  static bool CorrectedEarlier(const PublishedCell& a, const PublishedCell& b) {
    return a.corrected_at.value_or(WallTime::Max()) < b.corrected_at.value_or(WallTime::Max());
  }
  bool ShowsZero(WallTime corrected_at) const { return now_ < corrected_at + kTwinZeroFor; }

  void WriteUnits(const Group& group, size_t closed, int64_t units) {
    sink_.Value({.scope = group.scope->labels, .own = own_[closed]},
                {.units = units, .scale = scale_});
  }

  const MetricSpec& spec_;
  WallTime now_;
  SeriesSink& sink_;
  std::vector<LabelSet> own_;
  int scale_ = ScaleOf(spec_.unit);
  std::vector<int64_t> counts_;  // reused
};

}  // namespace

std::vector<LabelSet> ClosedLabelSets(const MetricSpec& spec) {
  size_t count = 1;
  for (const domain::ClosedLabel& label : spec.closed) count *= label.values.size();
  std::vector<LabelSet> sets(count);
  for (size_t index = 0; index < count; ++index) {
    const auto values = domain::ClosedValues(spec, static_cast<uint8_t>(index));
    for (size_t i = 0; i < values.size(); ++i) {
      sets[index].Add(spec.closed[i].name, values[i].empty() ? kNoValue : values[i]);
    }
  }
  return sets;
}

void WriteCatalogue(const TotalsSnapshot& totals, WallTime now, SeriesSink& sink) {
  const auto& scopes = totals.scopes.scopes();
  std::vector<std::bitset<domain::kMetricCount>> has(scopes.size());
  for (size_t i = 0; i < scopes.size(); ++i) {
    for (const PublishedCell& cell : scopes[i].value) {
      has[i].set(static_cast<size_t>(Cell::FromPacked(cell.cell).metric));
    }
  }
  // Cells ascend by metric, and so does the catalogue: one walk over each scope.
  std::vector<size_t> next(scopes.size(), 0);
  std::vector<Group> groups;
  for (const MetricSpec& spec : domain::Catalogue()) {
    groups.clear();
    for (size_t i = 0; i < scopes.size(); ++i) {
      const Cells cells(scopes[i].value);
      const size_t begin = next[i];
      while (next[i] < cells.size() &&
             domain::Cell::FromPacked(cells[next[i]].cell).metric == spec.id) {
        ++next[i];
      }
      const bool is_announced = spec.born_with && has[i][static_cast<size_t>(*spec.born_with)];
      if (next[i] > begin || is_announced) {
        groups.push_back({.scope = &scopes[i], .cells = cells.subspan(begin, next[i] - begin)});
      }
    }
    // A forecast is no total: WriteForecasts shows it.
    if (!spec.is_forecast) MetricWriter(spec, now, sink).Write(groups);
  }
}

void WriteWaiting(const pipeline::PublishedLedger& ledger, LabelBounds& bounds, SeriesSink& sink) {
  MergedScopes<EventTime> merged;
  ledger.VisitWaiting([&](const pipeline::ScopeLabels& labels, EventTime since) {
    const auto [scope, is_new] = merged.At(labels, ExportLabels(labels, bounds).labels);
    scope.value = is_new ? since : std::min(scope.value, since);
  });
  if (merged.scopes().empty()) return;
  const MetricSpec& spec = domain::Spec(domain::MetricId::kLongestWaitingSince);
  sink.Family(domain::ExportedName(spec), spec.type, spec.help);
  const LabelSet none;
  for (const auto& scope : merged.scopes()) {
    sink.Value({.scope = scope.labels, .own = none},
               {.units = scope.value.millis(), .scale = ScaleOf(spec.unit)});
  }
}

}  // namespace touchline::adapters
