#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

namespace touchline::simulator {

// Natural logarithm and exponential made of IEEE additions, multiplications and divisions only:
// the C library's differ in the last bit from machine to machine, and one bit is another stream.
// Relative error below 1e-13. Log REQUIRES x > 0 and normal; Exp REQUIRES |x| < 700.
double Log(double x);
double Exp(double x);

// A stream of random choices that is the same for one seed on every machine. The engine's output
// is fixed by the C++ standard; the distributions of <random> are not, so they are made here.
// Cost: a few nanoseconds for Bits, Unit, Below, Chance; some tens for the others.
class Random {
 public:
  explicit Random(uint64_t seed);

  uint64_t Bits() { return engine_(); }
  // [0, 1), 53 random bits.
  double Unit() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }
  // [0, n). REQUIRES: n > 0. The bias is below n / 2^64.
  uint64_t Below(uint64_t n);
  // True with probability p; p <= 0 is never (and draws nothing), p >= 1 always.
  bool Chance(double p) { return p > 0 && Unit() < p; }
  // [low, high). REQUIRES: low <= high.
  double Between(double low, double high) { return low + (high - low) * Unit(); }
  // Mean `mean`, at least 0, at most 37 means.
  double Exponential(double mean);
  // Mean 0, variance 1.
  double Normal();
  // The distribution whose logarithm is normal: half of the draws are below `median`.
  double LogNormal(double median, double sigma) { return median * Exp(sigma * Normal()); }
  // An index, each with the probability of its weight. REQUIRES: a positive sum of weights >= 0.
  size_t Pick(std::span<const double> weights);

 private:
  std::mt19937_64 engine_;
};

}  // namespace touchline::simulator
