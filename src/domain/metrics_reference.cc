#include "domain/metrics_reference.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "domain/metrics.h"
#include "domain/process_metrics.h"

namespace touchline::domain {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Metrics

Generated from the metric catalogue in `src/domain/metrics.cc` and
`src/domain/process_metrics.cc`; a test fails when this file is stale. `/metrics` shows
everything but the agents, who are on `/metrics/agents` with their rolling windows.

## How to read them

- **Value.** A late event can correct what was published. A counter `X_total` only ever grows;
  what was taken back is in its twin `X_withdrawn_total` (a histogram `X_seconds` has the twin
  histogram `X_withdrawn_seconds`). *The value is the difference.* A twin appears with the first
  correction of its series and shows zero for its first minute, so that `increase()` sees the
  step; write `X_total - (X_withdrawn_total or X_total * 0)`. Gauges are net already.
- **Merging.** Every series merges over instances by sum, except where *merge* says min or max.
- **Labels.** Valid UTF-8, at most 128 bytes (cut between two characters), and at most so many
  values for each label as configured: who comes later is part of `other`, for good, and
  `touchline_series_dropped_total` counts such label sets. An absent value is `none`. The API
  has all labels whole.
- **Born together.** When the first value of a closed set is needed, all of the set appear, the
  others at zero, so that `increase()` sees their first events; of a set marked * those
  combinations that can occur. `clock="business"` is there only where a business calendar is:
  its series appear together with the first such value. *Born with* another metric: they are
  there as soon as it is. The value that is needed first is shown at once, not held back for a
  zero: `increase()` misses the event that makes a series (decision 0005).
- **Units.** Seconds, bytes, points: sums are integers inside and are written as exact decimals.
  Instants are Unix times.
- **Nothing is not zero.** A gauge of an instant is absent when there is no such thing (nobody
  waits).
- **Windows.** For a metric marked *windows* the gauge
  `touchline_<name>_window{window="5m|15m|1h|today"}` sums, by event time and net, the 15-second
  buckets that start in [now - length, now], now being cut to 15 seconds; `today` sums quarter
  hours since midnight in the partner's time zone. Now is the time of the scrape for live
  sources, the greatest watermark for recorded ones. An agent's windows are there while any of
  the four has something of the metric.
- **Forecasts.** A gauge marked *forecast* has the label `within="5m|15m|1h"` and sums the 15-second
  buckets that start in [now, now + within): what is known to come, as far as nothing is done.
- **Intervals.** A metric marked *intervals* is also counted by quarter hour of event time: see
  [api.md](api.md).
)";

struct Section {
  ScopeKind scope = ScopeKind::kQueue;
  std::string_view title;
  std::string_view labels;
};
constexpr std::array<Section, 8> kSections = {{
    {ScopeKind::kQueue, "Queues and contacts", "partner, kind, channel, queue, direction"},
    {ScopeKind::kContact, "Handling, response and resolution", "partner, kind, channel, queue"},
    {ScopeKind::kSla, "SLA clocks", "partner, kind, channel, queue, policy"},
    {ScopeKind::kHolder, "SLA budgets by holder", "partner, kind, channel, holder, policy"},
    {ScopeKind::kAgent, "Agents", "partner, kind, channel, agent"},
    {ScopeKind::kJourney, "Journeys", "partner, segment"},
    {ScopeKind::kSource, "Sources", "source"},
    {ScopeKind::kStage, "Stages", "stage"},
}};

std::string_view TypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      break;
  }
  return "histogram";
}

std::string_view MergeName(Merge merge) {
  switch (merge) {
    case Merge::kSum:
      return "sum";
    case Merge::kMin:
      return "min";
    case Merge::kMax:
      break;
  }
  return "max";
}

// Without what would end the table's cell or begin an emphasis.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|' || c == '*') cell += '\\';
    cell += c;
  }
  return cell;
}

