#include "tests/integration/crash_promises.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "adapters/system_clock.h"
#include "app/config.h"
#include "domain/metrics.h"
#include "tests/integration/alerts_topic.h"

namespace touchline::test {
namespace {

constexpr const char* kPromises = R"(calendars:
  slots:
    time_zone: UTC
    hours: {daily: "SLOTS"}
policies:
  - name: tickets
    match: {kind: [ticket]}
    calendar: 24x7
    targets:
      first_response: {budget: 20s, by_priority: {urgent: 5s}}
      next_response: {budget: 20s, calendar: slots}
      periodic_update: {budget: 30s}
      requester_wait: {budget: 60s}
      agent_work: {budget: 30s, calendar: slots}
      resolution: {budget: 60s, at_risk: 20s}
  - name: others
    calendar: 24x7
    targets:
      answer: {budget: 1s, at_risk: 50%}
      first_response: {budget: 2s}
      next_response: {budget: 1s}
      periodic_update: {budget: 5s, calendar: slots}
      resolution: {budget: 10s}
)";

}  // namespace

// From half an hour ago to an hour hence two minutes are open, one is closed.
std::string PromisesByNow() {
  constexpr int64_t kSlot = 3, kDay = 24 * 60;  // minutes
  const int64_t now = adapters::SystemClock().Now().millis() / 60'000;
  std::string slots;
  for (int64_t minute = now / kSlot * kSlot - 30; minute < now + 60; minute += kSlot) {
    const int64_t begin = minute % kDay, end = begin + 2;
    slots += fmt::format("{}{:02}:{:02}-{:02}:{:02}", slots.empty() ? "" : ", ", begin / 60,
                         begin % 60, end / 60, end % 60);
  }
  std::string text = kPromises;
  return text.replace(text.find("SLOTS"), 5, slots) + "rules: {business_calendar: slots}\n";
}

Said SaidBy(const naive::NetValues& counted) {
  Said said;
  for (const auto& [key, value] : counted) {
    const auto cell = domain::Cell::FromPacked(key.cell);
    if (key.row != pipeline::RowKind::kTotal) continue;
    const domain::MetricSpec& spec = domain::Spec(cell.metric);
    const auto closed = [&] { return std::string(domain::ClosedValues(spec, cell.closed)[0]); };
    if (cell.metric == domain::MetricId::kSlaBreached) {
      const std::string kind(domain::Name(key.labels.kind));
      said.breaches[{kind, key.labels.policy, closed()}] += value;
    } else if (cell.metric == domain::MetricId::kAlerts) {
      // A source is called after the kind that it tells of: "calls".
      const std::string kind = key.labels.subject.substr(0, key.labels.subject.size() - 1);
      said.alerts[{kind, "sla." + closed()}] += value;
    }
  }
  return said;
}

int64_t ExpectSaid(const Said& said, const std::string& topic) {
  AlertsTopic alerts(topic, app::InternalTopicsConfig().partitions);
  std::map<std::string, std::string> payloads;  // by id
  Said sent;
  int64_t retracted = 0;
  size_t records = 0;
  for (const SentAlert& alert : alerts.ReadToEnd()) {
    ++records;
    const auto [known, is_new] = payloads.emplace(alert.id, alert.payload);
    EXPECT_EQ(known->second, alert.payload) << "another content under the same id";
    if (!is_new) continue;
    ++sent.alerts[{alert.kind, alert.type}];
    const bool is_retraction = alert.type == "sla.retracted";
    if ((is_retraction ? alert.retracted : alert.type) != "sla.breached") continue;
    sent.breaches[{alert.kind, alert.policy, alert.target}] += is_retraction ? -1 : 1;
    retracted += is_retraction;
  }
  std::erase_if(sent.breaches, [](const auto& of) { return of.second == 0; });
  EXPECT_EQ(sent.breaches, said.breaches);
  EXPECT_EQ(sent.alerts, said.alerts);
  std::printf("read %zu alerts, %zu of them once; %lld breaches were retracted\n", records,
              payloads.size(), static_cast<long long>(retracted));
  return retracted;
}

}  // namespace touchline::test
