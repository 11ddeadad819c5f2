// What the oracle's clocks count, worked out by hand from docs/sla_clocks.md section 5.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/calendar/calendar_text.h"
#include "tests/support/naive/told_contact.h"
#include "tests/support/naive/told_sla.h"

namespace touchline::naive {
namespace {

using domain::Event;
using domain::EventType;
using domain::SlaTarget;
using domain::TicketStatus;
using pipeline::RowKind;
using test::Spec;

EventTime S(int64_t seconds) { return Telling::At(static_cast<double>(seconds)); }

auto Status(TicketStatus status) {
  return [status](Event& e) { e.status = status; };
}

// A ticket of 0 s with 1000 s for its resolution, of which ann of north has had 100 s to 300 s.
SlaStory Ticket() {
  SlaStory ticket(Spec("UTC", "24x7"));
  ticket.Promise(SlaTarget::kResolution, Duration::Seconds(1000))
      .Tell(S(0), EventType::kTicketCreated, [](Event& e) { e.queue = "sales"; })
      .Tell(S(100), EventType::kTicketWorkStarted,
            [](Event& e) {
              e.agent = "ann";
              e.team = "north";
            })
      .Tell(S(300), EventType::kTicketWorkEnded, [](Event& e) { e.agent = "ann"; });
  return ticket;
}

std::map<std::string, int64_t> Budget(const ModelResult& model) {
  std::map<std::string, int64_t> seconds;
  for (const auto& [key, value] : model.values) {
    const auto cell = domain::Cell::FromPacked(key.cell);
    if (cell.metric != domain::MetricId::kSlaBudgetSeconds || key.row != RowKind::kTotal) continue;
    EXPECT_EQ(key.labels.scope, domain::ScopeKind::kHolder);
    EXPECT_EQ(key.labels.policy, "gold");
    seconds[key.labels.subject] += value / 1000;
  }
  return seconds;
}

TEST(SlaValuesTest, AMetClockCountsAtItsStopWithTheHoldersShares) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(950), EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  const ModelResult model = ticket.Model(S(5000));
  EXPECT_EQ(Total(model, "sla_met", {"resolution"}), 1);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 900, "sla_met"), 1);
  EXPECT_EQ(Total(model, "sla_breached") + Total(model, "sla_cancelled"), 0);
  EXPECT_EQ(Observations(model, "sla_overshoot"), 0);
  EXPECT_EQ(Total(model, "sla_running"), 0);
  EXPECT_EQ(Budget(model), (std::map<std::string, int64_t>{{"north", 200}, {"queue", 750}}));
}

TEST(SlaValuesTest, ABreachCountsAtDueAndItsOvershootAtTheStop) {
  SlaStory ticket = Ticket();
  const ModelResult overdue = ticket.Model(S(1001));
  EXPECT_EQ(InRow(overdue, RowKind::kQuarterHour, 900, "sla_breached"), 1);
  EXPECT_EQ(Total(overdue, "sla_overdue"), 1);
  EXPECT_EQ(Total(overdue, "sla_running"), 1);
  EXPECT_EQ(Total(overdue, "sla_at_risk") + InRow(overdue, RowKind::kBucket, 990, "sla_due"), 0);
  EXPECT_TRUE(Budget(overdue).empty());
  ticket.Tell(S(3000), EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  const ModelResult model = ticket.Model(S(5000));
  EXPECT_EQ(Total(model, "sla_breached"), 1);
  EXPECT_EQ(Total(model, "sla_met"), 0);
  EXPECT_EQ(Total(model, "sla_overshoot"), 2'000'000);
  EXPECT_EQ(InRow(model, RowKind::kQuarterHour, 2700, "sla_overshoot"), 2'000'000);
  EXPECT_EQ(Budget(model), (std::map<std::string, int64_t>{{"north", 200}, {"queue", 2800}}));
}

TEST(SlaValuesTest, ACancelledClockHasNoShares) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(500), EventType::kTicketMerged, [](Event& e) { e.into = "t-2"; });
  const ModelResult model = ticket.Model(S(5000));
  EXPECT_EQ(Total(model, "sla_cancelled"), 1);
  EXPECT_TRUE(Budget(model).empty());
}

TEST(SlaValuesTest, ABreachedClockThatIsCancelledHasSharesAndOvershoot) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(1500), EventType::kTicketMerged, [](Event& e) { e.into = "t-2"; });
  const ModelResult model = ticket.Model(S(5000));
  EXPECT_EQ(Total(model, "sla_breached"), 1);
  EXPECT_EQ(Total(model, "sla_cancelled"), 0);
  EXPECT_EQ(Total(model, "sla_overshoot"), 500'000);
  EXPECT_EQ(Budget(model)["queue"], 1300);
}

TEST(SlaValuesTest, ReopeningTakesBackWhatMetIt) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(950), EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(S(2000), EventType::kTicketUpdated, Status(TicketStatus::kOpen));
  const ModelResult model = ticket.Model(S(2010));
  EXPECT_EQ(Total(model, "sla_met"), 0);
  EXPECT_EQ(Total(model, "sla_running"), 1);
  EXPECT_EQ(Total(model, "sla_at_risk"), 1);
  EXPECT_TRUE(Budget(model).empty());
}

TEST(SlaValuesTest, ASupersededBreachThatStopsInTimeHasNoOvershootLeft) {
  SlaStory ticket = Ticket();
  ticket.rule(SlaTarget::kResolution).by_priority["low"] = Duration::Seconds(9000);
  ticket.Tell(S(1200), EventType::kTicketUpdated, [](Event& e) { e.priority = "low"; })
      .Tell(S(1300), EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  const ModelResult model = ticket.Model(S(5000));
  EXPECT_EQ(Total(model, "sla_breached"), 1);
  EXPECT_EQ(Total(model, "sla_met"), 0);
  EXPECT_EQ(Observations(model, "sla_overshoot"), 1);
  EXPECT_EQ(Total(model, "sla_overshoot"), 0);
}

TEST(SlaValuesTest, ForecastStandsInTheBucketOfDueFromAnHourBeforeOn) {
  SlaStory ticket(Spec("UTC", "24x7"));
  ticket.Promise(SlaTarget::kResolution, Duration::Seconds(7210))
      .Tell(S(0), EventType::kTicketCreated);
  EXPECT_EQ(InRow(ticket.Model(S(3610)), RowKind::kBucket, 7200, "sla_due"), 0);
  const ModelResult model = ticket.Model(S(3611));
  EXPECT_EQ(InRow(model, RowKind::kBucket, 7200, "sla_due"), 1);
  EXPECT_EQ(InRow(ticket.Model(S(7210)), RowKind::kBucket, 7200, "sla_due"), 1);
  EXPECT_EQ(InRow(ticket.Model(S(7211)), RowKind::kBucket, 7200, "sla_due"), 0);
}

TEST(SlaValuesTest, PausedClocksAreNeitherRunningNorDue) {
  SlaStory ticket = Ticket();
  ticket.Tell(S(900), EventType::kTicketUpdated, Status(TicketStatus::kPending));
  const ModelResult model = ticket.Model(S(5000));
  EXPECT_EQ(Total(model, "sla_running") + Total(model, "sla_due") + Total(model, "sla_overdue") +
                Total(model, "sla_at_risk"),
            0);
}

}  // namespace
}  // namespace touchline::naive