std::string ClosedLabels(const MetricSpec& spec) {
  std::string text;
  for (const ClosedLabel& label : spec.closed) {
    if (!text.empty()) text += "; ";
    text += "`" + std::string(label.name) + "`: ";
    for (size_t i = 0; i < label.values.size(); ++i) {
      if (i > 0) text += ", ";
      text += label.values[i].empty() ? "none" : label.values[i];
    }
  }
  if (!spec.closed.empty() && spec.can_occur != nullptr) text += " \\*";
  return text;
}

std::string Also(const MetricSpec& spec) {
  std::string text;
  if (spec.in_intervals) text += "intervals";
  if (spec.in_windows) {
    if (!text.empty()) text += ", ";
    text += spec.is_forecast ? "forecast" : "windows";
  }
  if (spec.born_with) {
    if (!text.empty()) text += ", ";
    text += "born with `" + std::string(Spec(*spec.born_with).name) + "`";
  }
  return text;
}

void AppendMetric(const MetricSpec& spec, std::string* out) {
  *out += "| `" + ExportedName(spec) + "` | " + std::string(TypeName(spec.type)) + " | " +
          std::string(MergeName(spec.merge)) + " | " + ClosedLabels(spec) + " | " +
          Cell(spec.help) + " | " + Cell(spec.formula) + " | " + Also(spec) + " | " +
          Cell(spec.source) + " |\n";
}

void AppendSection(const Section& section, std::string* out) {
  *out += "\n## " + std::string(section.title) + "\n\nLabels: " + std::string(section.labels) +
          ".\n\n| metric | type | merge | own labels | meaning | how it is counted | also | "
          "source |\n|---|---|---|---|---|---|---|---|\n";
  for (const MetricSpec& spec : Catalogue()) {
    if (spec.scope == section.scope) AppendMetric(spec, out);
  }
}

void AppendBounds(std::string_view title, std::span<const int64_t> bounds, int64_t unit,
                  std::string* out) {
  *out += "| " + std::string(title) + " |";
  for (const int64_t bound : bounds) *out += " " + std::to_string(bound / unit);
  *out += " |\n";
}

void AppendBuckets(std::string* out) {
  *out +=
      "\n## Buckets\n\nUpper bounds, each included in its bucket; `le` is written with decimals "
      "(`20.0`).\n\n| histogram | bounds |\n|---|---|\n";
  constexpr int64_t kMillis = 1000;
  const auto by_kind = MetricId::kAnswerSeconds;
  AppendBounds("calls, seconds", BucketBounds(by_kind, Kind::kCall), kMillis, out);
  AppendBounds("chats, seconds", BucketBounds(by_kind, Kind::kChat), kMillis, out);
  AppendBounds("tickets, seconds", BucketBounds(by_kind, Kind::kTicket), kMillis, out);
  const auto journey = MetricId::kJourneySeconds;
  AppendBounds("length of a journey, seconds", BucketBounds(journey, Kind::kCall), kMillis, out);
  const auto contacts = MetricId::kJourneyContacts;
  AppendBounds("contacts of a journey", BucketBounds(contacts, Kind::kCall), 1, out);
}

void AppendProcess(std::string* out) {
  *out +=
      "\n## The process\n\nWhat this instance does; never compared across restarts.\n\n"
      "| metric | type | merge | labels | meaning |\n|---|---|---|---|---|\n";
  for (const ProcessMetricSpec& spec : ProcessCatalogue()) {
    *out += "| `" + std::string(spec.name) + "` | " + std::string(TypeName(spec.type)) + " | " +
            std::string(MergeName(spec.merge)) + " | " + std::string(spec.labels) + " | " +
            Cell(spec.help) + " |\n";
  }
}

std::string_view OpenLabels(ScopeKind scope) {
  const auto section = std::find_if(kSections.begin(), kSections.end(),
                                    [scope](const Section& s) { return s.scope == scope; });
  return section->labels;
}

std::string_view UnitText(Unit unit) {
  switch (unit) {
    case Unit::kCount:
      return "count";
    case Unit::kMilliseconds:
      return "seconds (in the API: milliseconds)";
    case Unit::kMilliPoints:
      break;
  }
  return "points (in the API: thousandths)";
}

