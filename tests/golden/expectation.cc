#include <algorithm>

#include "tests/golden/story.h"

namespace touchline::golden {
namespace {

using Found = std::map<SeriesKey, SeriesValue>;

void AddTo(SeriesValue* sum, const SeriesValue& value) {
  sum->value += value.value;
  for (const auto& [bucket, times] : value.buckets) {
    int64_t& total = sum->buckets[bucket];
    total += times;
    if (total == 0) sum->buckets.erase(bucket);
  }
}

bool Matches(const Expectation& expectation, const SeriesKey& key) {
  if (key.metric != expectation.metric) return false;
  const std::map<std::string, std::string> labels = Labels(key);
  return std::all_of(expectation.labels.begin(), expectation.labels.end(), [&](const auto& want) {
    const auto it = labels.find(want.first);
    return it != labels.end() && it->second == want.second;
  });
}

bool InRange(const Expectation& expectation, const RowKey& row) {
  if (row.kind != expectation.kind) return false;
  return row.kind == pipeline::RowKind::kTotal ||
         (row.start >= expectation.from && row.start < expectation.until);
}

Found Find(const Expectation& expectation, const NetValues& values) {
  Found found;
  for (const auto& [row, series] : values.rows()) {
    if (!InRange(expectation, row)) continue;
    for (const auto& [key, value] : series) {
      if (Matches(expectation, key)) AddTo(&found[key], value);
    }
  }
  std::erase_if(found, [](const auto& entry) { return entry.second.empty(); });
  return found;
}

std::string Listing(const Found& found) {
  std::string out;
  for (const auto& [key, value] : found) {
    out += "\n    " + std::string(domain::Spec(key.metric).name) + LabelsText(key) + " " +
           ValueText(key.metric, value);
  }
  return out;
}

// A sole observation must lie in the bucket that its own value says.
bool InItsBucket(const SeriesKey& key, const SeriesValue& value) {
  if (value.buckets.size() != 1 || value.count() != 1) return true;
  const auto bounds = domain::BucketBounds(key.metric, key.labels.kind);
  return value.buckets.begin()->first == domain::BucketOf(bounds, value.value);
}

}  // namespace

std::optional<std::string> Check(const Expectation& expectation, const NetValues& values,
                                 std::string* actual) {
  const Found found = Find(expectation, values);
  if (expectation.quantifier == Quantifier::kNone) {
    if (found.empty()) return std::nullopt;
    return "expected none, got" + Listing(found);
  }
  if (expectation.quantifier == Quantifier::kOne) {
    if (found.empty()) return "expected " + expectation.value + ", got no such series";
    if (found.size() > 1) return "more than one series matches, say which:" + Listing(found);
  }
  SeriesValue sum;
  for (const auto& [key, value] : found) {
    AddTo(&sum, value);
    if (!InItsBucket(key, value)) return "counted in a wrong bucket:" + Listing(found);
  }
  *actual = ValueText(expectation.metric, sum);
  if (*actual == expectation.value) return std::nullopt;
  return "expected " + expectation.value + ", got " + *actual + Listing(found);
}

}  // namespace touchline::golden
