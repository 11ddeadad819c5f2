// Bounds (section 9) and journeys (section 10), worked out by hand from docs/folding_rules.md.

#include "tests/support/naive/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/naive/journeys.h"
#include "tests/support/naive/told_contact.h"

namespace touchline::naive {
namespace {

using domain::Event;
using domain::EventType;
using domain::Party;
using testing::ElementsAre;

constexpr double kMinute = 60, kHour = 3600, kDay = 86400;

// A contact of another id.
auto Of(std::string_view subject) {
  return [subject](Event& e) { e.subject = subject; };
}
auto Customer(std::string_view subject, std::string_view customer, std::string_view reason = "") {
  return [=](Event& e) {
    e.subject = subject;
    e.customer = customer;
    e.reason = reason;
  };
}

TEST(NaiveBoundsTest, OrderOfArrivalDecidesNothing) {
  Telling straight, reversed;
  straight.Tell(0, EventType::kCallQueued, [](Event& e) { e.queue = "sales", e.id = "a"; })
      .Tell(9, EventType::kCallAnswered, [](Event& e) { e.agent = "ann", e.id = "b"; });
  reversed.Tell(9, EventType::kCallAnswered, [](Event& e) { e.agent = "ann", e.id = "b"; })
      .Tell(0, EventType::kCallQueued, [](Event& e) { e.queue = "sales", e.id = "a"; });
  EXPECT_EQ(straight.Until(20).values, reversed.Until(20).values);
}

TEST(NaiveBoundsTest, ADuplicateCountsAsOneAndChangesNothing) {
  Telling call;
  call.Tell(0, EventType::kCallQueued, [](Event& e) { e.queue = "sales"; }).Again();
  const ModelResult model = call.Until(20);
  EXPECT_EQ(Total(model, "contacts_offered"), 1);
  EXPECT_EQ(Total(model, "events", {"applied"}), 1);
  EXPECT_EQ(Total(model, "events", {"duplicate"}), 1);
}

TEST(NaiveBoundsTest, EveryRecordHasOneResult) {
  Telling calls;
  calls.input().partners = {"north"};
  calls.Tell(0, EventType::kCallStarted)
      .Tell(1, EventType::kSurveySent)
      .Tell(2, EventType::kSourceHeartbeat)
      .Tell(3, EventType::kCallQueued, [](Event& e) { e.queue = "q", e.partner = "south"; });
  calls.input().records.push_back({.read = domain::ApplyResult::kIgnoredUnknownType});
  calls.input().records.push_back(
      {.read = domain::ApplyResult::kRejected, .reason = domain::RejectReason::kBadTime});
  const ModelResult model = calls.Until(20);
  EXPECT_EQ(Total(model, "events", {"applied"}), 2);
  EXPECT_EQ(Total(model, "events", {"ignored", "other_stage"}), 1);
  EXPECT_EQ(Total(model, "events", {"ignored", "unknown_type"}), 1);
  EXPECT_EQ(Total(model, "events", {"rejected", "partner_not_allowed"}), 1);
  EXPECT_EQ(Total(model, "events", {"rejected", "bad_time"}), 1);
  EXPECT_EQ(Total(model, "events"), 6);
}

TEST(NaiveBoundsTest, EventForAContactEndedPastTheRetentionIsTooLate) {
  for (const auto& [highest, result] : std::vector<std::pair<double, std::string_view>>{
           {100 + 35 * kDay, "applied"}, {100.001 + 35 * kDay, "ignored"}}) {
    Telling call;
    call.Tell(0, EventType::kCallStarted)
        .Tell(100, EventType::kCallEnded)
        .Tell(highest, EventType::kCallStarted, Of("c-2"))
        .Tell(50, EventType::kCallHeld);
    const ModelResult model = call.Until(highest);
    EXPECT_EQ(Total(model, "events", {result}), result == "applied" ? 4 : 1) << highest;
    EXPECT_EQ(Total(model, "events"), 4);
  }
}

TEST(NaiveBoundsTest, AForgottenContactBeginsAnew) {
  Telling call;
  call.Tell(0, EventType::kCallStarted, [](Event& e) { e.id = "same"; })
      .Tell(100, EventType::kCallEnded)
      .Tell(101 + 70 * kDay, EventType::kCallStarted, Of("c-2"))
      .Tell(0, EventType::kCallStarted, [](Event& e) { e.id = "same"; });
  const ModelResult model = call.Until(200 + 70 * kDay);
  EXPECT_EQ(Total(model, "events", {"applied"}), 4);
  EXPECT_EQ(Total(model, "contacts"), 3);
  EXPECT_EQ(Total(model, "unended_contacts"), 1);
}

TEST(NaiveBoundsTest, EventsAtOrBeforeTheBaseAreTooLate) {
  domain::RuleSet rules;
  rules.max_log_entries = 4;
  Telling call;
  for (int i = 0; i < 5; ++i) call.Tell(10 * i, EventType::kCallHeld);
  // Five are more than four: the two oldest (at 0 and 10) become the base.
  call.Tell(5, EventType::kCallHeld)
      .Tell(10, EventType::kCallHeld, [](Event& e) { e.id = "2"; })
      .Tell(15, EventType::kCallHeld);
  const ModelResult model = call.Until(100, {rules});
  EXPECT_EQ(Total(model, "events", {"ignored", "too_late"}), 2);
  EXPECT_EQ(Total(model, "events", {"applied"}), 6);
}

TEST(NaiveBoundsTest, AnIncredibleTimeDoesNotMoveTheHighestTime) {
  Telling call;
  const auto consume_at = [&](double seconds) {
    call.input().records.back().consumed_at = WallTime::FromMillis(Telling::At(seconds).millis());
  };
  call.Tell(0, EventType::kCallStarted);
  consume_at(0);
  call.Tell(5 * kMinute, EventType::kCallHeld);
  consume_at(0);
  EXPECT_EQ(HighestTime(call.input()), Telling::At(300));
  call.Tell(5 * kMinute + 0.001, EventType::kCallHeld);
  consume_at(0);
  EXPECT_EQ(HighestTime(call.input()), Telling::At(300));
  EXPECT_EQ(WatermarkOf(call.input()), Telling::At(298));
}

TEST(NaiveJourneyTest, ContactsWithinTheQuietPeriodAreOneJourney) {
  Telling calls;
  calls.Tell(0, EventType::kCallStarted, Customer("a", "cara"))
      .Tell(60, EventType::kCallEnded, Of("a"))
      .Tell(60 + 7 * kDay, EventType::kCallStarted, Customer("b", "cara"))
      .Tell(120 + 7 * kDay, EventType::kCallEnded, Of("b"));
  EXPECT_EQ(Total(calls.Until(120 + 14 * kDay), "journeys_open"), 1);
  const ModelResult model = calls.Until(120.001 + 14 * kDay);
  EXPECT_EQ(Total(model, "journeys_open"), 0);
  EXPECT_EQ(Observations(model, "journey_contacts"), 1);
  EXPECT_EQ(Total(model, "journey_contacts"), 2);
  EXPECT_EQ(Total(model, "journey"), (120 + 7 * 86400) * 1000);

  Telling apart;
  apart.Tell(0, EventType::kCallStarted, Customer("a", "cara"))
      .Tell(60, EventType::kCallEnded, Of("a"))
      .Tell(60.001 + 7 * kDay, EventType::kCallStarted, Customer("b", "cara"));
  EXPECT_EQ(Total(apart.Until(60.002 + 7 * kDay), "journeys_open"), 1);
  EXPECT_EQ(Total(apart.Until(60.002 + 7 * kDay), "journey_contacts"), 1);
}

TEST(NaiveJourneyTest, UnidentifiedContactsAreNeverMerged) {
  Telling calls;
  calls.Tell(0, EventType::kCallStarted, Of("a")).Tell(1, EventType::kCallStarted, Of("b"));
  EXPECT_EQ(Total(calls.Until(10), "journeys_open"), 2);
}

TEST(NaiveJourneyTest, RepeatsAreCumulativeAndKnowTheReason) {
  Telling calls;
  calls.Tell(0, EventType::kCallStarted, Customer("a", "cara", "bill"))
      .Tell(60, EventType::kCallEnded, Of("a"))
      .Tell(60 + 3 * kDay, EventType::kCallStarted, Customer("b", "cara", "bill"));
  const ModelResult model = calls.Until(70 + 3 * kDay);
  EXPECT_EQ(Total(model, "repeat_contacts", {"1d", "any"}), 0);
  EXPECT_EQ(Total(model, "repeat_contacts", {"3d", "any"}), 1);
  EXPECT_EQ(Total(model, "repeat_contacts", {"3d", "same"}), 1);
  EXPECT_EQ(Total(model, "repeat_contacts", {"", "any"}), 4);
  EXPECT_EQ(Total(model, "effort_points", {"repeat_contact"}), 1000);
}

TEST(NaiveJourneyTest, OverlapAndLinkedContactsAreNoRepeats) {
  Telling calls;
  calls.Tell(0, EventType::kCallStarted, Customer("a", "cara"))
      .Tell(5, EventType::kTicketCreated,
            [](Event& e) {
              e.subject = "t", e.customer = "cara";
              e.relation = domain::Relation::kCreatedFrom;
            })
      .Tell(30, EventType::kChatStarted, Customer("b", "cara"))
      .Tell(60, EventType::kCallEnded, Of("a"));
  const ModelResult model = calls.Until(100);
  EXPECT_EQ(Total(model, "repeat_contacts"), 0);
  EXPECT_EQ(Total(model, "channel_switches"), 1);
  EXPECT_EQ(Total(model, "channel_switches", {"voice", "web"}), 1);
  EXPECT_EQ(Total(model, "journeys_open"), 1);
}

TEST(NaiveJourneyTest, WaitingCostsAPointPerStartedFiveMinutes) {
  for (const auto& [wait, points] : std::vector<std::pair<double, int64_t>>{
           {0, 0}, {0.001, 1000}, {300, 1000}, {300.001, 2000}}) {
    Telling calls;
    calls.Tell(0, EventType::kCallQueued, [](Event& e) { e.queue = "sales"; })
        .Tell(wait, EventType::kCallAbandoned);
    const ModelResult model = calls.Until(kHour);
    EXPECT_EQ(Total(model, "effort_points", {"waiting"}), points) << wait;
    EXPECT_EQ(Total(model, "effort_points", {"abandoned"}), 1000);
  }
}

TEST(NaiveJourneyTest, LabelsAreTheFirstPartnerAndTheLatestSegment) {
  Telling calls;
  calls.Tell(0, EventType::kCallStarted,
             [](Event& e) { e.subject = "a", e.customer = "cara", e.segment = "home"; })
      .Tell(60, EventType::kCallEnded, Of("a"))
      .Tell(kHour, EventType::kCallStarted,
            [](Event& e) { e.subject = "b", e.customer = "cara", e.segment = "office"; })
      .Tell(2 * kHour, EventType::kCallStarted, Customer("c", "cara"));
  const ModelResult model = calls.Until(3 * kHour);
  EXPECT_THAT(Subjects(model, "journeys_open"), ElementsAre("office"));
  EXPECT_THAT(Subjects(model, "repeat_contacts"), ElementsAre("office"));
}

// More of them than a sort that is not stable leaves as they were.
TEST(NaiveJourneyTest, LivesOfOneIdThatStartAlikeStandInTheirOrder) {
  std::vector<Facts> lives(40);
  for (size_t i = 0; i < lives.size(); ++i) {
    lives[i].id = "c-1";
    lives[i].customer = "cara";
    lives[i].initiator = Party::kCustomer;
    lives[i].channel = i < 20 ? domain::Channel::kVoice : domain::Channel::kApp;
    lives[i].start = Telling::At(0);
  }
  ModelResult model;
  model.values = CountJourneys(lives, Telling::At(kHour), {domain::RuleSet()});
  EXPECT_EQ(Total(model, "channel_switches"), 1);
  EXPECT_EQ(Total(model, "channel_switches", {"voice", "app"}), 1);
}

TEST(NaiveFactTest, ReasonIsTheLastOneGivenBeforeTheEnd) {
  Telling call;
  call.Tell(0, EventType::kCallStarted, Customer("c-1", "cara", "bill"))
      .Tell(10, EventType::kCallUpdated, Customer("c-1", "", "move"))
      .Tell(60, EventType::kCallEnded)
      .Tell(70, EventType::kCallUpdated, Customer("c-1", "dora", "other"));
  const ModelResult model = call.Until(100);
  ASSERT_EQ(model.contacts.size(), 1u);
  EXPECT_EQ(model.contacts[0].result.facts.reason, "move");
  EXPECT_EQ(model.contacts[0].result.facts.customer, "dora");
}

}  // namespace
}  // namespace touchline::naive
