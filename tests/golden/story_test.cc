// The harness itself: a mistake in a story, and a wrong expectation, must be seen.

#include "tests/golden/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/golden/run_modes.h"
#include "tests/golden/story_files.h"
#include "tests/golden/story_text.h"

namespace touchline::golden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kGood = R"(
day 2026-03-02
default partner=acme
config queues.sales.answer_threshold=30s
09:00 call C1 queued queue=sales customer="Ann B"
+12s  call C1 answered agent=ann
at 09:05
  contact_outcomes{queue=sales,outcome=answered_in_target} 1
  interval 09:00/30m answer{queue=sales} count=1 sum=12s
  window=5m agent_answers{agent=ann} 1
  none abandon
)";

std::vector<std::string> Mistakes(std::string_view text) {
  std::vector<std::string> out;
  for (const StoryError& error : ParseStory("a.timeline", text).errors) out.push_back(error.text);
  return out;
}

TEST(StoryTimeTest, ReadsSpansOfSeveralUnits) {
  EXPECT_EQ(ParseSpanNanos("1m30s"), 90'000'000'000);
  EXPECT_EQ(ParseSpanNanos("0.25s"), 250'000'000);
  EXPECT_EQ(ParseSpanNanos("5ms"), 5'000'000);
  for (const char* bad : {"", "5", "s", "1.2.3s", "1x", "-1s"}) {
    EXPECT_EQ(ParseSpanNanos(bad), std::nullopt) << bad;
  }
}

TEST(StoryTimeTest, WritesSpansAsItReadsThem) {
  for (const char* text : {"0s", "12s", "1m30s", "1d2h", "0.25s", "28d", "1h0.001s"}) {
    EXPECT_EQ(FormatSpan(*ParseSpanNanos(text) / 1'000'000), text);
  }
}

TEST(StoryTimeTest, KeepsNanoseconds) {
  const auto day = ParseDay("2026-03-02");
  const auto time = ParseTime("09:00:00.000000001", day, std::nullopt);
  ASSERT_TRUE(time);
  EXPECT_EQ(FormatTime(*time), "2026-03-02T09:00:00.000000001Z");
  EXPECT_EQ(ParseTime("+1ns", std::nullopt, time), *time + 1);
  EXPECT_EQ(ParseTime("2026-03-02T09:00Z", std::nullopt, std::nullopt), *time - 1);
  EXPECT_EQ(ParseTime("+1ns", day, std::nullopt), std::nullopt);
}

TEST(StoryParserTest, ReadsEventsAndExpectations) {
  const ParsedStory parsed = ParseStory("a.timeline", kGood);
  EXPECT_THAT(Mistakes(kGood), ElementsAre());
  ASSERT_EQ(parsed.story.events.size(), 2u);
  EXPECT_EQ(parsed.story.events[0].payload,
            R"({"id":"line-5","partner":"acme","source":"/golden","specversion":"1.0",)"
            R"("subject":"C1","time":"2026-03-02T09:00:00.000Z","type":"call.queued",)"
            R"("data":{"queue":"sales","customer":"Ann B"}})");
  ASSERT_EQ(parsed.story.checkpoints.size(), 1u);
  EXPECT_EQ(parsed.story.checkpoints[0].expectations.size(), 4u);
  EXPECT_EQ(parsed.story.rules.ForQueue("sales").answer_threshold, Duration::Seconds(30));
}

TEST(StoryParserTest, NamesFileAndLineOfEveryMistake) {
  EXPECT_THAT(Mistakes("day 2026-03-02\n"
                       "config reap_cal_after=4h\n"
                       "09:00 call C1 quened queue=sales\n"
                       "25:00 call C1 queued queue=sales\n"
                       "at 09:05\n"
                       "  contact_outcome 1\n"
                       "  contact_outcomes{colour=red} 1\n"
                       "  contact_outcomes{outcome=won} 1\n"
                       "  contact_outcomes 0\n"
                       "  answer 12s\n"
                       "  within=2h sla_due 1\n"
                       "except never because it can\n"
                       "09:01 call C1 queued queue=sales\n"),
              ElementsAre(HasSubstr("a.timeline:2: no such rule"),
                          HasSubstr("a.timeline:3: no such event type: call.quened"),
                          HasSubstr("a.timeline:4: not a time"),
                          HasSubstr("a.timeline:6: neither a metric"),
                          HasSubstr("a.timeline:7: not a label of this metric"),
                          HasSubstr("a.timeline:8: not a value of the label"),
                          HasSubstr("a.timeline:9: no value is `none`"),
                          HasSubstr("a.timeline:10: not a value of this metric"),
                          HasSubstr("a.timeline:11: within=5m|15m|1h"),
                          HasSubstr("a.timeline:12: no such run mode"),
                          HasSubstr("a.timeline:13: events after the last `at`")));
}

TEST(StoryParserTest, ReadsCalendarsAndPolicies) {
  const ParsedStory parsed = ParseStory(
      "a.timeline",
      "day 2026-03-02\n"
      "calendar berlin zone=Europe/Berlin mon-fri=08:00-12:00,13:00-18:00 2026-05-01=holiday "
      "2026-12-24=shift:09:00-12:00\n"
      "policy gold queue=sales,- kind=ticket resolution=4h,high:1h,calendar=berlin,pause=on_hold,"
      "lead=30m answer=20s,share=900\n"
      "policy gold from=12:00 resolution=2h\n"
      "at 13:00\n");
  EXPECT_TRUE(parsed.errors.empty());
  const domain::RuleSet& rules = parsed.story.rules;
  const domain::CalendarSpec& berlin = rules.calendars.at("berlin");
  EXPECT_EQ(berlin.time_zone, "Europe/Berlin");
  EXPECT_EQ(berlin.week[4].size(), 2u);
  EXPECT_TRUE(berlin.week[5].empty());
  EXPECT_EQ(berlin.holidays.size(), 1u);
  EXPECT_EQ(berlin.shifts.size(), 1u);
  ASSERT_EQ(rules.policies.size(), 1u);
  const auto& versions = rules.policies[0].versions;
  ASSERT_EQ(versions.size(), 2u);
  EXPECT_THAT(versions[0].match.queues, ElementsAre("sales", ""));
  const auto& resolution = versions[0].targets[static_cast<size_t>(domain::SlaTarget::kResolution)];
  ASSERT_TRUE(resolution);
  EXPECT_EQ(resolution->BudgetOf("high"), Duration::Hours(1));
  EXPECT_EQ(resolution->BudgetOf(""), Duration::Hours(4));
  EXPECT_EQ(resolution->pause, domain::BitOf(domain::TicketStatus::kOnHold));
  EXPECT_EQ(resolution->at_risk_lead, Duration::Minutes(30));
  const auto& answer = versions[0].targets[static_cast<size_t>(domain::SlaTarget::kAnswer)];
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->calendar, "24x7");
  EXPECT_EQ(answer->at_risk_permille, 900);
  EXPECT_EQ(FormatTime(versions[1].effective_from.millis() * 1'000'000),
            "2026-03-02T12:00:00.000Z");
}

