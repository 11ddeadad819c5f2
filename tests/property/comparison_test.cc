// The instruments of the property tests must themselves be able to fail: a run with a planted
// mistake is found, and shrunk to the events that show it.

#include "tests/property/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace touchline::property {
namespace {

using domain::EventType;
using naive::Consumed;
using naive::InputLog;
using testing::HasSubstr;

// The model itself as the thing under test.
Published RunModel(const Case& c) {
  Published published;
  for (const InputLog& input : c.inputs) published.watermarks.push_back(naive::WatermarkOf(input));
  published.journeys_watermark =
      *std::min_element(published.watermarks.begin(), published.watermarks.end());
  const naive::ModelResult model = Expected(c, published);
  published.values = model.values;
  published.waiting = model.waiting;
  return published;
}

// A pipeline that is deaf to holds.
Published RunDeafToHolds(const Case& c) {
  Case deaf = c;
  for (InputLog& input : deaf.inputs) {
    for (Consumed& record : input.records) {
      if (record.event.scalars().type != EventType::kCallHeld) continue;
      domain::Event event = record.event.view();
      event.type = EventType::kCallConsulted;
      record.event = naive::LoggedEvent(event);
    }
  }
  return RunModel(deaf);
}

TEST(ComparisonTest, FindsNothingBetweenTheModelAndItself) {
  for (const Case& c : {WildCase(1), SimulatedCase(1)}) {
    const Published got = RunModel(c);
    EXPECT_GT(got.values.size(), 50u);
    EXPECT_TRUE(Compare(c, Expected(c, got), got).equal());
  }
}

TEST(ComparisonTest, ShrinksAPlantedMistakeToTheEventsThatShowIt) {
  const Case c = WildCase(3);
  const Case shrunk = Shrunk(c, RunDeafToHolds);
  const Published got = RunDeafToHolds(shrunk);
  const naive::ModelResult expected = Expected(shrunk, got);
  const Comparison comparison = Compare(shrunk, expected, got);
  ASSERT_FALSE(comparison.equal());
  size_t records = 0;
  for (const InputLog& input : shrunk.inputs) records += input.records.size();
  EXPECT_EQ(records, 1u);  // one hold, told as a consultation
  const std::string report = Report(shrunk, expected, got, comparison);
  EXPECT_THAT(report, HasSubstr("touchline_consults_total"));
  EXPECT_THAT(report, HasSubstr("TOUCHLINE_SEED=3"));
}

TEST(CaseTest, TheSameSeedTellsTheSameCase) {
  for (const auto& make : {WildCase, SimulatedCase}) {
    EXPECT_EQ(RunModel(make(7)).values, RunModel(make(7)).values);
    EXPECT_NE(RunModel(make(7)).values, RunModel(make(8)).values);
  }
}

// Within the bounds, what is published does not depend on the order of arrival or on repeats.
TEST(CaseTest, LivesOfACaseDifferInWhatBecameOfRecordsOnly) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Case c = WildCase(seed);
    for (domain::RuleSet& rules : c.rules) {
      rules.max_log_entries = 2048;
      rules.retention = Duration::Days(35);
    }
    const auto values_of = [&](const Case& life) {
      std::vector<EventTime> watermarks;
      for (const InputLog& input : c.inputs) watermarks.push_back(naive::WatermarkOf(input));
      naive::NetValues values =
          naive::Recompute(life.inputs, watermarks, watermarks.front(), c.rules).values;
      std::erase_if(values, [](const auto& value) {
        return value.first.labels.scope == domain::ScopeKind::kSource;
      });
      return values;
    };
    const naive::NetValues values = values_of(c);
    EXPECT_EQ(values_of(Straightened(c)), values) << seed;
    EXPECT_EQ(values_of(Shuffled(c, seed, Duration::Hours(1))), values) << seed;
    EXPECT_EQ(values_of(Duplicated(c, seed)), values) << seed;
  }
}

TEST(CaseTest, WildCasesMeetBothBounds) {
  for (const bool by_base : {false, true}) {
    int64_t too_late = 0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      Case c = WildCase(seed);
      for (domain::RuleSet& rules : c.rules) {
        if (by_base) {
          rules.retention = Duration::Days(35);
        } else {
          rules.max_log_entries = 2048;
        }
      }
      for (const auto& [key, value] : RunModel(c).values) {
        const auto cell = domain::Cell::FromPacked(key.cell);
        if (cell.metric != domain::MetricId::kEvents) continue;
        const auto why = domain::ClosedValues(domain::Spec(cell.metric), cell.closed).back();
        if (why == "too_late") too_late += value;
      }
    }
    EXPECT_GT(too_late, 10) << by_base;
  }
}

// The cases are worth running: over a few seeds every metric of both stages is counted.
TEST(CaseTest, EveryMetricOfTheStagesIsMet) {
  for (const auto& make : {WildCase, SimulatedCase}) {
    std::set<domain::MetricId> met;
    const uint64_t seeds = make == WildCase ? 30 : 5;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      for (const auto& [key, value] : RunModel(make(seed)).values) {
        met.insert(domain::Cell::FromPacked(key.cell).metric);
      }
    }
    for (const domain::MetricSpec& spec : domain::Catalogue()) {
      using M = domain::MetricId;
      if (spec.id == M::kLongestWaitingSince || spec.id == M::kLateEvents ||
          spec.id == M::kRestatements) {
        continue;
      }
      EXPECT_TRUE(met.contains(spec.id)) << spec.name;
    }
  }
}

}  // namespace
}  // namespace touchline::property
