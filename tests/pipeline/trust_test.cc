// METRICS.md section 7 from the record to what is published: what becomes of each record, what is
// said of its source, and the dead letter.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/rfc3339.h"
#include "domain/metrics.h"
#include "tests/json/event_text.h"
#include "tests/support/pipeline_driver.h"

namespace touchline::pipeline {
namespace {

using domain::MetricId;

constexpr std::string_view kCalls = "support.calls";
constexpr std::string_view kDeadLetters = "touchline.dead-letters";
const EventTime kNine = EventTime::FromMillis(1'700'000'000'000);

struct Told {
  std::string id = "e1";
  std::string type = "call.held";
  std::string subject = "C1";
  EventTime time = kNine;
  std::string data = "{}";
  std::string more;  // further attributes, each with its comma
};
std::string Text(const Told& told) {
  return R"({"specversion":"1.0","source":"urn:pbx","id":")" + told.id + R"(","type":")" +
         told.type + R"(","subject":")" + told.subject + R"(","time":")" +
         FormatRfc3339(told.time) + "\"" + told.more + R"(,"data":)" + told.data + "}";
}

test::DriverOptions OneTopic(TimeMode mode) {
  test::DriverOptions options;
  options.topics = {{.name = std::string(kCalls), .alias = "calls", .mode = mode}};
  options.topics[0].partner.fixed = "acme";
  return options;
}

class TrustTest : public testing::Test {
 protected:
  explicit TrustTest(TimeMode mode = TimeMode::kRecorded) : driver_(OneTopic(mode)) {}

  void Send(std::string_view payload, std::string_view key = "") {
    driver_.Append(kCalls, key, payload);
  }
  void Settle() { ASSERT_TRUE(driver_.Settle()); }

  // The total of a metric under a subject (source or stage), "" for any, restricted to the closed
  // labels given; "" matches all.
  int64_t Total(MetricId metric, std::string_view subject,
                const std::vector<std::string_view>& closed = {}) const {
    int64_t total = 0;
    driver_.published().VisitTotals(
        [&](const ScopeLabels& labels, const std::vector<PublishedCell>& cells) {
          if (!subject.empty() && labels.subject != subject) return;
          for (const PublishedCell& c : cells) {
            const domain::Cell cell = domain::Cell::FromPacked(c.cell);
            if (cell.metric != metric || !Matches(cell, closed)) continue;
            total += c.added - c.withdrawn;
          }
        });
    return total;
  }
  int64_t Events(std::string_view result, std::string_view why = "") const {
    return Total(MetricId::kEvents, "calls", {result, why});
  }
  const test::LogRecord& DeadLetter(Offset offset) {
    return *driver_.log().At(kDeadLetters, 0, offset);
  }

  test::PipelineDriver driver_;

