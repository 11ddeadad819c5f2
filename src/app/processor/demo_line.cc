#include "app/processor/demo_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "adapters/system_clock.h"
#include "domain/metrics.h"

namespace touchline::app {
namespace {

using domain::MetricId;
using domain::QueueOutcome;

struct Numbers {
  int64_t events = 0, waiting = 0, open = 0, journeys = 0;
  int64_t responses = 0, response_ms = 0;
  int64_t met = 0, breached = 0, overdue = 0;
  std::map<uint8_t, int64_t> outcomes;
};

void Take(const pipeline::PublishedCell& published, Numbers* n) {
  const domain::Cell cell = domain::Cell::FromPacked(published.cell);
  const int64_t value = published.added - published.withdrawn;
  switch (cell.metric) {
    case MetricId::kEvents:
      n->events += value;
      return;
    case MetricId::kWaitingContacts:
      n->waiting += value;
      return;
    case MetricId::kOpenContacts:
      n->open += value;
      return;
    case MetricId::kJourneysOpen:
      n->journeys += value;
      return;
    case MetricId::kContactOutcomes:
      n->outcomes[cell.closed] += value;
      return;
    case MetricId::kSlaMet:
      n->met += value;
      return;
    case MetricId::kSlaBreached:
      n->breached += value;
      return;
    case MetricId::kSlaOverdue:
      n->overdue += value;
      return;
    case MetricId::kFirstResponseSeconds:
      if (cell.closed != 0) return;  // of the calendar's clock
      (cell.bucket == domain::Cell::kSumCell ? n->response_ms : n->responses) += value;
      return;
    default:
      return;
  }
}

// In target / (answered + abandoned): the second of the published formulas (METRICS section 1).
std::optional<double> ServiceLevel(const Numbers& n) {
  const auto of = [&n](QueueOutcome o) {
    const auto it = n.outcomes.find(static_cast<uint8_t>(o));
    return it == n.outcomes.end() ? int64_t{0} : it->second;
  };
  const int64_t in_target = of(QueueOutcome::kAnsweredInTarget);
  const int64_t all = in_target + of(QueueOutcome::kAnsweredLate) +
                      of(QueueOutcome::kAbandonedShort) + of(QueueOutcome::kAbandonedInTarget) +
                      of(QueueOutcome::kAbandonedLate);
  if (all == 0) return std::nullopt;
  return static_cast<double>(in_target) / static_cast<double>(all);
}

}  // namespace

std::string DemoLine(const pipeline::PublishedLedger& ledger, WallTime now) {
  Numbers n;
  ledger.VisitTotals([&n](const pipeline::ScopeLabels&,
                          const std::vector<pipeline::PublishedCell>& cells) {
    for (const auto& cell : cells) Take(cell, &n);
  });
  std::string line = fmt::format("{:>9} events", n.events);
  if (const auto level = ServiceLevel(n)) {
    line += fmt::format("  service level {:5.1f} %", *level * 100);
  }
  line += fmt::format("  waiting {:>4}", n.waiting);
  std::optional<EventTime> longest;
  ledger.VisitWaiting([&longest](const pipeline::ScopeLabels&, EventTime since) {
    longest = std::min(longest.value_or(since), since);
  });
  if (longest) {
    const int64_t seconds = std::max(int64_t{0}, now.millis() - longest->millis()) / 1000;
    line += fmt::format(" (longest {} s)", seconds);
  }
  line += fmt::format("  open {:>5}  journeys {:>6}", n.open, n.journeys);
  if (n.responses > 0) {
    line += fmt::format("  first response {:.0f} s",
                        static_cast<double>(n.response_ms) / 1000.0 /
                            static_cast<double>(n.responses));
  }
  if (n.met + n.breached > 0) {
    line += fmt::format("  SLA {:5.1f} % met, {} overdue",
                        100.0 * static_cast<double>(n.met) /
                            static_cast<double>(n.met + n.breached),
                        n.overdue);
  }
  return line;
}

void PrintDemoLines(const Processor& processor, const pipeline::Clock& clock, std::FILE* out,
                    const std::function<bool()>& should_stop) {
  while (!should_stop()) {
    fmt::print(out, "{}\n", DemoLine(processor.published(), clock.Now()));
    std::fflush(out);
    for (int i = 0; i < 10 && !should_stop(); ++i) {
      adapters::SystemClock::Sleep(Duration::Millis(100));
    }
  }
}

}  // namespace touchline::app
