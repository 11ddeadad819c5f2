#include "domain/sla/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/calendar/calendar_text.h"

namespace touchline::domain {
namespace {

using testing::ElementsAre;
using test::Utc;

constexpr Symbol kNorth = 1, kSouth = 2, kGold = 7, kBasic = 8;

// A clock for which all time is open, unless the test says otherwise; minutes since 08:00.
class SlaClockTest : public testing::Test {
 protected:
  static EventTime At(int64_t minutes) {
    return Utc("2026-03-02 08:00") + Duration::Minutes(minutes);
  }
  SlaTerms Terms(int64_t budget_minutes) {
    return {.policy = kGold, .budget = Duration::Minutes(budget_minutes), .target = &target_};
  }
  void Begin(int64_t budget_minutes, int64_t at = 0) {
    clock_.Begin(Terms(budget_minutes), {.at = At(at), .holder = kNorth});
  }
  void Pause(int64_t at) {
    clock_.SettleBefore(At(at));
    clock_.EndStretch(target_.calendar, At(at));
    clock_.Continue(Terms(clock_.budget.millis() / 60'000),
                    {.at = At(at), .holder = kNorth, .is_paused = true});
  }
  void GoOn(int64_t at) {
    clock_.Continue(Terms(clock_.budget.millis() / 60'000), {.at = At(at), .holder = kNorth});
  }
  // True if the change breaches.
  bool Change(int64_t budget_minutes, int64_t at) {
    clock_.SettleBefore(At(at));
    clock_.EndStretch(target_.calendar, At(at));
    const bool breaches = clock_.Change(Terms(budget_minutes), At(at), kSouth);
    clock_.Continue(Terms(budget_minutes), {.at = At(at), .holder = kNorth});
    return breaches;
  }
  void Stop(int64_t at) {
    clock_.SettleBefore(At(at));
    clock_.EndStretch(target_.calendar, At(at));
    clock_.Close(SlaClock::End::kStopped, At(at));
  }
  std::vector<SlaClock::Held> Held() const {
    std::vector<SlaClock::Held> all;
    clock_.EachHeld([&all](const SlaClock::Held& held) { all.push_back(held); });
    return all;
  }
  static std::string Bytes(const SlaClock& clock) {
    ByteBuffer bytes;
    RecordWriter out(&bytes);
    Encode(clock, At(-7), &out);
    return std::string(bytes.view());
  }
  // The clock as it is after it was stored.
  SlaClock Stored() const {
    const std::string bytes = Bytes(clock_);
    ByteReader in(bytes);
    SlaClock stored;
    Decode(&in, At(-7), &stored);
    EXPECT_TRUE(in.ok() && in.empty());
    return stored;
  }

  Calendar always_ = test::Open("UTC", "24x7");
  Calendar office_ = test::Open("UTC", "mon-fri 08:00-10:00");
  BoundTarget target_ = {.calendar = &always_, .at_risk_permille = 800};
  SlaClock clock_{.target = SlaTarget::kResolution};
};

TEST_F(SlaClockTest, FallsDueWhenItsBudgetIsUsedUpAndNotBefore) {
  Begin(60);
  EXPECT_EQ(clock_.due, At(60));
  EXPECT_FALSE(clock_.SettleBefore(At(60))) << "exactly at due is in time";
  EXPECT_TRUE(clock_.SettleBefore(At(60) + Duration::Millis(1)));
  EXPECT_TRUE(clock_.is_overdue());
  EXPECT_EQ(clock_.breached_at, At(60));
  EXPECT_EQ(clock_.breach_holder, kNorth);
  EXPECT_FALSE(clock_.SettleBefore(At(90))) << "once per cycle";
}

TEST_F(SlaClockTest, IsDueAtAClosingRatherThanAtTheNextOpening) {
  target_.calendar = &office_;
  Begin(120);
  EXPECT_EQ(clock_.due, At(120));
  Begin(121);
  EXPECT_EQ(clock_.due, Utc("2026-03-03 08:01"));
}

TEST_F(SlaClockTest, UsesNothingWhilePaused) {
  Begin(60);
  Pause(20);
  GoOn(500);
  EXPECT_EQ(clock_.due, At(540));
  Stop(510);
  EXPECT_EQ(clock_.used(), Duration::Minutes(30));
}

TEST_F(SlaClockTest, PausedAtItsDueInstantIsDueAsSoonAsItGoesOn) {
  Begin(60);
  Pause(60);
  EXPECT_FALSE(clock_.breached);
  GoOn(100);
  EXPECT_EQ(clock_.due, At(100));
  EXPECT_FALSE(clock_.SettleBefore(At(100)));
}

TEST_F(SlaClockTest, PausedLaterThanDueHasBreachedAtDue) {
  Begin(60);
  Pause(61);
  EXPECT_TRUE(clock_.is_overdue());
  EXPECT_EQ(clock_.breached_at, At(60));
}

TEST_F(SlaClockTest, IsDueAtAChangeThatLeavesExactlyNothing) {
  Begin(60);
  EXPECT_FALSE(Change(30, 30));
  EXPECT_EQ(clock_.due, At(30));
}

TEST_F(SlaClockTest, BreachesAtAChangeThatLeavesLessThanNothing) {
  Begin(60);
  EXPECT_TRUE(Change(29, 30));
  EXPECT_EQ(clock_.breached_at, At(30));
  EXPECT_EQ(clock_.breach_holder, kSouth) << "who changed it holds it";
  Stop(40);
  EXPECT_EQ(clock_.overshoot(), Duration::Minutes(11));
}

TEST_F(SlaClockTest, BreachesAtAChangeWhilePaused) {
  Begin(60);
  Pause(30);
  EXPECT_TRUE(clock_.Change(Terms(29), At(50), kSouth));
  EXPECT_EQ(clock_.breached_at, At(50));
}

TEST_F(SlaClockTest, IsSupersededByABudgetThatWouldHaveSparedIt) {
  Begin(60);
  EXPECT_FALSE(Change(120, 90));
  EXPECT_TRUE(clock_.breached);
  EXPECT_FALSE(clock_.is_overdue());
  EXPECT_EQ(clock_.due, At(120));
  EXPECT_FALSE(clock_.FallDue()) << "no second breach";
  EXPECT_TRUE(clock_.is_overdue());
  EXPECT_EQ(clock_.breached_at, At(60));
}

TEST_F(SlaClockTest, StaysOverdueUnderABudgetThatWouldNotHaveSparedIt) {
  Begin(60);
  EXPECT_FALSE(Change(89, 90));
  EXPECT_TRUE(clock_.is_overdue());
}

TEST_F(SlaClockTest, IsOverdueAgainUnderASmallerBudgetOnceMore) {
  Begin(60);
  EXPECT_FALSE(Change(120, 90));
  EXPECT_FALSE(Change(60, 95)) << "no second breach";
  EXPECT_TRUE(clock_.is_overdue());
}

TEST_F(SlaClockTest, IsNotSupersededByWorkAtNight) {
  target_.calendar = &office_;
  Begin(120);
  Change(120, 240);  // closed since due: nothing is left, and nothing is over
  EXPECT_TRUE(clock_.is_overdue());
}

TEST_F(SlaClockTest, IsAtRiskFromItsShareOrItsLeadOn) {
  Begin(60);
  EXPECT_EQ(clock_.at_risk_at, At(48));
  target_.at_risk_lead = Duration::Minutes(20);
  Begin(60);
  EXPECT_EQ(clock_.at_risk_at, At(40));
  target_.at_risk_lead = Duration::Minutes(61);
  Begin(60);
  EXPECT_EQ(clock_.at_risk_at, At(0)) << "a lead longer than the budget: from the start";
}

TEST_F(SlaClockTest, BecomesAtRiskInOpenHoursOnly) {
  target_.calendar = &office_;
  target_.at_risk_lead = Duration::Minutes(61);
  Begin(60, 180);  // closed since an hour
  EXPECT_EQ(clock_.at_risk_at, Utc("2026-03-03 08:00"));
  clock_.at_risk = true;
  Change(60, 200);
  EXPECT_TRUE(clock_.at_risk) << "who was at risk stays so at night";
}

TEST_F(SlaClockTest, StaysAtRiskOverAChangeAndNotOverAPause) {
  Begin(60);
  clock_.at_risk = true;
  Change(65, 55);
  EXPECT_TRUE(clock_.at_risk);
  Change(600, 56);
  EXPECT_FALSE(clock_.at_risk) << "far from it now";
  clock_.at_risk = true;
  Pause(57);
  EXPECT_FALSE(clock_.at_risk);
}

TEST_F(SlaClockTest, TellsInWhoseHandsItsTimeWasUsed) {
  Begin(60);
  clock_.ChangeHands(&always_, At(10), kSouth);
  EXPECT_EQ(clock_.due, At(60)) << "hands change nothing else";
  clock_.ChangeHands(&always_, At(25), kNorth);
  Stop(30);
  EXPECT_THAT(Held(), ElementsAre(SlaClock::Held{.holder = kNorth, .ms = 15 * 60'000},
                                  SlaClock::Held{.holder = kSouth, .ms = 15 * 60'000}));
  EXPECT_EQ(clock_.used(), Duration::Minutes(30));
}

TEST_F(SlaClockTest, KeepsTheOrderOfMoreHoldersThanItHasPlacesFor) {
  Begin(600);
  std::vector<SlaClock::Held> expected;
  for (Symbol holder = 10; holder < 16; ++holder) {
    clock_.ChangeHands(&always_, At(clock_.used().millis() / 60'000 + 1), holder);
    const Symbol before = holder == 10 ? kNorth : holder - 1;
    expected.push_back({.holder = before, .ms = 60'000});
  }
  clock_.ChangeHands(&always_, At(7), 10);
  clock_.ChangeHands(&always_, At(9), kNorth);
  expected.push_back({.holder = 15, .ms = 60'000});
  expected[1].ms += 120'000;
  EXPECT_EQ(Held(), expected);
  EXPECT_EQ(clock_.used(), Duration::Minutes(9));
}

TEST_F(SlaClockTest, CountsYearsInOneHand) {
  constexpr int64_t kYear = 365 * 24 * 60;
  Begin(10 * kYear);
  clock_.ChangeHands(&always_, At(kYear), kSouth);
  Stop(2 * kYear);
  const int64_t ms = Duration::Minutes(kYear).millis();
  EXPECT_THAT(Held(), ElementsAre(SlaClock::Held{.holder = kNorth, .ms = ms},
                                  SlaClock::Held{.holder = kSouth, .ms = ms}));
  EXPECT_EQ(Bytes(Stored()), Bytes(clock_));
}

TEST_F(SlaClockTest, ResumesWithoutTheTimeBetween) {
  Begin(60);
  Stop(20);
  EXPECT_FALSE(clock_.Resume(Terms(60), {.at = At(100), .holder = kNorth}, kSouth));
  EXPECT_EQ(clock_.due, At(140));
  EXPECT_EQ(clock_.cycle, 1u);
}

TEST_F(SlaClockTest, IsReinstatedWithTheTimeBetween) {
  Begin(60);
  Stop(20);
  clock_.Reinstate();
  EXPECT_EQ(clock_.due, At(60));
  Stop(50);
  EXPECT_EQ(clock_.used(), Duration::Minutes(50));
}

TEST_F(SlaClockTest, RemembersTheLabelsOfWhatWasDueUntilTheNextStretch) {
  const SlaLabels then = {.partner = 1, .queue = 2}, now = {.partner = 1, .queue = 3};
  Begin(60);
  clock_.KeepLabels(then, At(60));
  EXPECT_EQ(clock_.LabelsAtDue(now), now) << "not past due yet";
  clock_.KeepLabels(then, At(61));
  clock_.KeepLabels(now, At(62));
  EXPECT_EQ(clock_.LabelsAtDue(now), then);
  EXPECT_EQ(Stored().LabelsAtDue(now), then);
  Change(60, 63);
  EXPECT_EQ(clock_.LabelsAtDue(now), now);
}

TEST_F(SlaClockTest, RemembersTheLabelsOfAnEndThatMayBeTakenBack) {
  const SlaLabels then = {.partner = 1, .queue = 2}, now = {.partner = 1, .queue = 3};
  Begin(60);
  Stop(20);
  clock_.KeepLabels(then, At(30));
  EXPECT_EQ(clock_.LabelsAtEnd(now), now) << "it may not";
  clock_.may_resume = true;
  clock_.KeepLabels(then, At(31));
  clock_.KeepLabels(now, At(32));
  EXPECT_EQ(clock_.LabelsAtEnd(now), then);
  EXPECT_EQ(Stored().LabelsAtEnd(now), then);
  clock_.Resume(Terms(60), {.at = At(40), .holder = kNorth}, kSouth);
  EXPECT_EQ(clock_.LabelsAtEnd(now), now);
}

TEST_F(SlaClockTest, IsStoredWithAllThatItKnows) {
  Begin(60);
  EXPECT_EQ(Stored().due, At(60));
  EXPECT_EQ(Stored().at_risk_at, At(48));
  clock_.at_risk = clock_.is_forecast = true;
  EXPECT_TRUE(Stored().at_risk && Stored().is_forecast && Stored().running);
  Change(120, 90);
  const SlaClock stored = Stored();
  EXPECT_TRUE(stored.breached && stored.superseded);
  EXPECT_EQ(stored.breached_at, At(60));
  EXPECT_EQ(stored.breach_holder, kNorth);
  EXPECT_EQ(stored.since, At(90));
  EXPECT_EQ(stored.used(), Duration::Minutes(90));
  Stop(100);
  clock_.may_resume = true;
  EXPECT_TRUE(Stored().may_resume);
  EXPECT_EQ(Stored().end, SlaClock::End::kStopped);
  EXPECT_EQ(Stored().ended_at(), At(100));
  EXPECT_EQ(Bytes(Stored()), Bytes(clock_));
}

TEST_F(SlaClockTest, IsStoredWithoutADueThatNeverComes) {
  const SlaClock stored = Stored();
  EXPECT_EQ(stored.due, EventTime::Max());
  EXPECT_EQ(stored.at_risk_at, EventTime::Max());
}

TEST_F(SlaClockTest, BeginsTheNextCycleAnew) {
  Begin(60);
  Stop(90);
  Begin(60, 100);
  EXPECT_EQ(clock_.cycle, 2u);
  EXPECT_FALSE(clock_.breached);
  EXPECT_EQ(clock_.used(), Duration());
  EXPECT_EQ(clock_.target, SlaTarget::kResolution);
}

TEST_F(SlaClockTest, CountsAllTimeWhenItsCalendarIsNotKnownAnyMore) {
  target_.calendar = &office_;
  Begin(60);
  clock_.EndStretch(nullptr, At(180));
  EXPECT_EQ(clock_.used(), Duration::Minutes(180));
}

TEST(SlaTermsTest, AreNoneWithoutAPolicyATargetOrABudgetForThePriority) {
  constexpr Symbol kHigh = 3;
  BoundPolicy policy = {.name = kBasic, .match = {}, .targets = {}};
  policy.targets[static_cast<size_t>(SlaTarget::kAnswer)] =
      BoundTarget{.by_priority = {{kHigh, Duration::Minutes(5)}}};
  EXPECT_FALSE(SlaTerms::Of(nullptr, SlaTarget::kAnswer, kHigh));
  EXPECT_FALSE(SlaTerms::Of(&policy, SlaTarget::kResolution, kHigh));
  EXPECT_FALSE(SlaTerms::Of(&policy, SlaTarget::kAnswer, 0));
  const auto terms = SlaTerms::Of(&policy, SlaTarget::kAnswer, kHigh);
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->policy, kBasic);
  EXPECT_EQ(terms->budget, Duration::Minutes(5));
}

}  // namespace
}  // namespace touchline::domain