 private:
  static bool Matches(domain::Cell cell, const std::vector<std::string_view>& closed) {
    const auto values = domain::ClosedValues(domain::Spec(cell.metric), cell.closed);
    for (size_t i = 0; i < closed.size(); ++i) {
      if (!closed[i].empty() && closed[i] != values[i]) return false;
    }
    return true;
  }
};

std::map<std::string, std::string> HeadersOf(const test::LogRecord& record) {
  return {record.headers.begin(), record.headers.end()};
}

TEST_F(TrustTest, EachRecordIsCountedOnceByWhatBecameOfIt) {
  Send(Text({.id = "1", .type = "call.started"}));
  Send(Text({.id = "1", .type = "call.started"}));
  Send(Text({.id = "2", .type = "call.sung"}));
  Send(Text({.id = "3", .type = "agent.state_changed", .data = R"({"state":"away"})"}));
  Send("{");
  Send(Text({.id = "4", .type = "call.ended"}));
  Send(Text({.id = "5", .subject = "C2", .time = kNine + Duration::Days(36)}));
  Send(Text({.id = "6", .type = "call.queued", .data = R"({"queue":"sales"})"}));
  Settle();
  EXPECT_EQ(Events("applied"), 3);
  EXPECT_EQ(Events("duplicate"), 1);
  EXPECT_EQ(Events("ignored", "unknown_type"), 1);
  EXPECT_EQ(Events("ignored", "other_stage"), 1);
  EXPECT_EQ(Events("ignored", "too_late"), 1);
  EXPECT_EQ(Events("rejected", "truncated"), 1);
  EXPECT_EQ(Total(MetricId::kEvents, "calls"), 8);
}

TEST_F(TrustTest, EveryReasonReachesTheDeadLettersAndThePartitionMovesOn) {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  const std::vector<std::pair<std::string, std::string>> poison = {
      {"truncated", ""},
      {"malformed_json", "nonsense"},
      {"too_large", Text({.data = R"({"x":")" + std::string(1 << 20, 'x') + "\"}"})},
      {"too_deep", Text({.data = R"({"x":)" + deep + "}"})},
      {"duplicate_key", Text({.data = R"({"agent":"ann","agent":"ann"})"})},
      {"invalid_utf8", Text({.subject = "C\xFF"})},
      {"not_cloud_event", R"({"call":"C1"})"},
      {"unknown_spec_version", json::EventWithAttribute("specversion", R"("0.3")")},
      {"missing_field", Text({.type = "call.queued"})},
      {"wrong_type", Text({.data = R"({"agent":7})"})},
      {"bad_value", Text({.type = "call.abandoned", .data = R"({"stage":"lift"})"})},
      {"bad_time", json::EventWithAttribute("time", R"("yesterday")")},
      {"bad_number", Text({.more = R"(,"sequence":"-1")"})},
      {"partner_not_allowed", Text({.more = R"(,"partner":"mallory")"})}};
  for (const auto& [reason, payload] : poison) Send(payload);
  Send(Text({}), "another key");
  Send(Text({}));
  Settle();
  ASSERT_EQ(driver_.log().End(kDeadLetters, 0), 15);
  for (size_t i = 0; i <= poison.size(); ++i) {
    const std::string reason = i < poison.size() ? poison[i].first : "key_mismatch";
    const test::LogRecord& letter = DeadLetter(static_cast<Offset>(i));
    EXPECT_EQ(HeadersOf(letter)["touchline_reason"], reason);
    EXPECT_EQ(HeadersOf(letter)["touchline_offset"], std::to_string(i));
    EXPECT_EQ(letter.payload, i < poison.size() ? poison[i].second : Text({})) << reason;
    EXPECT_EQ(Events("rejected", reason), 1) << reason;
  }
  EXPECT_EQ(domain::kRejectReasonCount, poison.size() + 1) << "a reason without a case";
  EXPECT_EQ(Events("applied"), 1);
}

TEST_F(TrustTest, ADeadLetterHoldsAllThatCame) {
  Send(Text({}));
  driver_.log().Append(kCalls, 0,
                       {.key = "C1",
                        .payload = std::string("\x00{\xFF", 3),
                        .headers = {{"content-type", "application/cloudevents+json"},
                                    {"trace", std::string("\x01\x00", 2)}}});
  Settle();
  const test::LogRecord& letter = DeadLetter(0);
  EXPECT_EQ(letter.key, "C1");
  EXPECT_EQ(letter.payload, std::string("\x00{\xFF", 3));
  auto headers = HeadersOf(letter);
  EXPECT_EQ(headers["touchline_topic"], kCalls);
  EXPECT_EQ(headers["touchline_partition"], "0");
  EXPECT_EQ(headers["touchline_offset"], "1");
  EXPECT_EQ(headers["content-type"], "application/cloudevents+json");
  EXPECT_EQ(headers["trace"], std::string("\x01\x00", 2));
  EXPECT_FALSE(headers["touchline_detail"].empty());
}

TEST_F(TrustTest, AnEventBeforeTheWatermarkIsLateAndOneAtItIsNot) {
  Send(Text({.id = "1", .time = kNine}));
  Send(Text({.id = "2", .time = kNine}));
  Send(Text({.id = "3", .time = kNine - Duration::Millis(1)}));
  Settle();
  EXPECT_EQ(Total(MetricId::kLateEvents, "calls"), 1);
}