TEST(StoryParserTest, NamesMistakesInCalendarsAndPolicies) {
  EXPECT_THAT(Mistakes("day 2026-03-02\n"
                       "calendar c zone=UTC mon-frx=08:00-12:00\n"
                       "calendar c zone=UTC 2026-05-01=holidays\n"
                       "policy p colour=red resolution=1h\n"
                       "policy p resolution=1x\n"
                       "policy p resolution=1h,calendar=nowhere\n"
                       "policy p resolution=1h,pause=asleep\n"
                       "policy p resolution=1h\n"
                       "policy p resolution=2h\n"
                       "09:00 call C1 ended\n"
                       "policy q resolution=2h\n"
                       "at 10:00\n"),
              ElementsAre(HasSubstr("a.timeline:2: not a part of a calendar: mon-frx"),
                          HasSubstr("a.timeline:3: not a part of a calendar: 2026-05-01"),
                          HasSubstr("a.timeline:4: not a part of a policy"),
                          HasSubstr("a.timeline:5: not a part of a policy"),
                          HasSubstr("a.timeline:6: not a part of a policy"),
                          HasSubstr("a.timeline:7: not a part of a policy"),
                          HasSubstr("a.timeline:9: a version of p is not later"),
                          HasSubstr("a.timeline:11: promises belong before")));
}

