#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "adapters/http/api_intervals.h"
#include "adapters/http/api_totals.h"
#include "base/rfc3339.h"

namespace touchline::adapters {
namespace {

using domain::Cell;
using domain::MetricId;
using pipeline::CellDelta;
using pipeline::ScopeLabels;

const ScopeLabels kSales = {.scope = domain::ScopeKind::kQueue,
                            .partner = "acme",
                            .kind = domain::Kind::kCall,
                            .channel = domain::Channel::kVoice,
                            .direction = domain::Direction::kInbound,
                            .subject = "sales, \"gold\""};
const ScopeLabels kAnn = {.scope = domain::ScopeKind::kAgent,
                          .partner = "acme",
                          .kind = domain::Kind::kChat,
                          .subject = "ann"};

CellDelta Delta(MetricId metric, uint8_t closed, uint8_t bucket, int64_t added,
                int64_t withdrawn = 0) {
  return {.cell = Cell{.metric = metric, .closed = closed, .bucket = bucket}.packed(),
          .added = added,
          .withdrawn = withdrawn};
}

HttpRequest Request(const std::string& target, const std::string& accept = "") {
  HttpRequest request = *ParseTarget(target);
  request.accept = accept;
  return request;
}

size_t CountLines(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class ApiTotalsTest : public testing::Test {
 protected:
  void Add(const ScopeLabels& labels, std::vector<CellDelta> cells) {
    pipeline::Release release;
    release.rows.push_back({.scope = ledger_.Resolve(labels), .cells = std::move(cells)});
    ledger_.Apply(release, WallTime());
  }
  std::string Get(const std::string& query = "") {
    const HttpResponse response = ApiTotals(ledger_, Request("/api/v1/totals" + query));
    EXPECT_EQ(response.status, 200) << response.body;
    return response.body;
  }
  pipeline::PublishedLedger ledger_;
};

TEST_F(ApiTotalsTest, AreAnEmptyArrayOfNothing) { EXPECT_EQ(Get(), "[\n]\n"); }

TEST_F(ApiTotalsTest, GiveWholeLabelsAndBaseUnits) {
  Add(kSales, {Delta(MetricId::kContactsOffered, 1, 0, 7, 2)});
  EXPECT_EQ(Get(),
            "[\n{\"name\":\"touchline_contacts_offered_total\",\"labels\":{\"partner\":\"acme\","
            "\"kind\":\"call\",\"channel\":\"voice\",\"queue\":\"sales, \\\"gold\\\"\","
            "\"direction\":\"inbound\",\"entry\":\"transfer\"},\"unit\":\"count\","
            "\"added\":7,\"withdrawn\":2,\"value\":5}\n]\n");
}

TEST_F(ApiTotalsTest, AreNotBoundedInLengthOrNumber) {
  for (int i = 0; i < 1500; ++i) {
    ScopeLabels labels = kSales;
    labels.subject = std::string(300, 'q') + std::to_string(i);
    Add(labels, {Delta(MetricId::kConsults, 0, 0, 1)});
  }
  const std::string body = Get();
  EXPECT_EQ(CountLines(body, std::string(300, 'q')), 1500U);
}

TEST_F(ApiTotalsTest, GiveAHistogramCumulativelyWithItsSumInMilliseconds) {
  Add(kSales, {Delta(MetricId::kAnswerSeconds, 0, 3, 2), Delta(MetricId::kAnswerSeconds, 0, 12, 1),
               Delta(MetricId::kAnswerSeconds, 0, Cell::kSumCell, 940'501)});
  const std::string body = Get();
  const auto has = [&body](const std::string& part) {
    return body.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has("\"le\":\"15.0\"},\"unit\":\"count\",\"added\":0"));
  EXPECT_TRUE(has("\"le\":\"20.0\"},\"unit\":\"count\",\"added\":2"));
  EXPECT_TRUE(has("\"le\":\"600.0\"},\"unit\":\"count\",\"added\":2"));
  EXPECT_TRUE(has("\"le\":\"+Inf\"},\"unit\":\"count\",\"added\":3"));
  EXPECT_TRUE(has("\"direction\":\"inbound\"},\"unit\":\"milliseconds\",\"added\":940501"));
  EXPECT_EQ(CountLines(body, "touchline_answer_seconds_bucket"), 13U);
  EXPECT_EQ(CountLines(body, "touchline_answer_seconds_count"), 1U);
}

TEST_F(ApiTotalsTest, FilterByNameAndAnyLabel) {
  Add(kSales, {Delta(MetricId::kContactsOffered, 0, 0, 7),
               Delta(MetricId::kContactsOffered, 1, 0, 1), Delta(MetricId::kConsults, 0, 0, 3)});
  Add(kAnn, {Delta(MetricId::kAgentReplies, 0, 0, 4)});
  EXPECT_EQ(CountLines(Get(), "\"name\""), 4U);
  EXPECT_EQ(CountLines(Get("?name=contacts_offered"), "\"name\""), 2U);
  EXPECT_EQ(CountLines(Get("?name=touchline_contacts_offered_total&entry=first"), "\"name\""), 1U);
  EXPECT_EQ(CountLines(Get("?agent=ann"), "\"name\""), 1U);
  EXPECT_EQ(CountLines(Get("?kind=call&partner=acme"), "\"name\""), 3U);
  EXPECT_EQ(CountLines(Get("?channel="), "\"name\""), 1U) << "an empty value is an absent one";
  EXPECT_EQ(CountLines(Get("?partner=other"), "\"name\""), 0U);
  EXPECT_EQ(CountLines(Get("?queue=sales,%20%22gold%22"), "\"name\""), 3U);
}

TEST_F(ApiTotalsTest, FilterByPolicyAndHolder) {
  constexpr uint8_t kResolution = 6;
  ScopeLabels gold = {.scope = domain::ScopeKind::kSla, .subject = "sales", .policy = "gold"};
  Add(gold, {Delta(MetricId::kSlaMet, kResolution, 0, 3)});
  gold.scope = domain::ScopeKind::kHolder;
  gold.subject = "north";
  Add(gold, {Delta(MetricId::kSlaBudgetSeconds, kResolution, 0, 60'000)});
  Add(kSales, {Delta(MetricId::kConsults, 0, 0, 3)});
  EXPECT_EQ(CountLines(Get("?policy=gold"), "\"name\""), 2U);
  EXPECT_EQ(CountLines(Get("?policy=gold&queue=sales"), "\"name\""), 1U);
  EXPECT_EQ(CountLines(Get("?holder=north&target=resolution"), "\"holder\":\"north\""), 1U);
  EXPECT_EQ(CountLines(Get("?policy=basic"), "\"name\""), 0U);
}

TEST_F(ApiTotalsTest, FilterByOnePartOfAHistogram) {
  Add(kSales, {Delta(MetricId::kAnswerSeconds, 0, 3, 2),
               Delta(MetricId::kAnswerSeconds, 0, Cell::kSumCell, 40'000)});
  EXPECT_EQ(CountLines(Get("?name=answer"), "\"name\""), 15U);
  EXPECT_EQ(CountLines(Get("?name=touchline_answer_seconds_sum"), "\"name\""), 1U);
  EXPECT_EQ(CountLines(Get("?name=answer&le=20.0"), "\"name\""), 1U);
}

TEST_F(ApiTotalsTest, RefuseWhatTheyDoNotKnow) {
  for (const char* query : {"?quue=sales", "?name=nothing", "?name=touchline_consults_bucket"}) {
    const HttpResponse response = ApiTotals(ledger_, Request(std::string("/") + query));
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_TRUE(response.body.starts_with("{\"error\":\"There is no ")) << response.body;
  }
}

TEST_F(ApiTotalsTest, AreTheSameBytesWhateverTheOrderOfArrival) {
  Add(kSales, {Delta(MetricId::kConsults, 0, 0, 3)});
  Add(kAnn, {Delta(MetricId::kAgentReplies, 0, 0, 4)});
  pipeline::PublishedLedger other;
  for (const auto& [labels, delta] : {std::pair{kAnn, Delta(MetricId::kAgentReplies, 0, 0, 4)},
                                      std::pair{kSales, Delta(MetricId::kConsults, 0, 0, 3)}}) {
    pipeline::Release release;
    release.rows.push_back({.scope = other.Resolve(labels), .cells = {delta}});
    other.Apply(release, WallTime());
  }
  EXPECT_EQ(ApiTotals(other, Request("/")).body, Get());
}

// Rows in memory; each entry is one task's.
class FakeIntervals final : public pipeline::IntervalSource {
 public:
  struct Row {
    EventTime start;
    ScopeLabels labels;
    std::vector<CellDelta> cells;
  };
  Status VisitIntervals(EventTime from, EventTime until, const Visitor& visit) const override {
    if (is_broken) return Fatal("The store cannot be read.");
    for (const Row& row : rows) {
      if (row.start < from || row.start >= until) continue;
      if (!visit(row.start, row.labels, row.cells)) break;
    }
    return {};
  }
  std::vector<Row> rows;
  bool is_broken = false;
};

EventTime At(const std::string& text) {
  return EventTime::FromMillis(*ParseRfc3339Nanos(text) / 1'000'000);
}

class ApiIntervalsTest : public testing::Test {
 protected:
  void Add(const std::string& start, const ScopeLabels& labels, std::vector<CellDelta> cells) {
    source_.rows.push_back({.start = At(start), .labels = labels, .cells = std::move(cells)});
  }
  HttpResponse Ask(const std::string& query, const std::string& accept = "",
                   const IntervalLimits& limits = {}) {
    return ApiIntervals(source_, Request("/api/v1/intervals" + query, accept), limits);
  }
  std::string Get(const std::string& query, const std::string& accept = "") {
    const HttpResponse response = Ask(query, accept);
    EXPECT_EQ(response.status, 200) << response.body;
    return response.body;
  }
  FakeIntervals source_;
};

TEST_F(ApiIntervalsTest, SumTheTasksOfOneQuarterHour) {
  Add("2026-03-01T08:15:00Z", kSales, {Delta(MetricId::kConsults, 0, 0, 3, 1)});
  Add("2026-03-01T08:15:00Z", kSales, {Delta(MetricId::kConsults, 0, 0, 4)});
  EXPECT_EQ(Get(""),
            "[\n{\"start\":\"2026-03-01T08:15:00.000Z\",\"end\":\"2026-03-01T08:30:00.000Z\","
            "\"name\":\"touchline_consults_total\",\"labels\":{\"partner\":\"acme\","
            "\"kind\":\"call\",\"channel\":\"voice\",\"queue\":\"sales, \\\"gold\\\"\","
            "\"direction\":\"inbound\"},\"unit\":\"count\",\"added\":7,\"withdrawn\":1,"
            "\"value\":6}\n]\n");
}

TEST_F(ApiIntervalsTest, TakeFromInAndLeaveToOut) {
  for (const char* start :
       {"2026-03-01T08:00:00Z", "2026-03-01T08:15:00Z", "2026-03-01T08:30:00Z"}) {
    Add(start, kSales, {Delta(MetricId::kConsults, 0, 0, 1)});
  }
  const auto count = [this](const std::string& query) {
    return CountLines(Get(query), "\"start\"");
  };
  EXPECT_EQ(count("?from=2026-03-01T08:15:00Z"), 2U);
  EXPECT_EQ(count("?from=2026-03-01T08:15:00.000000001Z"), 1U) << "began before from";
  EXPECT_EQ(count("?to=2026-03-01T08:15:00Z"), 1U);
  EXPECT_EQ(count("?from=2026-03-01T08:15:00Z&to=2026-03-01T08:30:00Z"), 1U);
  EXPECT_EQ(count("?from=2026-03-01T09:15:00%2B01:00&to=2026-03-01T08:30:00Z"), 1U);
}

TEST_F(ApiIntervalsTest, AreOrderedByStartThenLabelsThenMetric) {
  Add("2026-03-01T08:15:00Z", kAnn, {Delta(MetricId::kAgentReplies, 0, 0, 1)});
  Add("2026-03-01T08:00:00Z", kAnn, {Delta(MetricId::kAgentReplies, 0, 0, 2)});
  Add("2026-03-01T08:00:00Z", kSales, {Delta(MetricId::kConsults, 0, 0, 3)});
  Add("2026-03-01T08:00:00Z", kSales, {Delta(MetricId::kContactsOffered, 0, 0, 4)});
  const std::string body = Get("?format=csv");
  std::vector<std::string> values;
  for (size_t at = body.find("\r\n"); at + 2 < body.size(); at = body.find("\r\n", at + 2)) {
    const std::string line = body.substr(at + 2, body.find("\r\n", at + 2) - at - 2);
    values.push_back(line.substr(line.rfind(',') + 1));
  }
  EXPECT_EQ(values, (std::vector<std::string>{"4", "3", "2", "1"}));
}

TEST_F(ApiIntervalsTest, FilterByPartnerQueueAgentAndTimeInBothFormats) {
  ScopeLabels other = kSales;
  other.partner = "brevis";
  ScopeLabels support = kSales;
  support.subject = "support";
  for (const char* start : {"2026-03-01T08:00:00Z", "2026-03-01T08:15:00Z"}) {
    Add(start, kSales, {Delta(MetricId::kConsults, 0, 0, 1)});
    Add(start, other, {Delta(MetricId::kConsults, 0, 0, 2)});
    Add(start, support, {Delta(MetricId::kConsults, 0, 0, 4)});
    Add(start, kAnn, {Delta(MetricId::kAgentReplies, 0, 0, 8)});
  }
  const auto rows = [this](const std::string& query) {
    const size_t json = CountLines(Get(query + "&format=json"), "\"start\"");
    EXPECT_EQ(CountLines(Get(query + "&format=csv"), "\r\n"), json + 1) << query;
    return json;
  };
  EXPECT_EQ(rows("?partner=brevis"), 2U);
  EXPECT_EQ(rows("?queue=support"), 2U);
  EXPECT_EQ(rows("?agent=ann"), 2U);
  EXPECT_EQ(rows("?agent=bob"), 0U);
  EXPECT_EQ(rows("?partner=acme"), 6U);
  EXPECT_EQ(rows("?partner=acme&queue=support&from=2026-03-01T08:15:00Z"), 1U);
  EXPECT_EQ(rows("?agent=ann&to=2026-03-01T08:15:00Z"), 1U);
  EXPECT_EQ(rows("?queue=support&agent=ann"), 0U) << "no row is of both";
}

TEST_F(ApiIntervalsTest, LeaveBucketsOutUnlessAsked) {
  Add("2026-03-01T08:15:00Z", kSales, {Delta(MetricId::kAnswerSeconds, 0, 3, 2),
                                       Delta(MetricId::kAnswerSeconds, 0, Cell::kSumCell, 30'000)});
  EXPECT_EQ(CountLines(Get(""), "\"start\""), 2U) << "count and sum";
  EXPECT_EQ(CountLines(Get("?buckets=true"), "\"start\""), 15U);
}

TEST_F(ApiIntervalsTest, AreCsvByFormatOrByAccept) {
  Add("2026-03-01T08:15:00Z", kSales, {Delta(MetricId::kContactsOffered, 0, 0, 1)});
  const HttpResponse response = Ask("?format=csv");
  EXPECT_TRUE(response.content_type.starts_with("text/csv"));
  EXPECT_TRUE(response.body.starts_with(
      "start,end,name,partner,kind,channel,queue,direction,agent,policy,holder,entry,"))
      << response.body;
  EXPECT_NE(response.body.find("\r\n2026-03-01T08:15:00.000Z,2026-03-01T08:30:00.000Z,"
                               "touchline_contacts_offered_total,acme,call,voice,"
                               "\"sales, \"\"gold\"\"\",inbound,,,,first,"),
            std::string::npos)
      << response.body;
  EXPECT_EQ(Get("", "text/csv;q=0.9"), response.body);
  EXPECT_TRUE(Get("?format=json", "text/csv").starts_with("["));
}

TEST_F(ApiIntervalsTest, RefuseBadParameters) {
  for (const char* query : {"?from=yesterday", "?to=2026-03-01", "?format=xml", "?buckets=yes",
                            "?from=2026-03-01T08:00:00Z&to=2026-03-01T08:00:00Z", "?what=1"}) {
    const HttpResponse response = Ask(query);
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_TRUE(response.body.starts_with("{\"error\":\"")) << response.body;
  }
}

TEST_F(ApiIntervalsTest, RefuseAnAnswerBeyondTheLimits) {
  for (int i = 0; i < 10; ++i) {
    Add("2026-03-01T08:15:00Z", kSales, {Delta(MetricId::kConsults, 0, 0, 1)});
    Add("2026-03-01T08:15:00Z", kAnn, {Delta(MetricId::kAgentReplies, 0, 0, 1)});
  }
  EXPECT_EQ(Ask("", "", {.max_cells = 19}).status, 400);
  EXPECT_EQ(Ask("", "", {.max_cells = 20}).status, 200);
  EXPECT_EQ(Ask("?agent=ann", "", {.max_cells = 10}).status, 200) << "only what may match counts";
  EXPECT_EQ(Ask("", "", {.max_bytes = 100}).status, 400);
}

TEST_F(ApiIntervalsTest, SayWhenTheStoreCannotBeRead) {
  source_.is_broken = true;
  EXPECT_EQ(Ask("").status, 500);
}

}  // namespace
}  // namespace touchline::adapters
