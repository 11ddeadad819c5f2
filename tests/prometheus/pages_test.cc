#include "adapters/prometheus/metrics_pages.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/prometheus/exposition.h"
#include "tests/prometheus/ledger_fixture.h"

namespace touchline::adapters {
namespace {

using domain::Kind;
using domain::MetricId;
using domain::ScopeKind;
using test::Agent;
using test::Exposition;
using test::LedgerFixture;
using test::ParseExposition;
using test::Queue;

const std::string kSales =
    R"(channel="voice",direction="inbound",kind="call",partner="acme",queue="sales")";

std::string Sales(const std::string& name) { return name + "{" + kSales + "}"; }

class PagesTest : public LedgerFixture {
 protected:
  Exposition Main(ExportOptions options = {}) { return Read(Page::kMain, std::move(options)); }
  Exposition Agents(ExportOptions options = {}) { return Read(Page::kAgents, std::move(options)); }
  Exposition Read(Page page, ExportOptions options) {
    if (!pages_) pages_.emplace(ledger_, stats_, std::move(options), clock_);
    Exposition read = ParseExposition(page == Page::kMain ? pages_->Main() : pages_->Agents());
    EXPECT_EQ(read.problems, std::vector<std::string>{});
    return read;
  }
  std::optional<MetricsPages> pages_;
};

TEST_F(PagesTest, AreWellFormedWithNothingInTheLedger) {
  EXPECT_EQ(Main().At("touchline_build_info{}"), "1");
  EXPECT_TRUE(Agents().values.empty());
}

TEST_F(PagesTest, ShowACounterWithItsScopesLabels) {
  Add(Queue("sales"), MetricId::kConsults, 0, 7);
  EXPECT_EQ(Main().At(Sales("touchline_consults_total")), "7");
}

TEST_F(PagesTest, NameAbsentValuesNone) {
  Add({.scope = ScopeKind::kQueue, .kind = Kind::kTicket}, MetricId::kConsults, 0, 7);
  EXPECT_EQ(Main().At("touchline_consults_total{channel=\"none\",direction=\"none\","
                      "kind=\"ticket\",partner=\"none\",queue=\"none\"}"),
            "7");
}

TEST_F(PagesTest, LabelEachScopeAsItsKindSays) {
  Add({.scope = ScopeKind::kJourney, .partner = "acme", .subject = "vip"},
      MetricId::kEffortPoints, 3, 2500);
  Add({.scope = ScopeKind::kSource, .subject = "calls"}, MetricId::kEvents, 0, 9);
  Add({.scope = ScopeKind::kStage, .subject = "journeys"}, MetricId::kRestatements, 0, 4);
  Add({.scope = ScopeKind::kContact, .partner = "acme", .subject = "sales"}, MetricId::kResolved, 0,
      5);
  Add({.scope = ScopeKind::kSla, .partner = "acme", .kind = Kind::kTicket, .subject = "sales",
       .policy = "gold"},
      MetricId::kSlaMet, 6, 3);
  Add({.scope = ScopeKind::kHolder, .partner = "acme", .kind = Kind::kTicket, .subject = "north",
       .policy = "gold"},
      MetricId::kSlaBudgetSeconds, 6, 90'500);
  const Exposition page = Main();
  EXPECT_EQ(page.At("touchline_sla_met_total{channel=\"none\",kind=\"ticket\",partner=\"acme\","
                    "policy=\"gold\",queue=\"sales\",target=\"resolution\"}"),
            "3");
  EXPECT_EQ(page.At("touchline_sla_budget_seconds_total{channel=\"none\",holder=\"north\","
                    "kind=\"ticket\",partner=\"acme\",policy=\"gold\",target=\"resolution\"}"),
            "90.5");
  EXPECT_EQ(page.At("touchline_effort_points_total"
                    "{driver=\"transfer\",partner=\"acme\",segment=\"vip\"}"),
            "2.5");
  EXPECT_EQ(page.At("touchline_events_total{result=\"applied\",source=\"calls\",why=\"none\"}"),
            "9");
  EXPECT_EQ(page.At("touchline_restatements_total{stage=\"journeys\"}"), "4");
  EXPECT_EQ(page.At("touchline_resolved_total{channel=\"none\",kind=\"call\",partner=\"acme\","
                    "queue=\"sales\"}"),
            "5");
}

TEST_F(PagesTest, KeepAgentsOnTheirOwnPage) {
  Add(Agent("ann"), MetricId::kAgentReplies, 0, 2);
  Add(Queue("sales"), MetricId::kConsults, 0, 1);
  EXPECT_EQ(Main().Count("agent="), 0U);
  const Exposition agents = Agents();
  EXPECT_EQ(agents.At("touchline_agent_replies_total"
                      "{agent=\"ann\",channel=\"web\",kind=\"chat\",partner=\"acme\"}"),
            "2");
  EXPECT_EQ(agents.Count("queue="), 0U);
}

TEST_F(PagesTest, BearAllClosedLabelsOfACounterTogether) {
  Add(Queue("sales"), MetricId::kContactOutcomes, 3, 1);
  const Exposition page = Main();
  EXPECT_EQ(page.Count("touchline_contact_outcomes_total{"), 8U);
  EXPECT_EQ(page.At("touchline_contact_outcomes_total{channel=\"voice\",direction=\"inbound\","
                    "kind=\"call\",outcome=\"abandoned_in_target\",partner=\"acme\","
                    "queue=\"sales\"}"),
            "1");
  size_t zeros = 0;
  for (const auto& [series, text] : page.texts) {
    zeros += series.starts_with("touchline_contact_outcomes_total") && text == "0";
  }
  EXPECT_EQ(zeros, 7U);
}

TEST_F(PagesTest, BearOnlyTheCombinationsThatCanOccur) {
  Add({.scope = ScopeKind::kJourney}, MetricId::kChannelSwitches, 12, 1);  // voice to web
  Add({.scope = ScopeKind::kSource, .subject = "calls"}, MetricId::kEvents, 0, 1);
  const Exposition page = Main();
  EXPECT_EQ(page.Count("touchline_channel_switches_total{"), 72U) << "nine media, to another one";
  EXPECT_EQ(page.Count("result=\"applied\""), 1U);
  EXPECT_EQ(page.Count("result=\"duplicate\""), 1U);
  EXPECT_EQ(page.Count("result=\"ignored\""), 4U);
  EXPECT_EQ(page.Count("result=\"rejected\""), 15U);
  EXPECT_EQ(page.At("touchline_events_total"
                    "{result=\"rejected\",source=\"calls\",why=\"partner_not_allowed\"}"),
            "0");
  EXPECT_EQ(page.Count("why=\"none\""), 2U);
}

TEST_F(PagesTest, BearTheClosedLabelsOfAHistogramTogether) {
  const pipeline::ScopeLabels scope = {.scope = ScopeKind::kContact, .subject = "sales"};
  Observe(scope, MetricId::kResolutionSeconds, 0, 20'000);
  const Exposition page = Main();
  const auto count = [&](const std::string& resolution, const std::string& clock) {
    return page.At("touchline_resolution_seconds_count{channel=\"none\",clock=\"" + clock +
                   "\",kind=\"call\",partner=\"none\",queue=\"sales\",resolution=\"" + resolution +
                   "\"}");
  };
  EXPECT_EQ(count("first", "calendar"), "1");
  EXPECT_EQ(count("full", "calendar"), "0");
  EXPECT_EQ(count("first", "business"), "absent") << "no business calendar";
  EXPECT_EQ(count("full", "business"), "absent");
}

TEST_F(PagesTest, BearTheBusinessValuesTogetherWithTheirFirst) {
  const pipeline::ScopeLabels with = {.scope = ScopeKind::kContact, .subject = "with"};
  const pipeline::ScopeLabels without = {.scope = ScopeKind::kContact, .subject = "without"};
  Observe(with, MetricId::kResolutionSeconds, 0, 20'000);
  Observe(with, MetricId::kResolutionSeconds, domain::BusinessTwin(0), 5'000);
  Observe(without, MetricId::kResolutionSeconds, 0, 20'000);
  const Exposition page = Main();
  const auto count = [&](const std::string& queue, const std::string& resolution) {
    return page.At("touchline_resolution_seconds_count{channel=\"none\",clock=\"business\","
                   "kind=\"call\",partner=\"none\",queue=\"" + queue + "\",resolution=\"" +
                   resolution + "\"}");
  };
  EXPECT_EQ(count("with", "first"), "1");
  EXPECT_EQ(count("with", "full"), "0");
  EXPECT_EQ(count("without", "first"), "absent");
  EXPECT_EQ(count("without", "full"), "absent");
}

TEST_F(PagesTest, ShowWhatWasCountedEvenIfItCannotOccur) {
  Add(Queue("sales"), MetricId::kSilentAbandons, 0, 1);  // of calls, not chats
  EXPECT_EQ(Main().Count("touchline_silent_abandons_total{"), 1U);
}

TEST_F(PagesTest, BearTheStatusesOfAGaugeThatItsKindCanHave) {
  Add({.scope = ScopeKind::kContact}, MetricId::kOpenContacts, 1, 3, 1);
  Add({.scope = ScopeKind::kContact, .kind = Kind::kTicket}, MetricId::kOpenContacts, 4, 1);
  const Exposition page = Main();
  const auto open = [&](const std::string& kind, const std::string& status) {
    return page.At("touchline_open_contacts{channel=\"none\",kind=\"" + kind +
                   "\",partner=\"none\",queue=\"none\",status=\"" + status + "\"}");
  };
  EXPECT_EQ(page.Count("touchline_open_contacts{"), 8U);
  EXPECT_EQ(open("call", "waiting"), "2");
  EXPECT_EQ(open("call", "active"), "0");
  EXPECT_EQ(open("call", "new"), "absent");
  EXPECT_EQ(open("ticket", "open"), "1");
  EXPECT_EQ(open("ticket", "solved"), "0");
}

TEST_F(PagesTest, BearWhatAnEntryMayComeToWhenItOpens) {
  Add(Queue("sales"), MetricId::kContactsOffered, 0, 1);
  const Exposition page = Main();
  EXPECT_EQ(page.Count("touchline_contact_outcomes_total{"), 8U);
  EXPECT_EQ(page.Count("touchline_missed_offers_total{"), 3U);
  EXPECT_EQ(page.At(Sales("touchline_answer_seconds_count")), "0");
  EXPECT_EQ(page.At(Sales("touchline_unended_contacts_total")), "0");
  EXPECT_EQ(page.At(Sales("touchline_silent_abandons_total")), "absent") << "only chats have them";
  EXPECT_EQ(page.Count("touchline_consults_total"), 0U) << "nothing announces a consult";
}

TEST_F(PagesTest, ShowTheMemberThatIsNeededFirstAtItsValue) {
  Add(Queue("sales"), MetricId::kContactsOffered, 0, 3);
  const Exposition page = Main();
  const std::string offered =
      "touchline_contacts_offered_total{channel=\"voice\",direction=\"inbound\",entry=\"";
  const std::string rest = "\",kind=\"call\",partner=\"acme\",queue=\"sales\"}";
  EXPECT_EQ(page.At(offered + "first" + rest), "3") << "live: not held back for a zero";
  EXPECT_EQ(page.At(offered + "transfer" + rest), "0");
}

TEST_F(PagesTest, ShowTimeInSecondsExactly) {
  Add({.scope = ScopeKind::kContact, .subject = "sales"}, MetricId::kHandlingSeconds, 1, 61'234);
  EXPECT_EQ(Main().At("touchline_handling_seconds_total{channel=\"none\",kind=\"call\","
                      "part=\"talk\",partner=\"none\",queue=\"sales\"}"),
            "61.234");
}

TEST_F(PagesTest, ShowAGaugeNet) {
  Add(Queue("sales"), MetricId::kWaitingContacts, 0, 5, 3);
  const Exposition page = Main();
  EXPECT_EQ(page.At(Sales("touchline_waiting_contacts")), "2");
  EXPECT_EQ(page.Count("waiting_contacts_withdrawn"), 0U);
}

TEST_F(PagesTest, ShowAHistogramOfAllItsBuckets) {
  Observe(Queue("sales"), MetricId::kAnswerSeconds, 0, 20'000);
  Observe(Queue("sales"), MetricId::kAnswerSeconds, 0, 20'001);
  Observe(Queue("sales"), MetricId::kAnswerSeconds, 0, 900'500);
  const Exposition page = Main();
  const auto bucket = [&](const std::string& le) {
    return page.At("touchline_answer_seconds_bucket{channel=\"voice\",direction=\"inbound\","
                   "kind=\"call\",le=\"" + le + "\",partner=\"acme\",queue=\"sales\"}");
  };
  EXPECT_EQ(bucket("15.0"), "0");
  EXPECT_EQ(bucket("20.0"), "1");
  EXPECT_EQ(bucket("30.0"), "2");
  EXPECT_EQ(bucket("600.0"), "2");
  EXPECT_EQ(bucket("+Inf"), "3");
  EXPECT_EQ(page.At(Sales("touchline_answer_seconds_sum")), "940.501");
  EXPECT_EQ(page.At(Sales("touchline_answer_seconds_count")), "3");
}

TEST_F(PagesTest, HaveNoTwinBeforeTheFirstCorrection) {
  Add(Queue("sales"), MetricId::kConsults, 0, 7);
  Observe(Queue("sales"), MetricId::kAnswerSeconds, 0, 20'000);
  EXPECT_EQ(Main().Count("withdrawn"), 0U);
}

TEST_F(PagesTest, ShowATwinAsZeroForItsFirstMinute) {
  Add(Queue("sales"), MetricId::kConsults, 0, 7, 2);
  const std::string twin = Sales("touchline_consults_withdrawn_total");
  EXPECT_EQ(Main().At(Sales("touchline_consults_total")), "7");
  EXPECT_EQ(Main().At(twin), "0");
  clock_.Advance(Duration::Millis(59'999));
  EXPECT_EQ(Main().At(twin), "0");
  clock_.Advance(Duration::Millis(1));
  EXPECT_EQ(Main().At(twin), "2");
}

TEST_F(PagesTest, ShowALaterCorrectionOfATwinAtOnce) {
  Add(Queue("sales"), MetricId::kConsults, 0, 7, 2);
  clock_.Advance(Duration::Minutes(5));
  Add(Queue("sales"), MetricId::kConsults, 0, 0, 1);
  EXPECT_EQ(Main().At(Sales("touchline_consults_withdrawn_total")), "3");
}

TEST_F(PagesTest, KeepATwinsValueWhenTheClockIsSetBack) {
  Add(Queue("sales"), MetricId::kConsults, 0, 7, 2);
  clock_.Advance(Duration::Minutes(1));
  EXPECT_EQ(Main().At(Sales("touchline_consults_withdrawn_total")), "2");
  clock_.Advance(Duration::Seconds(-30));
  EXPECT_EQ(Main().At(Sales("touchline_consults_withdrawn_total")), "2");
}

TEST_F(PagesTest, ShowOnlyTheTwinsThatWereCorrected) {
  Add(Queue("sales"), MetricId::kContactOutcomes, 3, 1, 1);
  const Exposition page = Main();
  EXPECT_EQ(page.Count("touchline_contact_outcomes_withdrawn_total{"), 1U);
  EXPECT_EQ(page.Count("touchline_contact_outcomes_total{"), 8U);
}

TEST_F(PagesTest, GiveAHistogramATwinHistogram) {
  Observe(Queue("sales"), MetricId::kAnswerSeconds, 0, 20'000);
  Observe(Queue("sales"), MetricId::kAnswerSeconds, 0, 7'000);
  Withdraw(Queue("sales"), MetricId::kAnswerSeconds, 0, 20'000);
  EXPECT_EQ(Main().At(Sales("touchline_answer_withdrawn_seconds_count")), "0");
  clock_.Advance(Duration::Minutes(1));
  const Exposition page = Main();
  EXPECT_EQ(page.At(Sales("touchline_answer_withdrawn_seconds_count")), "1");
  EXPECT_EQ(page.At(Sales("touchline_answer_withdrawn_seconds_sum")), "20");
  EXPECT_EQ(page.At(Sales("touchline_answer_seconds_count")), "2");
}

TEST_F(PagesTest, MergeWhatFindsNoRoomIntoOtherBySum) {
  for (const char* queue : {"a", "b", "c", "d"}) Add(Queue(queue), MetricId::kConsults, 0, 10, 1);
  Observe(Queue("c"), MetricId::kAnswerSeconds, 0, 5'000);
  Observe(Queue("d"), MetricId::kAnswerSeconds, 0, 8'000);
  clock_.Advance(Duration::Minutes(1));
  const Exposition page = Main({.limits = {.max_values = 2, .max_values_of = {}}});
  const auto queue = [](const std::string& name, const std::string& value) {
    return name + "{channel=\"voice\",direction=\"inbound\",kind=\"call\",partner=\"acme\"," +
           "queue=\"" + value + "\"}";
  };
  EXPECT_EQ(page.At(queue("touchline_consults_total", "b")), "10");
  EXPECT_EQ(page.At(queue("touchline_consults_total", "other")), "20");
  EXPECT_EQ(page.At(queue("touchline_consults_withdrawn_total", "other")), "2");
  EXPECT_EQ(page.At(queue("touchline_answer_seconds_sum", "other")), "13");
  EXPECT_EQ(page.At("touchline_series_dropped_total{label=\"queue\"}"), "2");
  EXPECT_EQ(page.At("touchline_series_dropped_total{label=\"agent\"}"), "0");
}

TEST_F(PagesTest, CountDroppedAgentsOnTheMainPage) {
  Add(Agent("ann"), MetricId::kAgentReplies, 0, 1);
  Add(Agent("bob"), MetricId::kAgentReplies, 0, 1);
  const Exposition page = Main({.limits = {.max_values_of = {{"agent", 1}}}});
  EXPECT_EQ(page.At("touchline_series_dropped_total{label=\"agent\"}"), "1");
}

TEST_F(PagesTest, AdmitWhoCameFirstEvenIfASmallerNameComesLater) {
  Add(Queue("z"), MetricId::kConsults, 0, 1);
  const ExportOptions options = {.limits = {.max_values = 1, .max_values_of = {}}};
  Main(options);
  Add(Queue("a"), MetricId::kConsults, 0, 1);
  const Exposition page = Main(options);
  EXPECT_EQ(page.Count("touchline_consults_total{"), 2U);
  EXPECT_EQ(page.Count("queue=\"z\""), 1U);
  EXPECT_EQ(page.Count("queue=\"a\""), 0U);
}

TEST_F(PagesTest, MergeNamesThatBecomeAlike) {
  Add(Queue("a\xFF"), MetricId::kConsults, 0, 1);
  Add(Queue("a\xFE"), MetricId::kConsults, 0, 2);
  EXPECT_EQ(Main().At("touchline_consults_total{channel=\"voice\",direction=\"inbound\","
                      "kind=\"call\",partner=\"acme\",queue=\"a\uFFFD\"}"),
            "3");
}

TEST_F(PagesTest, StayWellFormedWithHostileNames) {
  for (const std::string& name : test::HostileNames()) {
    Add(Queue(name), MetricId::kConsults, 0, 1);
    Add(Agent(name), MetricId::kAgentReplies, 0, 1);
  }
  const Exposition page = Main();
  EXPECT_EQ(page.Count("touchline_consults_total{"), test::HostileNames().size());
  EXPECT_EQ(Agents().Count("touchline_agent_replies_total{"), test::HostileNames().size());
}

TEST_F(PagesTest, ShowTheLongestWaitOfWhatMerges) {
  Wait(Queue("a"), 1, EventTime::FromMillis(1'700'000'005'500));
  Wait(Queue("b"), 1, EventTime::FromMillis(1'700'000'001'000));
  const std::string other =
      "touchline_longest_waiting_since_timestamp_seconds{channel=\"voice\",direction=\"inbound\","
      "kind=\"call\",partner=\"acme\",queue=\"other\"}";
  const ExportOptions options = {.limits = {.max_values_of = {{"queue", 0}}}};
  EXPECT_EQ(Main(options).At(other), "1700000001");
  Wait(Queue("b"), 1, std::nullopt);
  EXPECT_EQ(Main(options).At(other), "1700000005.5");
  Wait(Queue("a"), 1, std::nullopt);
  EXPECT_EQ(Main(options).At(other), "absent") << "nobody waits: no value, never 0";
}

TEST_F(PagesTest, KeepTheBoundsOverARestart) {
  Add(Queue("z"), MetricId::kConsults, 0, 1);
  const ExportOptions options = {.limits = {.max_values = 1, .max_values_of = {}}};
  Main(options);
  const auto admitted = pages_->admitted_labels();
  Add(Queue("a"), MetricId::kConsults, 0, 1);

  MetricsPages restarted(ledger_, stats_, options, clock_);
  restarted.RestoreLabels(admitted);
  const Exposition page = ParseExposition(restarted.Main());
  EXPECT_EQ(page.Count("queue=\"z\""), 1U);
  EXPECT_EQ(page.Count("queue=\"a\""), 0U);
}

}  // namespace
}  // namespace touchline::adapters