TEST(StoryParserTest, RefusesAWatermarkThatGoesBack) {
  EXPECT_THAT(Mistakes("day 2026-03-02\n09:00 call C1 ended\nat 08:59 resolution_unknown 1\n"),
              ElementsAre(HasSubstr("a.timeline:3: a watermark before"),
                          HasSubstr("a.timeline:3: a story without `at`")));
}

pipeline::ScopeLabels Queue(std::string name) {
  return {.scope = domain::ScopeKind::kQueue, .partner = "acme", .subject = std::move(name)};
}

// The first expectation of a story about call C1.
Expectation Expect(const std::string& text) {
  const std::string story =
      "day 2026-03-02\n09:00 call C1 queued queue=sales\nat 09:05\n" + text + "\n";
  return ParseStory("a.timeline", story).story.checkpoints.at(0).expectations.at(0);
}

bool Holds(const std::string& text, const NetValues& values) {
  std::string actual;
  return !Check(Expect(text), values, &actual);
}

NetValues OfferedInTwoQueues() {
  NetValues values;
  const domain::Cell cell{.metric = domain::MetricId::kContactsOffered};
  values.Add(RowKey{}, Queue("sales"), cell, 2);
  values.Add(RowKey{}, Queue("support"), cell, 3);
  return values;
}

TEST(ExpectationTest, MeansExactlyOneSeries) {
  const NetValues values = OfferedInTwoQueues();
  EXPECT_TRUE(Holds("contacts_offered{queue=sales} 2", values));
  EXPECT_FALSE(Holds("contacts_offered{queue=sales} 3", values));
  EXPECT_FALSE(Holds("contacts_offered 2", values)) << "two series match";
  EXPECT_FALSE(Holds("contacts_offered{queue=billing} 2", values)) << "none matches";
  EXPECT_TRUE(Holds("total contacts_offered 5", values));
  EXPECT_FALSE(Holds("total contacts_offered 2", values));
  EXPECT_TRUE(Holds("none contacts_offered{queue=billing}", values));
  EXPECT_FALSE(Holds("none contacts_offered{queue=sales}", values));
}

