// METRICS.md section 8, as far as clocks decide the cases, and all worked out by hand there.

#include <gtest/gtest.h>

#include <vector>

#include "base/rfc3339.h"
#include "tests/calendar/calendar_text.h"
#include "tests/support/naive/told_sla.h"

namespace touchline::naive {
namespace {

using domain::BitOf;
using domain::Event;
using domain::EventType;
using domain::Party;
using domain::SlaTarget;
using domain::TicketStatus;
using test::Spec;
using test::Utc;

constexpr Duration kMinute = Duration::Minutes(1);
constexpr domain::StatusSet kPending = BitOf(TicketStatus::kPending);

auto Status(TicketStatus status) {
  return [status](Event& e) { e.status = status; };
}
auto Author(Party author) {
  return [author](Event& e) { e.author = author; };
}
auto Priority(std::string_view priority) {
  return [priority](Event& e) { e.priority = priority; };
}

int64_t Minutes(Duration d) { return d.millis() / 60'000; }

SlaStory BerlinMail() {
  SlaStory mail(Spec("Europe/Berlin", "mon-fri 08:00-18:00"));
  mail.Promise(SlaTarget::kFirstResponse, kMinute * 60)
      .Promise(SlaTarget::kPeriodicUpdate, kMinute * 120)
      .Promise(SlaTarget::kResolution, kMinute * 180)
      .Tell(Utc("2013-03-21 09:30"), EventType::kTicketCreated);
  return mail;
}

TEST(SlaWorkedCaseTest, Case1FallsDueByTheBerlinDesk) {
  SlaStory mail = BerlinMail();
  const EventTime now = Utc("2013-03-21 09:31");
  EXPECT_EQ(mail.Only(now, SlaTarget::kFirstResponse).due, Utc("2013-03-21 10:30"));
  EXPECT_EQ(mail.Only(now, SlaTarget::kPeriodicUpdate).due, Utc("2013-03-21 11:30"));
  EXPECT_EQ(mail.Only(now, SlaTarget::kResolution).due, Utc("2013-03-21 12:30"));
}

TEST(SlaWorkedCaseTest, Case2FirstReplyIsEarlyOrOver) {
  const auto reply_at = [](EventTime t) {
    SlaStory mail = BerlinMail();
    mail.Tell(t, EventType::kTicketMessage, Author(Party::kAgent));
    return mail.Only(Utc("2013-03-21 16:00"), SlaTarget::kFirstResponse);
  };
  const SlaCycle early = reply_at(Utc("2013-03-21 10:00"));
  EXPECT_EQ(Minutes(early.used), 30);
  EXPECT_EQ(Minutes(early.budget() - early.used), 30);
  EXPECT_TRUE(early.met && !early.breached);
  const SlaCycle late = reply_at(Utc("2013-03-21 14:00"));
  EXPECT_EQ(Minutes(late.used), 270);
  EXPECT_EQ(Minutes(late.used - late.budget()), 210);
  ASSERT_TRUE(late.breached);
  EXPECT_EQ(late.breached->at, Utc("2013-03-21 10:30"));
}

TEST(SlaWorkedCaseTest, Case4PausesAndTimeWhileSolvedMoveDue) {
  SlaStory ticket(Spec("Europe/Berlin", "daily 09:00-18:00"));
  ticket.Promise(SlaTarget::kResolution, kMinute * 120)
      .Tell(Utc("2013-06-04 09:00"), EventType::kTicketCreated)
      .Tell(Utc("2013-06-04 09:30"), EventType::kTicketUpdated, Status(TicketStatus::kPending))
      .Tell(Utc("2013-06-04 09:45"), EventType::kTicketUpdated, Status(TicketStatus::kOpen))
      .Tell(Utc("2013-06-04 10:00"), EventType::kTicketUpdated, Status(TicketStatus::kClosed))
      .Tell(Utc("2013-06-04 10:30"), EventType::kTicketUpdated, Status(TicketStatus::kOpen));
  EXPECT_EQ(ticket.Only(Utc("2013-06-04 10:31"), SlaTarget::kResolution).due,
            Utc("2013-06-04 11:45"));
}

TEST(SlaWorkedCaseTest, Case6FirstAndResolutionBothPauseInPending) {
  SlaStory ticket(Spec("Europe/Berlin", "daily 09:00-18:00"));
  ticket.Promise(SlaTarget::kFirstResponse, kMinute * 120)
      .Promise(SlaTarget::kResolution, kMinute * 250);
  ticket.rule(SlaTarget::kFirstResponse).pause = kPending;
  ticket.Tell(Utc("2013-06-04 09:00"), EventType::kTicketCreated)
      .Tell(Utc("2013-06-04 10:00"), EventType::kTicketUpdated, Status(TicketStatus::kPending))
      .Tell(Utc("2013-06-04 10:30"), EventType::kTicketUpdated, Status(TicketStatus::kOpen))
      .Tell(Utc("2013-06-04 10:45"), EventType::kTicketMessage, Author(Party::kAgent))
      .Tell(Utc("2013-06-04 12:00"), EventType::kTicketUpdated, Status(TicketStatus::kClosed));
  const EventTime now = Utc("2013-06-04 15:00");
  EXPECT_EQ(Minutes(ticket.Only(now, SlaTarget::kFirstResponse).used), 75);
  EXPECT_TRUE(ticket.Only(now, SlaTarget::kFirstResponse).met);
  EXPECT_EQ(Minutes(ticket.Only(now, SlaTarget::kResolution).used), 150);
  EXPECT_TRUE(ticket.Only(now, SlaTarget::kResolution).met);
}

TEST(SlaWorkedCaseTest, Case7CreatedInPendingHasUsedNothing) {
  using Change = std::pair<const char*, TicketStatus>;
  const auto used = [](const std::vector<Change>& changes) {
    SlaStory ticket(Spec("Europe/Berlin", "daily 09:00-18:00"));
    ticket.Promise(SlaTarget::kResolution, kMinute * 240)
        .Tell(Utc("2013-06-04 09:00"), EventType::kTicketCreated, Status(TicketStatus::kPending));
    for (const auto& [time, status] : changes) {
      ticket.Tell(Utc(std::string("2013-06-04 ") + time), EventType::kTicketUpdated,
                  Status(status));
    }
    return Minutes(ticket.Only(Utc("2013-06-04 15:00"), SlaTarget::kResolution).used);
  };
  const Change closed = {"12:00", TicketStatus::kClosed};
  const Change open = {"10:30", TicketStatus::kOpen}, pending = {"11:00", TicketStatus::kPending};
  EXPECT_EQ(used({closed}), 0);
  EXPECT_EQ(used({open, pending, closed}), 30);
  EXPECT_EQ(used({open, pending, {"11:30", TicketStatus::kOpen}, closed}), 60);
}

TEST(SlaWorkedCaseTest, Case8HolidayIsNoOpenTime) {
  SlaStory ticket(Spec("Europe/Berlin", "mon-fri 08:00-20:00; 2016-11-01 holiday"));
  ticket.Promise(SlaTarget::kFirstResponse, kMinute * 120)
      .Promise(SlaTarget::kPeriodicUpdate, kMinute * 1200)
      .Tell(test::At("2016-11-01T13:56:21Z"), EventType::kTicketCreated);
  const EventTime now = Utc("2016-11-01 14:00");
  EXPECT_EQ(ticket.Only(now, SlaTarget::kFirstResponse).due, Utc("2016-11-02 09:00"));
  EXPECT_EQ(ticket.Only(now, SlaTarget::kPeriodicUpdate).due, Utc("2016-11-03 15:00"));
}

SlaStory TenToSix(EventTime created, std::string_view priority) {
  SlaStory ticket(Spec("UTC", "mon-fri 10:00-18:00; 2024-01-19 holiday"));
  ticket.Promise(SlaTarget::kFirstResponse, kMinute * 60)
      .Promise(SlaTarget::kResolution, kMinute * 240);
  ticket.rule(SlaTarget::kFirstResponse).by_priority["urgent"] = kMinute * 30;
  ticket.rule(SlaTarget::kResolution).by_priority["urgent"] = kMinute * 120;
  ticket.Tell(created, EventType::kTicketCreated, Priority(priority));
  return ticket;
}

TEST(SlaWorkedCaseTest, Case15BudgetsGoByPriority) {
  struct Row {
    const char* created;
    const char* priority;
    const char* first;
    const char* resolution;
  };
  for (const Row& row : std::vector<Row>{
           {"2024-01-22 08:00", "high", "2024-01-22 11:00", "2024-01-22 14:00"},
           {"2024-01-22 20:00", "urgent", "2024-01-23 10:30", "2024-01-23 12:00"},
           {"2024-01-26 17:00", "urgent", "2024-01-26 17:30", "2024-01-29 11:00"}}) {
    SlaStory ticket = TenToSix(Utc(row.created), row.priority);
    const EventTime now = Utc(row.created);
    EXPECT_EQ(ticket.Only(now, SlaTarget::kFirstResponse).due, Utc(row.first)) << row.created;
    EXPECT_EQ(ticket.Only(now, SlaTarget::kResolution).due, Utc(row.resolution)) << row.created;
  }
}

TEST(SlaWorkedCaseTest, Case17CustomersMessageEndsThePause) {
  SlaStory ticket = TenToSix(Utc("2024-01-18 17:30"), "high");
  ticket.Tell(Utc("2024-01-18 17:50"), EventType::kTicketMessage, Author(Party::kAgent))
      .Tell(Utc("2024-01-18 17:50"), EventType::kTicketUpdated, Status(TicketStatus::kPending))
      .Tell(Utc("2024-01-22 12:30"), EventType::kTicketMessage, Author(Party::kCustomer))
      .Tell(Utc("2024-01-22 13:00"), EventType::kTicketUpdated, Status(TicketStatus::kSolved));
  const SlaCycle resolution = ticket.Only(Utc("2024-01-22 14:00"), SlaTarget::kResolution);
  EXPECT_TRUE(resolution.met && !resolution.breached);
  EXPECT_EQ(resolution.used.millis(), 3'000'000);
  ASSERT_EQ(resolution.stretches.size(), 3u);
  const SlaStretch& pause = resolution.stretches[1];
  EXPECT_EQ(pause.state, StretchState::kPaused);
  EXPECT_EQ(pause.from, Utc("2024-01-18 17:50"));
  EXPECT_EQ(pause.to, Utc("2024-01-22 12:30"));
}

TEST(SlaWorkedCaseTest, Case22PausedDueMovesOnUntilItIsResumed) {
  SlaStory ticket(Spec("UTC", "24x7"));
  ticket.Promise(SlaTarget::kResolution, Duration::Hours(2))
      .Tell(Utc("2026-01-05 08:00"), EventType::kTicketCreated)
      .Tell(Utc("2026-01-05 09:00"), EventType::kTicketUpdated, Status(TicketStatus::kPending));
  const auto due_at = [&](const char* now) {
    return ticket.Only(Utc(now), SlaTarget::kResolution).due;
  };
  EXPECT_EQ(due_at("2026-01-05 09:30"), Utc("2026-01-05 10:30"));
  EXPECT_EQ(due_at("2026-01-05 10:00"), Utc("2026-01-05 11:00"));
  ticket.Tell(Utc("2026-01-05 10:05"), EventType::kTicketUpdated, Status(TicketStatus::kOpen));
  EXPECT_EQ(due_at("2026-01-05 10:06"), Utc("2026-01-05 11:05"));
  EXPECT_EQ(due_at("2026-01-05 11:00"), Utc("2026-01-05 11:05"));
}

TEST(SlaWorkedCaseTest, Case25ReopeningBeforeAnyReplyBeginsANewCycle) {
  SlaStory chat(Spec("UTC", "24x7"));
  chat.Promise(SlaTarget::kFirstResponse, Duration::Hours(1))
      .Tell(Utc("2026-01-05 09:00"), EventType::kTicketCreated)
      .Tell(Utc("2026-01-05 09:05"), EventType::kTicketMessage, Author(Party::kBot))
      .Tell(Utc("2026-01-05 09:05"), EventType::kTicketUpdated, Status(TicketStatus::kSolved))
      .Tell(Utc("2026-01-09 14:00"), EventType::kTicketUpdated, Status(TicketStatus::kOpen))
      .Tell(Utc("2026-01-09 14:10"), EventType::kTicketMessage, Author(Party::kAgent));
  const auto cycles = chat.Cycles(Utc("2026-01-09 15:00"), SlaTarget::kFirstResponse);
  ASSERT_EQ(cycles.size(), 2u);
  EXPECT_TRUE(cycles[0].cancelled && !cycles[0].breached);
  EXPECT_EQ(cycles[0].used, kMinute * 5);
  EXPECT_TRUE(cycles[1].met && !cycles[1].breached);
  EXPECT_EQ(cycles[1].number, 2);
  EXPECT_EQ(cycles[1].used.millis(), 600'000);
}

}  // namespace
}  // namespace touchline::naive
