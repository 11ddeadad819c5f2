#include "tests/support/naive/net_values.h"

#include "base/rfc3339.h"

namespace touchline::naive {
namespace {

using domain::Cell;
using domain::MetricSpec;
using domain::MetricType;
using pipeline::RowKind;

void AddRows(NetValues* values, const Counted& c, const MetricSpec& spec, Cell cell,
             int64_t value) {
  NetKey key{.labels = c.labels, .row = RowKind::kTotal, .start = {}, .cell = cell.packed()};
  if (!spec.is_forecast) AddTo(values, key, value);
  if (spec.in_intervals) {
    key.row = RowKind::kQuarterHour;
    key.start = FloorTo(c.at, Duration::Minutes(15));
    AddTo(values, key, value);
  }
  if (spec.in_windows) {
    key.row = RowKind::kBucket;
    key.start = FloorTo(c.at, Duration::Seconds(15));
    AddTo(values, key, value);
  }
}

}  // namespace

void AddTo(NetValues* values, const NetKey& key, int64_t value) {
  if (value == 0) return;
  const auto it = values->emplace(key, 0).first;
  it->second += value;
  if (it->second == 0) values->erase(it);
}

void AddTo(NetValues* values, const NetValues& more) {
  for (const auto& [key, value] : more) AddTo(values, key, value);
}

NetValues Spread(const std::vector<Counted>& counted) {
  NetValues values;
  for (const Counted& c : counted) {
    if (c.taken_back) continue;
    const MetricSpec& spec = domain::Spec(c.metric);
    Cell cell{.metric = c.metric, .closed = c.closed, .bucket = 0};
    if (spec.type == MetricType::kHistogram) {
      cell.bucket = domain::BucketOf(domain::BucketBounds(c.metric, c.labels.kind), c.value);
      AddRows(&values, c, spec, cell, 1);
      cell.bucket = Cell::kSumCell;
    }
    AddRows(&values, c, spec, cell, c.value);
  }
  return values;
}

std::string Describe(const NetKey& key) {
  const Cell cell = Cell::FromPacked(key.cell);
  const MetricSpec& spec = domain::Spec(cell.metric);
  const pipeline::ScopeLabels& l = key.labels;
  std::string text = domain::ExportedName(spec);
  text += "{partner=" + l.partner + ",kind=" + std::string(domain::Name(l.kind)) +
          ",channel=" + std::string(domain::Name(l.channel)) +
          ",direction=" + std::string(domain::Name(l.direction)) + ",subject=" + l.subject;
  if (!l.policy.empty()) text += ",policy=" + l.policy;
  const auto values = domain::ClosedValues(spec, cell.closed);
  for (size_t i = 0; i < values.size(); ++i) {
    text += "," + std::string(spec.closed[i].name) + "=" + std::string(values[i]);
  }
  text += "}";
  if (spec.type == MetricType::kHistogram) {
    text += cell.bucket == Cell::kSumCell ? " sum" : " bucket " + std::to_string(cell.bucket);
  }
  if (key.row == RowKind::kQuarterHour) text += " quarter " + FormatRfc3339(key.start);
  if (key.row == RowKind::kBucket) text += " 15s " + FormatRfc3339(key.start);
  return text;
}

}  // namespace touchline::naive
