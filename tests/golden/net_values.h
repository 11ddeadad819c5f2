#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "base/time.h"
#include "domain/metrics.h"
#include "pipeline/published.h"

// What a system under a story shows: net values (added - withdrawn) by series. The common tongue of
// the pipeline, the naive model and the expectations.
namespace touchline::golden {

struct SeriesKey {
  domain::MetricId metric = domain::MetricId::kContactsOffered;
  uint8_t closed = 0;  // domain::ClosedIndex
  pipeline::ScopeLabels labels;
  auto operator<=>(const SeriesKey&) const = default;
};

// What a metric is counted in: for ever (start is EventTime()), a quarter hour, 15 seconds.
struct RowKey {
  pipeline::RowKind kind = pipeline::RowKind::kTotal;
  EventTime start;
  auto operator<=>(const RowKey&) const = default;
};

// One series. Counters and gauges have `value` (an instant: its milliseconds); histograms have
// observations per bucket and `value` as their sum.
struct SeriesValue {
  int64_t value = 0;
  std::map<uint8_t, int64_t> buckets;  // by index, not cumulative; none is zero
  int64_t count() const {
    int64_t n = 0;
    for (const auto& [bucket, times] : buckets) n += times;
    return n;
  }
  bool empty() const { return value == 0 && buckets.empty(); }
  bool operator==(const SeriesValue&) const = default;
};

class NetValues {
 public:
  using Rows = std::map<RowKey, std::map<SeriesKey, SeriesValue>>;

  // Adds to one integer of the ledger.
  void Add(const RowKey& row, const pipeline::ScopeLabels& labels, domain::Cell cell,
           int64_t amount);
  // Puts a whole series. REQUIRES: it has a value other than zero.
  void Set(const RowKey& row, const SeriesKey& key, const SeriesValue& value);
  // The earliest instant at which somebody who still waits there entered the queue.
  void SetWaitingSince(const pipeline::ScopeLabels& labels, EventTime since);

  // Series without a value other than zero are left out.
  const Rows& rows() const { return rows_; }

 private:
  Rows rows_;
};

// `{partner="acme",kind="call",...}`, the catalogue's label order; open labels first.
std::string LabelsText(const SeriesKey& key);
// All labels by name.
std::map<std::string, std::string> Labels(const SeriesKey& key);
// "contact_outcomes{...} 2", "answer{...} count=1 sum=12s", with the row before it.
std::string ValueText(domain::MetricId metric, const SeriesValue& value);
std::string RowText(const RowKey& row);

// All but the series of partner "strangers".
NetValues WithoutStrangers(const NetValues& values);

// What a run must share with every other run of the same story: all series but those that tell how
// the run went (scopes kSource and kStage), the series of partner "strangers", and rows so old that
// a state may have dropped them (no window or interval asks for them). One line per difference;
// empty when equal.
std::string Difference(const NetValues& expected, const NetValues& got, EventTime watermark);

}  // namespace touchline::golden
