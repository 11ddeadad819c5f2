#include "adapters/prometheus/collectable.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <string>

#include "tests/prometheus/exposition.h"
#include "tests/prometheus/ledger_fixture.h"

namespace touchline::adapters {
namespace {

using domain::MetricId;
using test::Agent;
using test::Exposition;
using test::Queue;

std::optional<ProcessInfo> SomeProcess() { return ProcessInfo{.cpu_millis = 1'230}; }

// Both ways of telling a page, of a ledger with everything that a page can show.
class CollectableTest : public test::LedgerFixture {
 protected:
  CollectableTest() {
    for (const std::string& name : test::HostileNames()) {
      // prometheus-cpp writes a NUL as it is, and so do we; its strings are read whole.
      Add(Queue(name), MetricId::kConsults, 0, 7, 2);
      Add(Queue(name), MetricId::kContactOutcomes, 2, 1'234'567'890'123'456);
      Observe(Queue(name), MetricId::kAnswerSeconds, 0, 20'001);
      Withdraw(Queue(name), MetricId::kAnswerSeconds, 0, 20'001);
      Wait(Queue(name), 3, EventTime::FromMillis(1'699'999'999'250));
      Add(Agent(name), MetricId::kAgentHandlingSeconds, 1, 61'234);
      AddAt(pipeline::RowKind::kBucket, FloorTo(Now(), pipeline::kBucket), Agent(name),
            MetricId::kAgentHandlingSeconds, 1, 1'500);
    }
    Add({.scope = domain::ScopeKind::kJourney}, MetricId::kEffortPoints, 0, 2'500);
    Observe({.scope = domain::ScopeKind::kJourney}, MetricId::kJourneyContacts, 0, 4);
    stats_.commit_micros.Observe(1'499);
    Progress({.topic = "t", .stage = "s", .watermark = Now()});
    clock_.Advance(Duration::Minutes(2));
  }
  EventTime Now() const { return EventTime::FromMillis(clock_.Now().millis()); }

  void ExpectTheSame(Page page) {
    MetricsPages pages(ledger_, stats_, {}, clock_, SomeProcess);
    const std::string collected =
        prometheus::TextSerializer().Serialize(LedgerCollectable(pages, page).Collect());
    const Exposition theirs = test::ParseExposition(WithDecimalBounds(collected));
    const Exposition ours =
        test::ParseExposition(page == Page::kMain ? pages.Main() : pages.Agents());
    EXPECT_EQ(ours.problems, std::vector<std::string>{});
    EXPECT_EQ(theirs.problems, std::vector<std::string>{});
    EXPECT_GT(ours.values.size(), 100U);
    EXPECT_EQ(ours.values, theirs.values);
    ASSERT_EQ(ours.families.size(), theirs.families.size());
    for (const auto& [name, family] : ours.families) {
      ASSERT_TRUE(theirs.families.contains(name)) << name;
      EXPECT_EQ(family.type, theirs.families.at(name).type) << name;
      EXPECT_EQ(family.help, theirs.families.at(name).help) << name;
    }
  }

  // The one difference that is meant: prometheus-cpp writes le="20", we write le="20.0".
  static std::string WithDecimalBounds(const std::string& text) {
    std::string out;
    const std::string mark = "le=\"";
    for (size_t at = 0; at < text.size();) {
      const size_t next = text.find(mark, at);
      const size_t end = next == std::string::npos ? next : text.find('"', next + mark.size());
      out += text.substr(at, end == std::string::npos ? end : end - at);
      if (end == std::string::npos) break;
      const std::string bound = text.substr(next + mark.size(), end - next - mark.size());
      if (bound.find_first_not_of("0123456789") == std::string::npos && !bound.empty()) out += ".0";
      at = end;
    }
    return out;
  }
};

TEST_F(CollectableTest, SaysTheSameAsTheMainPage) { ExpectTheSame(Page::kMain); }
TEST_F(CollectableTest, SaysTheSameAsTheAgentsPage) { ExpectTheSame(Page::kAgents); }

}  // namespace
}  // namespace touchline::adapters
