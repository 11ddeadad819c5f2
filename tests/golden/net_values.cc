#include "tests/golden/net_values.h"

#include <vector>

#include "tests/golden/story_text.h"

namespace touchline::golden {
namespace {

using domain::MetricSpec;
using domain::MetricType;
using domain::ScopeKind;
using domain::Unit;
using pipeline::RowKind;

constexpr std::string_view kStrangers = "strangers";
// Older rows may have left the state: no window or interval asks for them.
constexpr Duration kLongestBucketWindow = Duration::Hours(1);
constexpr Duration kQuarterHoursKept = Duration::Days(39);

std::vector<std::pair<std::string, std::string>> OrderedLabels(const SeriesKey& key) {
  const pipeline::ScopeLabels& scope = key.labels;
  const MetricSpec& spec = domain::Spec(key.metric);
  std::vector<std::pair<std::string, std::string>> out;
  const auto contact = [&](const char* subject) {
    out.emplace_back("partner", scope.partner);
    out.emplace_back("kind", Name(scope.kind));
    out.emplace_back("channel", Name(scope.channel));
    out.emplace_back(subject, scope.subject);
  };
  switch (spec.scope) {
    case ScopeKind::kQueue:
      contact("queue");
      out.emplace_back("direction", Name(scope.direction));
      break;
    case ScopeKind::kContact:
      contact("queue");
      break;
    case ScopeKind::kAgent:
      contact("agent");
      break;
    case ScopeKind::kJourney:
      out.emplace_back("partner", scope.partner);
      out.emplace_back("segment", scope.subject);
      break;
    case ScopeKind::kSla:
      contact("queue");
      out.emplace_back("policy", scope.policy);
      break;
    case ScopeKind::kHolder:
      contact("holder");
      out.emplace_back("policy", scope.policy);
      break;
    case ScopeKind::kSource:
      out.emplace_back("source", scope.subject);
      break;
    case ScopeKind::kStage:
      out.emplace_back("stage", scope.subject);
      break;
  }
  const auto values = domain::ClosedValues(spec, key.closed);
  for (size_t i = 0; i < values.size(); ++i) out.emplace_back(spec.closed[i].name, values[i]);
  return out;
}

bool IsShared(const RowKey& row, const SeriesKey& key, EventTime watermark) {
  const ScopeKind scope = domain::Spec(key.metric).scope;
  if (scope == ScopeKind::kSource || scope == ScopeKind::kStage) return false;
  if (key.labels.partner == kStrangers) return false;
  if (row.kind == RowKind::kBucket) return row.start >= watermark - kLongestBucketWindow;
  if (row.kind == RowKind::kQuarterHour) return row.start > watermark - kQuarterHoursKept;
  return true;
}

std::string Line(const RowKey& row, const SeriesKey& key, const SeriesValue& value) {
  return RowText(row) + std::string(domain::Spec(key.metric).name) + LabelsText(key) + " " +
         ValueText(key.metric, value);
}

using Flat = std::map<std::pair<RowKey, SeriesKey>, SeriesValue>;

Flat Shared(const NetValues& values, EventTime watermark) {
  Flat flat;
  for (const auto& [row, series] : values.rows()) {
    for (const auto& [key, value] : series) {
      if (IsShared(row, key, watermark)) flat.emplace(std::pair(row, key), value);
    }
  }
  return flat;
}

}  // namespace

void NetValues::Add(const RowKey& row, const pipeline::ScopeLabels& labels, domain::Cell cell,
                    int64_t amount) {
  if (amount == 0) return;
  const SeriesKey key{.metric = cell.metric, .closed = cell.closed, .labels = labels};
  auto& series = rows_[row];
  SeriesValue& value = series[key];
  const bool observations = domain::Spec(cell.metric).type == MetricType::kHistogram &&
                            cell.bucket != domain::Cell::kSumCell;
  if (observations) {
    int64_t& times = value.buckets[cell.bucket];
    times += amount;
    if (times == 0) value.buckets.erase(cell.bucket);
  } else {
    value.value += amount;
  }
  if (value.empty()) series.erase(key);
  if (series.empty()) rows_.erase(row);
}

void NetValues::Set(const RowKey& row, const SeriesKey& key, const SeriesValue& value) {
  rows_[row][key] = value;
}

void NetValues::SetWaitingSince(const pipeline::ScopeLabels& labels, EventTime since) {
  const SeriesKey key{.metric = domain::MetricId::kLongestWaitingSince, .labels = labels};
  rows_[RowKey{}][key].value = since.millis();
}

std::map<std::string, std::string> Labels(const SeriesKey& key) {
  std::map<std::string, std::string> out;
  for (auto& [name, value] : OrderedLabels(key)) out.emplace(name, std::move(value));
  return out;
}

std::string LabelsText(const SeriesKey& key) {
  std::string out = "{";
  for (const auto& [name, value] : OrderedLabels(key)) {
    if (out.size() > 1) out += ",";
    out += name + "=" + (value.empty() ? "\"\"" : value);
  }
  return out + "}";
}

std::string RowText(const RowKey& row) {
  if (row.kind == RowKind::kTotal) return "";
  const std::string start = FormatTime(row.start.millis() * 1'000'000);
  return (row.kind == RowKind::kQuarterHour ? "interval " : "bucket ") + start + " ";
}

std::string ValueText(domain::MetricId metric, const SeriesValue& value) {
  const MetricSpec& spec = domain::Spec(metric);
  if (spec.merge == domain::Merge::kMin) return FormatTime(value.value * 1'000'000);
  const std::string number =
      spec.unit == Unit::kMilliseconds ? FormatSpan(value.value) : std::to_string(value.value);
  if (spec.type == MetricType::kHistogram) {
    return "count=" + std::to_string(value.count()) + " sum=" + number;
  }
  if (spec.unit != Unit::kMilliPoints) return number;
  std::string points = std::to_string(value.value / 1000);
  if (value.value % 1000 == 0) return points;
  std::string fraction = std::to_string(1000 + value.value % 1000).substr(1);
  while (fraction.back() == '0') fraction.pop_back();
  return points + "." + fraction;
}

NetValues WithoutStrangers(const NetValues& values) {
  NetValues out;
  for (const auto& [row, series] : values.rows()) {
    for (const auto& [key, value] : series) {
      if (key.labels.partner != kStrangers) out.Set(row, key, value);
    }
  }
  return out;
}

std::string Difference(const NetValues& expected, const NetValues& got, EventTime watermark) {
  const Flat left = Shared(expected, watermark);
  const Flat right = Shared(got, watermark);
  std::string out;
  for (const auto& [where, value] : left) {
    const auto it = right.find(where);
    if (it != right.end() && it->second == value) continue;
    out += "  expected " + Line(where.first, where.second, value) + "\n       got " +
           (it == right.end() ? "nothing" : ValueText(where.second.metric, it->second)) + "\n";
  }
  for (const auto& [where, value] : right) {
    if (left.contains(where)) continue;
    out += "  expected nothing\n       got " + Line(where.first, where.second, value) + "\n";
  }
  return out;
}

}  // namespace touchline::golden
