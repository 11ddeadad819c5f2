// The bounds of a customer's journeys, which the naive model leaves out.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/journey/customer.h"

namespace touchline::domain {
namespace {

EventTime At(Duration since) { return EventTime::FromMillis(1'767'600'000'000) + since; }
constexpr Duration kHour = Duration::Hours(1);
constexpr Duration kMs = Duration::Millis(1);

class CustomerBoundsTest : public testing::Test {
 protected:
  CustomerBoundsTest() {
    rules_.journey_quiet_period = kHour;
    rules_.journey_retention = kHour * 10;
    rules_.max_contacts_per_journey = 3;
  }

  // An ended call that takes five minutes from `start` on.
  Customer::Taken Take(const std::string& id, Duration start, Duration watermark) {
    ContactFact fact;
    fact.id = id;
    fact.revision = 1;
    fact.customer = "cora";
    fact.channel = Channel::kVoice;
    fact.initiator = Party::kCustomer;
    fact.start = At(start);
    fact.end = At(start + Duration::Minutes(5));
    uint64_t restated = 0;
    const RuleBook rules = book();
    return customer_.Take(fact, Context(rules, watermark), &symbols_, &published_, &restated);
  }
  void Advance(Duration watermark) {
    const RuleBook rules = book();
    customer_.Advance(Context(rules, watermark), &published_);
  }
  // All that has been published of the metric; of a histogram the sum.
  int64_t Total(MetricId metric) const {
    int64_t total = 0;
    for (const Contribution& c : published_) {
      const bool is_sum = c.cell.bucket == Cell::kSumCell;
      const bool is_histogram = Spec(metric).type == MetricType::kHistogram;
      if (c.cell.metric != metric || c.rows == Rows::kWindowsOnly) continue;
      if (is_sum == is_histogram) total += c.value;
    }
    return total;
  }
  std::vector<std::string> Contacts() const {
    std::vector<std::string> ids;
    for (const JourneyContact& c : customer_.contacts()) ids.push_back(c.id);
    return ids;
  }
  JourneyContext Context(const RuleBook& rules, Duration watermark) {
    return {.rules = rules, .watermark = At(watermark), .room = room_};
  }
  RuleBook book() { return RuleBook({rules_}, &symbols_); }

  RuleSet rules_;
  SymbolTable symbols_;
  Customer customer_;
  JourneyRoom room_;
  Contributions published_;
};

TEST_F(CustomerBoundsTest, KeepsAsManyContactsAsTheBoundAndThenLosesTheOldest) {
  for (int i = 0; i < 3; ++i) Take(std::to_string(i), Duration::Minutes(10) * i, {});
  EXPECT_EQ(Contacts(), (std::vector<std::string>{"0", "1", "2"}));
  Take("3", Duration::Minutes(30), {});
  EXPECT_EQ(Contacts(), (std::vector<std::string>{"1", "2", "3"}));
}

TEST_F(CustomerBoundsTest, LeavesWhatTheOldestHasPublished) {
  for (int i = 0; i < 5; ++i) Take(std::to_string(i), Duration::Minutes(10) * i, {});
  EXPECT_EQ(Total(MetricId::kRepeatContacts), 4 * 5) << "each of four, within each of five";
  EXPECT_EQ(Total(MetricId::kJourneysOpen), 1);
}

TEST_F(CustomerBoundsTest, CountsTheRestWhenTheJourneyCloses) {
  for (int i = 0; i < 5; ++i) Take(std::to_string(i), Duration::Minutes(10) * i, {});
  Advance(kHour * 3);
  EXPECT_EQ(Total(MetricId::kJourneyContacts), 3);
  EXPECT_EQ(Total(MetricId::kJourneySeconds), Duration::Minutes(25).millis());
  EXPECT_EQ(Total(MetricId::kJourneysOpen), 0);
}

TEST_F(CustomerBoundsTest, AContactNoLaterThanTheLostOneIsTooLate) {
  for (int i = 0; i < 4; ++i) Take(std::to_string(i), Duration::Minutes(10) * i, {});
  EXPECT_EQ(Take("at its start", {}, {}), Customer::Taken::kTooLate);
  EXPECT_EQ(Take("a moment later", kMs, {}), Customer::Taken::kApplied);
}

TEST_F(CustomerBoundsTest, ForgetsAJourneyOnceItsRetentionHasPassedAndNotAtItsEdge) {
  Take("1", {}, {});
  const Duration due = Duration::Minutes(5) + rules_.journey_retention;
  Advance(due);
  EXPECT_EQ(Contacts().size(), 1u);
  Advance(due + kMs);
  EXPECT_EQ(Contacts().size(), 0u);
  EXPECT_EQ(Total(MetricId::kJourneyContacts), 1) << "what it has counted stays";
  EXPECT_EQ(Total(MetricId::kJourneysOpen), 0);
}

TEST_F(CustomerBoundsTest, RemembersTheForgottenContactAsPredecessorForTwiceTheRetention) {
  Take("1", {}, {});
  const Duration base_due = rules_.journey_retention * 2;
  Advance(base_due);
  EXPECT_FALSE(customer_.Forgotten());
  Take("2", base_due - kMs, base_due);
  EXPECT_EQ(Total(MetricId::kRepeatContacts), 5) << "within a day of one that is forgotten";
}

TEST_F(CustomerBoundsTest, IsForgottenAltogetherAfterTwiceTheRetention) {
  Take("1", {}, {});
  Advance(rules_.journey_retention * 2 - kMs);
  Advance(rules_.journey_retention * 2 + kMs);
  EXPECT_TRUE(customer_.Forgotten());
  EXPECT_EQ(customer_.NextWake(book()), EventTime::Max());
}

}  // namespace
}  // namespace touchline::domain
