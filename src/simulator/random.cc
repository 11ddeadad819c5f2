#include "simulator/random.h"

#include <cmath>

namespace touchline::simulator {

double Log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // [0.5, 1): exact on every machine
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  // ln m = 2 artanh(s); |s| <= 0.172, so nine terms are enough.
  const double s = (m - 1) / (m + 1);
  const double s2 = s * s;
  double sum = 0;
  for (int k = 17; k >= 1; k -= 2) sum = sum * s2 + 1.0 / k;
  return 2 * s * sum + exponent * 0.69314718055994531;
}

double Exp(double x) {
  const double halves = std::floor(x / 0.69314718055994531 + 0.5);
  const double r = x - halves * 0.69314718055994531;  // |r| <= 0.35
  double sum = 1;
  for (int k = 14; k >= 1; --k) sum = 1 + sum * r / k;
  return std::ldexp(sum, static_cast<int>(halves));
}

Random::Random(uint64_t seed) : engine_(seed) {}

uint64_t Random::Below(uint64_t n) {
  // The high half of the 128-bit product, by halves: no 128-bit type in standard C++.
  const uint64_t a = Bits();
  const uint64_t low = (a & 0xFFFFFFFFu) * (n & 0xFFFFFFFFu);
  const uint64_t mid1 = (a >> 32) * (n & 0xFFFFFFFFu) + (low >> 32);
  const uint64_t mid2 = (a & 0xFFFFFFFFu) * (n >> 32) + (mid1 & 0xFFFFFFFFu);
  return (a >> 32) * (n >> 32) + (mid1 >> 32) + (mid2 >> 32);
}

double Random::Exponential(double mean) { return -mean * Log(1 - Unit()); }

double Random::Normal() {
  // Marsaglia's polar method; one of its pair is thrown away, so that a draw has no memory.
  for (;;) {
    const double u = 2 * Unit() - 1;
    const double v = 2 * Unit() - 1;
    const double q = u * u + v * v;
    if (q > 0 && q < 1) return u * std::sqrt(-2 * Log(q) / q);
  }
}

size_t Random::Pick(std::span<const double> weights) {
  double sum = 0;
  for (const double w : weights) sum += w;
  double at = Unit() * sum;
  size_t last = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last = i;
    if (at < weights[i]) return i;
    at -= weights[i];
  }
  return last;  // rounding may leave a crumb behind the last weight
}

}  // namespace touchline::simulator
