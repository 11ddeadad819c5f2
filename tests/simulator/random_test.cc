#include "simulator/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace touchline::simulator {
namespace {

TEST(LogTest, AgreesWithTheLibraryToTwelveDigits) {
  for (double x = 1e-17; x < 1e17; x *= 1.37) {
    EXPECT_NEAR(Log(x), std::log(x), 1e-12 * std::max(1.0, std::fabs(std::log(x)))) << x;
  }
  EXPECT_EQ(Log(1), 0);
}

TEST(ExpTest, AgreesWithTheLibraryToTwelveDigits) {
  for (double x = -40; x < 40; x += 0.173) {
    EXPECT_NEAR(Exp(x) / std::exp(x), 1, 1e-12) << x;
  }
  EXPECT_EQ(Exp(0), 1);
}

// These very numbers are what "same seed, same stream, on every machine" rests on.
TEST(RandomTest, DrawsTheSameNumbersEverywhere) {
  Random r(42);
  EXPECT_EQ(r.Bits(), 13930160852258120406u);
  EXPECT_EQ(r.Below(1000), 639u);
  EXPECT_EQ(r.Unit(), 0x1.81192cfe1cbcfp-1);
  EXPECT_EQ(r.Exponential(10), 0x1.770909c102b8cp+0);
  EXPECT_EQ(r.LogNormal(100, 0.5), 0x1.5de1b26680a06p+7);
}

TEST(RandomTest, KeepsBelowWithinItsBoundAndReachesBothEnds) {
  Random r(1);
  std::vector<int> seen(7);
  for (int i = 0; i < 7000; ++i) ++seen[r.Below(7)];
  for (const int n : seen) EXPECT_NEAR(n, 1000, 150);
}

TEST(RandomTest, NeverTakesAChanceOfZeroAndAlwaysOneOfOne) {
  Random r(1);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(r.Chance(0));
    EXPECT_TRUE(r.Chance(1));
  }
}

TEST(RandomTest, HasTheMeansAndMediansItPromises) {
  Random r(5);
  constexpr int kDraws = 40'000;
  double exponential = 0;
  double normal = 0;
  double squares = 0;
  int below_median = 0;
  for (int i = 0; i < kDraws; ++i) {
    exponential += r.Exponential(3);
    const double n = r.Normal();
    normal += n;
    squares += n * n;
    below_median += r.LogNormal(20, 0.8) < 20 ? 1 : 0;
  }
  EXPECT_NEAR(exponential / kDraws, 3, 0.06);
  EXPECT_NEAR(normal / kDraws, 0, 0.02);
  EXPECT_NEAR(squares / kDraws, 1, 0.03);
  EXPECT_NEAR(below_median, kDraws / 2, 400);
}

TEST(RandomTest, PicksByWeightAndNeverWhatWeighsNothing) {
  Random r(3);
  const std::vector<double> weights = {0, 3, 0, 1, 0};
  std::vector<int> seen(weights.size());
  for (int i = 0; i < 8000; ++i) ++seen[r.Pick(weights)];
  EXPECT_EQ(seen[0] + seen[2] + seen[4], 0);
  EXPECT_NEAR(seen[1], 6000, 200);
}

}  // namespace
}  // namespace touchline::simulator
