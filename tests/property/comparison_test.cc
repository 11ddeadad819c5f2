// The instruments of the property tests must themselves be able to fail: a run with a planted
// mistake is found, and shrunk to the events that show it.

#include "tests/property/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

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

// A pipeline that resolves nothing in time, for it promises nothing.
Published RunWithoutResolutions(const Case& c) {
  Case without = c;
  for (domain::RuleSet& rules : without.rules) {
    for (domain::Policy& policy : rules.policies) {
      for (domain::PolicyVersion& version : policy.versions) {
        version.targets[static_cast<size_t>(domain::SlaTarget::kResolution)].reset();
      }
    }
  }
  return RunModel(without);
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

TEST(ComparisonTest, ShrinksThePromisesToTheOneThatShowsIt) {
  const Case shrunk = Shrunk(WildCase(3), RunWithoutResolutions);
  ASSERT_EQ(shrunk.rules.size(), 1u);
  ASSERT_EQ(shrunk.rules.front().policies.size(), 1u);
  const auto& versions = shrunk.rules.front().policies.front().versions;
  ASSERT_EQ(versions.size(), 1u);
  for (size_t i = 0; i < domain::kSlaTargets; ++i) {
    const bool resolution = i == static_cast<size_t>(domain::SlaTarget::kResolution);
    EXPECT_EQ(versions.front().targets[i].has_value(), resolution) << i;
  }
  EXPECT_THAT(Transcript(shrunk), HasSubstr("resolution by "));
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

// What became of one clock, by name; several may hold.
std::vector<std::string> TurnsOf(const naive::SlaCycle& cycle) {
  using Stretch = naive::SlaStretch;
  const auto& stretches = cycle.stretches;
  const auto somewhere = [&](const std::function<bool(const Stretch&, const Stretch&)>& is) {
    return std::adjacent_find(stretches.begin(), stretches.end(), is) != stretches.end();
  };
  const bool resumed = somewhere([](auto& a, auto& b) { return *a.to != b.from; });
  const bool breached = cycle.breached.has_value();
  const std::vector<std::pair<const char*, bool>> all = {
      {"met", cycle.met && !breached},
      {"cancelled", cycle.cancelled && !breached},
      {"met late", cycle.met && breached},
      {"overdue", !cycle.stopped() && IsOverdue(cycle)},
      {"superseded", cycle.superseded},
      {"a later cycle", cycle.number > 1},
      {"resumed", resumed},
      {"resumed after a breach", resumed && breached && cycle.breached->at < stretches.back().from},
      {"paused", somewhere([](auto& a, auto& b) { return a.state != b.state; })},
      {"other hands", somewhere([](auto& a, auto& b) { return a.holder != b.holder; })},
      {"other policy", somewhere([](auto& a, auto& b) { return a.policy != b.policy; })},
      {"other budget", somewhere([](auto& a, auto& b) { return a.budget != b.budget; })},
      {"other calendar", somewhere([](auto& a, auto& b) { return a.calendar != b.calendar; })},
      {"breached at a change", breached && somewhere([&](auto&, auto& b) {
                                 return b.from == cycle.breached->at;
                               })}};
  std::vector<std::string> turns;
  for (const auto& [turn, taken] : all) {
    if (taken) turns.emplace_back(turn);
  }
  return turns;
}

TEST(CaseTest, PromisesTakeEveryTurn) {
  std::map<std::string, int> times;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const Case c = WildCase(seed);
    for (const naive::ContactHistory& contact : Expected(c, RunModel(c)).contacts) {
      for (const naive::SlaCycle& cycle : contact.result.sla.cycles) {
        for (const std::string& turn : TurnsOf(cycle)) ++times[turn];
      }
    }
  }
  EXPECT_EQ(times.size(), 14u);
  for (const auto& [turn, count] : times) EXPECT_GE(count, 20) << turn;
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
          spec.id == M::kRestatements || spec.id == M::kAlerts) {
        continue;
      }
      EXPECT_TRUE(met.contains(spec.id)) << spec.name;
    }
  }
}

}  // namespace
}  // namespace touchline::property
