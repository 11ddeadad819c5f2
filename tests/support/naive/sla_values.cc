#include "tests/support/naive/sla_values.h"

#include <algorithm>

namespace touchline::naive {
namespace {

using domain::MetricId;

constexpr Duration kForecast = Duration::Hours(1);

class ClockCount {
 public:
  ClockCount(const SlaResults& clocks, domain::Kind kind) : clocks_(clocks), kind_(kind) {}

  std::vector<Counted> All() {
    for (const SlaCycle& cycle : clocks_.cycles) {
      AddResults(cycle);
      if (!cycle.stopped()) AddGauges(cycle);
    }
    return counted_;
  }

 private:
  void AddResults(const SlaCycle& cycle) {
    if (cycle.breached) Add(MetricId::kSlaBreached, cycle, *cycle.breached);
    if (cycle.met && !cycle.breached) Add(MetricId::kSlaMet, cycle, *cycle.met);
    if (cycle.cancelled && !cycle.breached) Add(MetricId::kSlaCancelled, cycle, *cycle.cancelled);
    if (!cycle.stopped() || (cycle.cancelled && !cycle.breached)) return;
    const SlaResult& stop = cycle.met ? *cycle.met : *cycle.cancelled;
    if (cycle.breached) {
      const Duration over = std::max(Duration(), cycle.used - cycle.budget());
      Add(MetricId::kSlaOvershootSeconds, cycle, stop, over.millis());
    }
    for (const SlaStretch& stretch : cycle.stretches) {
      Add(MetricId::kSlaBudgetSeconds, cycle, stop, stretch.used.millis());
      counted_.back().labels.scope = domain::ScopeKind::kHolder;
      counted_.back().labels.subject = stretch.holder;
    }
  }

  void AddGauges(const SlaCycle& cycle) {
    SlaResult now{.at = clocks_.watermark, .labels = clocks_.now};
    now.labels.policy = cycle.stretches.back().policy;
    if (IsOverdue(cycle)) Add(MetricId::kSlaOverdue, cycle, now);
    if (!IsRunning(cycle)) return;
    Add(MetricId::kSlaRunning, cycle, now);
    if (IsOverdue(cycle)) return;
    if (IsAtRisk(cycle, clocks_.watermark)) Add(MetricId::kSlaAtRisk, cycle, now);
    if (*cycle.due - kForecast >= clocks_.watermark) return;
    now.at = *cycle.due;
    Add(MetricId::kSlaDue, cycle, now);
  }

  void Add(MetricId metric, const SlaCycle& cycle, const SlaResult& result, int64_t value = 1) {
    counted_.push_back({.labels = {.scope = domain::ScopeKind::kSla,
                                   .partner = result.labels.partner,
                                   .kind = kind_,
                                   .channel = result.labels.channel,
                                   .subject = result.labels.queue,
                                   .policy = result.labels.policy},
                        .metric = metric,
                        .closed = static_cast<uint8_t>(cycle.target),
                        .at = result.at,
                        .value = value});
  }

  const SlaResults& clocks_;
  const domain::Kind kind_;
  std::vector<Counted> counted_;
};

}  // namespace

std::vector<Counted> CountClocks(const SlaResults& clocks, domain::Kind kind) {
  return ClockCount(clocks, kind).All();
}

}  // namespace touchline::naive