TEST(ExpectationTest, SeesAnObservationInAWrongBucket) {
  const auto answer = [](uint8_t bucket) {
    NetValues values;
    const auto metric = domain::MetricId::kAnswerSeconds;
    values.Add(RowKey{}, Queue("sales"), {.metric = metric, .bucket = bucket}, 1);
    values.Add(RowKey{}, Queue("sales"), {.metric = metric, .bucket = domain::Cell::kSumCell},
               12'000);
    return values;
  };
  EXPECT_TRUE(Holds("answer count=1 sum=12s", answer(2)));
  EXPECT_FALSE(Holds("answer count=1 sum=12s", answer(3)));
}

TEST(ExpectationTest, SumsTheQuarterHoursOfAnInterval) {
  NetValues values;
  const domain::Cell cell{.metric = domain::MetricId::kContactsOffered};
  const EventTime nine = EventTime::FromMillis(*ParseDay("2026-03-02") / 1'000'000 + 32'400'000);
  for (const int64_t minute : {0, 15, 30}) {
    values.Add({pipeline::RowKind::kQuarterHour, nine + Duration::Minutes(minute)}, Queue("sales"),
               cell, 1);
  }
  EXPECT_TRUE(Holds("interval 09:00 contacts_offered 1", values));
  EXPECT_TRUE(Holds("interval 09:00/30m contacts_offered 2", values));
  EXPECT_TRUE(Holds("none contacts_offered", values)) << "intervals are no totals";
}

TEST(DifferenceTest, LeavesOutStrangersAndTrust) {
  NetValues values;
  pipeline::ScopeLabels strangers = Queue("sales");
  strangers.partner = "strangers";
  values.Add(RowKey{}, strangers, {.metric = domain::MetricId::kContactsOffered}, 1);
  values.Add(RowKey{}, {.scope = domain::ScopeKind::kStage, .subject = "interactions"},
             {.metric = domain::MetricId::kRestatements}, 1);
  EXPECT_EQ(Difference({}, values, EventTime()), "");
  EXPECT_THAT(Difference({}, OfferedInTwoQueues(), EventTime()), HasSubstr("queue=support"));
  EXPECT_THAT(Difference(OfferedInTwoQueues(), {}, EventTime()), HasSubstr("got nothing"));
}

TEST(StoryUpdateTest, RewritesOnlyTheValue) {
  const std::string text =
      "day 2026-03-02\n"
      "09:00 call C1 queued queue=sales\n"
      "at 09:05\n"
      "  interval 09:00 contacts_offered{queue=sales} 7  # one\n"
      "  journeys_open 7\n";
  const ParsedStory parsed = ParseStory("a.timeline", text);
  StoryUpdate update;
  for (const Expectation& expectation : parsed.story.checkpoints.at(0).expectations) {
    update.Replace(expectation, "1");
  }
  EXPECT_EQ(update.Apply(text),
            "day 2026-03-02\n"
            "09:00 call C1 queued queue=sales\n"
            "at 09:05\n"
            "  interval 09:00 contacts_offered{queue=sales} 1  # one\n"
            "  journeys_open 1\n");
}

// Writes down what is done to it: an event as its contact and line, + commit, ! crash, @ advance.
class Diary final : public TimelineSystem {
 public:
  Status Push(domain::Kind, std::string_view subject, std::string_view payload) override {
    const size_t id = payload.find("\"id\":\"line-");
    const bool told = id != std::string_view::npos;
    text_ += told ? std::string(subject) + std::string(payload.substr(id + 11, 1)) + " " : "s ";
    return {};
  }
  Status Commit() override { return Write("+ "); }
  Status CrashAndRestore() override { return Write("! "); }
  Status AdvanceTo(EventTime) override { return Write("@ "); }
  Result<NetValues> Read() override { return NetValues(); }
  const std::string& text() const { return text_; }

 private:
  Status Write(std::string_view what) {
    text_ += what;
    return {};
  }
  std::string text_;
};

std::string Told(std::string_view mode_name) {
  const ParsedStory parsed = ParseStory("a.timeline",
                                        "day 2026-03-02\n"
                                        "09:00 call A started\n"
                                        "+1s call B started\n"
                                        "+1s call A ended\n"
                                        "at 09:01 total resolution_unknown 1\n"
                                        "+1s call B ended\n"
                                        "at 09:02 total resolution_unknown 2\n");
  for (const RunMode& mode : RunModes()) {
    Diary diary;
    if (mode.name == mode_name && Tell(parsed.story, mode, &diary)) return diary.text();
  }
  return "no such mode";
}

TEST(RunModesTest, DoWhatTheirNamesSay) {
  EXPECT_EQ(Told("straight"), "A2 B3 A4 @ B6 @ ");
  EXPECT_EQ(Told("batches_of_1"), "A2 + B3 + A4 + @ B6 + @ ");
  EXPECT_EQ(Told("crashed"), "A2 ! B3 + ! A4 ! @ B6 + ! @ ");
  EXPECT_EQ(Told("twice"), "A2 A2 B3 B3 A4 A4 @ B6 B6 @ ");
  EXPECT_EQ(Told("replayed"), "A2 B3 A4 A4 B3 A2 @ B6 + B6 @ ");
  EXPECT_EQ(Told("reversed"), "A4 B3 A2 @ B6 @ ");
  EXPECT_EQ(Told("strangers"), "s A2 s B3 s A4 @ s B6 @ ");
}

TEST(RunModesTest, AreLeftOutByTheBeginningOfTheirName) {
  const ParsedStory parsed = ParseStory("a.timeline", "except shuffled because it is late\n");
  int left_out = 0;
  for (const RunMode& mode : RunModes()) left_out += IsExcept(parsed.story, mode) ? 1 : 0;
  EXPECT_EQ(left_out, 3);
}

}  // namespace
}  // namespace touchline::golden