void AppendFact(std::string_view name, std::string_view value, std::string* out) {
  constexpr size_t kNameWidth = 11;
  if (value.empty()) return;
  out->append("  ").append(name).append(kNameWidth - name.size(), ' ').append(value).append("\n");
}

std::string LabelsText(const MetricSpec& spec) {
  std::string text(OpenLabels(spec.scope));
  for (const ClosedLabel& label : spec.closed) {
    text.append("; ").append(label.name).append(" (");
    for (size_t i = 0; i < label.values.size(); ++i) {
      if (i > 0) text += ", ";
      text += label.values[i].empty() ? "none" : label.values[i];
    }
    text += ")";
  }
  return text;
}

// The name without what stands around it on the pages.
std::string_view WithoutPrefix(std::string_view name) {
  constexpr std::string_view kPrefix = "touchline_";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

// Whether `name` is that of a series of the metric that is exported as `base`.
bool IsSeriesOf(std::string_view name, std::string_view base, MetricType type, bool has_windows) {
  constexpr std::string_view kTotal = "_total";
  base = WithoutPrefix(base);
  if (base.ends_with(kTotal) && name == base.substr(0, base.size() - kTotal.size())) return true;
  if (!name.starts_with(base)) return false;
  const std::string_view suffix = name.substr(base.size());
  if (suffix.empty() || (suffix == "_window" && has_windows)) return true;
  const bool is_part = suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
  return is_part && type == MetricType::kHistogram;
}

bool IsNameOf(std::string_view name, const MetricSpec& spec) {
  if (IsSeriesOf(name, spec.name, spec.type, spec.in_windows)) return true;
  if (IsSeriesOf(name, ExportedName(spec), spec.type, false)) return true;
  return spec.type != MetricType::kGauge &&
         IsSeriesOf(name, WithdrawnName(spec), spec.type, false);
}

}  // namespace

std::string MetricContract(const MetricSpec& spec) {
  std::string text = ExportedName(spec) + "\n";
  AppendFact("type", TypeName(spec.type), &text);
  AppendFact("unit", UnitText(spec.unit), &text);
  AppendFact("labels", LabelsText(spec), &text);
  AppendFact("merge", MergeName(spec.merge), &text);
  AppendFact("meaning", spec.help, &text);
  AppendFact("counted", spec.formula, &text);
  AppendFact("source", spec.source, &text);
  if (spec.type != MetricType::kGauge) {
    AppendFact("withdrawn", WithdrawnName(spec) + "; the value is the difference", &text);
  }
  AppendFact("also", Also(spec), &text);
  return text;
}

std::string MetricContract(const ProcessMetricSpec& spec) {
  std::string text = std::string(spec.name) + "\n";
  AppendFact("type", TypeName(spec.type), &text);
  AppendFact("labels", spec.labels, &text);
  AppendFact("merge", MergeName(spec.merge), &text);
  AppendFact("meaning", spec.help, &text);
  AppendFact("source", "the process itself; never compared across restarts", &text);
  return text;
}

std::string FindMetricContract(std::string_view name) {
  name = WithoutPrefix(name);
  for (const MetricSpec& spec : Catalogue()) {
    if (IsNameOf(name, spec)) return MetricContract(spec);
  }
  for (const ProcessMetricSpec& spec : ProcessCatalogue()) {
    if (IsSeriesOf(name, spec.name, spec.type, false)) return MetricContract(spec);
  }
  return "";
}

std::vector<std::string_view> ContractNames() {
  std::vector<std::string_view> names;
  for (const MetricSpec& spec : Catalogue()) names.push_back(spec.name);
  for (const ProcessMetricSpec& spec : ProcessCatalogue()) {
    names.push_back(WithoutPrefix(spec.name));
  }
  return names;
}

std::string MetricsReference() {
  std::string text(kIntroduction);
  for (const Section& section : kSections) AppendSection(section, &text);
  AppendBuckets(&text);
  AppendProcess(&text);
  return text;
}

}  // namespace touchline::domain