TEST_F(TrustTest, WhatALateEventTakesBackIsARestatementOfItsStage) {
  Send(Text({.id = "1", .type = "call.queued", .data = R"({"queue":"sales","customer":"cora"})"}));
  Send(Text({.id = "2", .type = "call.abandoned", .time = kNine + Duration::Minutes(1),
             .data = R"({"stage":"queue"})"}));
  Settle();
  EXPECT_EQ(Total(MetricId::kEffortPoints, ""), 2'000) << "waiting, and an attempt given up";
  EXPECT_EQ(Total(MetricId::kRestatements, ""), 0) << "news is no correction";
  Send(Text({.id = "3", .type = "call.answered", .time = kNine + Duration::Seconds(9),
             .data = R"({"agent":"ann"})"}));
  Settle();
  EXPECT_EQ(Total(MetricId::kContactOutcomes, "", {"answered_in_target"}), 1);
  EXPECT_GE(Total(MetricId::kRestatements, "interactions"), 2);
  EXPECT_EQ(Total(MetricId::kRestatements, "journeys"), 0) << "given up it was, all the same";
}

TEST_F(TrustTest, WhatAFactTakesBackFromAJourneyIsARestatementToo) {
  const auto call = [&](const std::string& id, EventTime at, const std::string& type,
                        const std::string& data) {
    Send(Text({.id = id + type, .type = type, .subject = id, .time = at, .data = data}));
  };
  call("C1", kNine, "call.started", R"({"customer":"cora"})");
  call("C1", kNine + Duration::Minutes(1), "call.ended", "{}");
  call("C2", kNine + Duration::Minutes(2), "call.started", R"({"customer":"cora"})");
  Settle();
  EXPECT_EQ(Total(MetricId::kRepeatContacts, "", {"", "any"}), 5);
  EXPECT_EQ(Total(MetricId::kRestatements, "journeys"), 0);
  call("C2", kNine + Duration::Minutes(3), "call.updated", R"({"customer":"dora"})");
  Settle();
  EXPECT_EQ(Total(MetricId::kRepeatContacts, "", {"", "any"}), 0);
  EXPECT_EQ(Total(MetricId::kRestatements, "journeys"), 6) << "five windows, and the effort of it";
}

TEST_F(TrustTest, HeartbeatsTellUpToWhenTheSourceIsComplete) {
  const auto word = [&] {
    EventTime found = EventTime::Min();
    for (const auto& task : driver_.published().Tasks()) {
      if (task.complete_until) found = *task.complete_until;
    }
    return found;
  };
  Send(Text({}));
  Settle();
  EXPECT_EQ(word(), EventTime::Min());
  ASSERT_TRUE(driver_.AdvanceTo(kNine + Duration::Seconds(7)));
  EXPECT_EQ(word(), kNine + Duration::Seconds(7));
  ASSERT_TRUE(driver_.Crash());
  Send(Text({.id = "2"}));
  Settle();
  EXPECT_EQ(word(), kNine + Duration::Seconds(7)) << "kept in the state";
}

class LiveTrustTest : public TrustTest {
 protected:
  LiveTrustTest() : TrustTest(TimeMode::kLive) {}
  EventTime Now() { return EventTime::FromMillis(driver_.clock().Now().millis()); }
};

TEST_F(LiveTrustTest, LagAndSkewAreMeasuredPerSource) {
  Send(Text({.id = "1", .time = Now() - Duration::Millis(300)}));
  Send(Text({.id = "2", .time = Now() + Duration::Millis(1'500)}));
  Send(Text({.id = "3", .time = Now() + Duration::Millis(200)}));
  ASSERT_TRUE(driver_.Consume());
  int sources = 0;
  driver_.stats().sources.ForEach([&](const std::string& source, const SourceStats& stats) {
    ++sources;
    EXPECT_EQ(source, "calls");
    EXPECT_EQ(stats.event_lag_millis.sum(), 300) << "ahead counts as no lag";
    EXPECT_EQ(stats.clock_skew_millis.load(), 1'500);
  });
  EXPECT_EQ(sources, 1);
}

TEST_F(TrustTest, ARecordingHasNoLag) {
  Send(Text({}));
  Settle();
  driver_.stats().sources.ForEach(
      [](const std::string& source, const SourceStats&) { ADD_FAILURE() << source; });
}

}  // namespace
}  // namespace touchline::pipeline
