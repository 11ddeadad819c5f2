#include "pipeline/pending_counts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <vector>

namespace touchline::pipeline {
namespace {

using domain::Contribution;
using domain::MetricId;
using domain::Rows;

constexpr Duration kGrain = domain::kInstantGrain;

Contribution CountOf(MetricId metric, int64_t value, Rows rows = Rows::kAll) {
  return {.scope = {.partner = 1, .subject = 2},
          .cell = {.metric = metric, .closed = 0, .bucket = 0},
          .rows = rows,
          .at = EventTime() + kGrain,
          .value = value};
}

// The sums of what is one cell of one instant in one scope.
PendingCounts::Sums SumOf(std::initializer_list<Contribution> contributions) {
  PendingCounts counts;
  counts.Add(contributions);
  const auto& all = counts.InOrder();
  EXPECT_EQ(all.size(), 1u);
  return all.front()->sums;
}

TEST(PendingCountsTest, ACounterKeepsWhatWasAddedAndWhatWasWithdrawn) {
  const auto sums = SumOf({CountOf(MetricId::kContactsOffered, 5),
                           CountOf(MetricId::kContactsOffered, -2)});
  EXPECT_EQ(sums.added, 5);
  EXPECT_EQ(sums.withdrawn, 2);
  EXPECT_EQ(sums.in_windows, 3);
}

TEST(PendingCountsTest, AGaugeGoesUpAndDown) {
  const auto sums = SumOf({CountOf(MetricId::kOpenContacts, 1),
                           CountOf(MetricId::kOpenContacts, -3)});
  EXPECT_EQ(sums.added, -2);
  EXPECT_EQ(sums.withdrawn, 0);
}

TEST(PendingCountsTest, ACorrectionMayTouchTheTotalsOrTheWindowsAlone) {
  const auto sums = SumOf({CountOf(MetricId::kContactsOffered, 5, Rows::kTotalOnly),
                           CountOf(MetricId::kContactsOffered, -7, Rows::kWindowsOnly)});
  EXPECT_EQ(sums.added, 5);
  EXPECT_EQ(sums.withdrawn, 0);
  EXPECT_EQ(sums.in_windows, -7);
}

TEST(PendingCountsTest, IsEmptyAfterClearAndCountsAnew) {
  PendingCounts counts;
  const std::array twice = {CountOf(MetricId::kContactsOffered, 1),
                            CountOf(MetricId::kContactsOffered, 1)};
  counts.Add(twice);
  counts.Clear();
  EXPECT_TRUE(counts.InOrder().empty());
  counts.Add(twice);
  ASSERT_EQ(counts.InOrder().size(), 1u);
  EXPECT_EQ(counts.InOrder().front()->sums.added, 2);
}

TEST(PendingCountsTest, TakesMoreAtOnceThanItHasRoomFor) {
  PendingCounts counts;
  std::vector<Contribution> all;
  for (uint32_t subject = 0; subject < 1000; ++subject) {
    all.push_back(CountOf(MetricId::kContactsOffered, subject + 1));
    all.back().scope.subject = subject;
  }
  counts.Add(all);
  counts.Add(all);
  ASSERT_EQ(counts.InOrder().size(), all.size());
  for (uint32_t subject = 0; subject < 1000; ++subject) {
    EXPECT_EQ(counts.InOrder()[subject]->key.scope.subject, subject);
    EXPECT_EQ(counts.InOrder()[subject]->sums.added, 2 * (subject + 1));
  }
}

// Against an ordered map; every field of the key, and each alone, tells two sums apart.
TEST(PendingCountsTest, SumsByScopeInstantAndCell) {
  std::mt19937 random(1);
  const auto below = [&random](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  const auto byte = [&](uint32_t n) { return static_cast<uint8_t>(below(n)); };
  PendingCounts counts;
  std::map<PendingCounts::Key, int64_t> expected;
  for (int i = 0; i < 50'000; ++i) {
    const Contribution c = {
        .scope = {.kind = static_cast<domain::ScopeKind>(byte(3)),
                  .contact = static_cast<domain::Kind>(byte(3)),
                  .channel = static_cast<domain::Channel>(byte(2)),
                  .direction = static_cast<domain::Direction>(byte(2)),
                  .partner = below(3),
                  .subject = below(4),
                  .policy = below(2)},
        .cell = {.metric = below(2) == 0 ? MetricId::kContactsOffered : MetricId::kOpenContacts,
                 .closed = byte(2),
                 .bucket = byte(3)},
        .at = EventTime() + kGrain * below(3),
        .value = static_cast<int64_t>(below(9)) - 4};
    counts.Add(std::array{c});
    expected[{.scope = c.scope, .at = c.at, .cell = c.cell.packed()}] += c.value;
  }
  const auto& all = counts.InOrder();
  ASSERT_EQ(all.size(), expected.size());
  auto it = expected.begin();
  for (const PendingCounts::Entry* entry : all) {
    EXPECT_EQ(entry->key, it->first);
    EXPECT_EQ(entry->sums.in_windows, it->second);
    EXPECT_EQ(entry->sums.added - entry->sums.withdrawn, it->second);
    ++it;
  }
}

}  // namespace
}  // namespace touchline::pipeline
