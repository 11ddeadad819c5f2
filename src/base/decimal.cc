#include "base/decimal.h"

#include <array>
#include <charconv>

namespace touchline {
namespace {

constexpr std::array<uint64_t, 10> kPowersOfTen = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

uint64_t PowerOfTen(int exponent) { return kPowersOfTen[static_cast<size_t>(exponent)]; }

void AppendInteger(uint64_t value, std::string* out) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out->append(digits.data(), end);
}

// The digits of fraction / 10^scale after the point, without trailing zeros.
void AppendFraction(uint64_t fraction, int scale, std::string* out) {
  while (scale > 0 && fraction % 10 == 0) {
    fraction /= 10;
    --scale;
  }
  for (int digit = scale - 1; digit >= 0; --digit) {
    out->push_back(static_cast<char>('0' + fraction / PowerOfTen(digit) % 10));
  }
}

}  // namespace

double Decimal::ToDouble() const {
  return static_cast<double>(units) / static_cast<double>(PowerOfTen(scale));
}

void AppendDecimal(Decimal value, std::string* out) {
  // Through unsigned, for the least integer has no positive counterpart.
  auto magnitude = static_cast<uint64_t>(value.units);
  if (value.units < 0) {
    out->push_back('-');
    magnitude = 0 - magnitude;
  }
  const uint64_t one = PowerOfTen(value.scale);
  AppendInteger(magnitude / one, out);
  const uint64_t fraction = magnitude % one;
  if (fraction == 0) return;
  out->push_back('.');
  AppendFraction(fraction, value.scale, out);
}

void AppendBound(Decimal bound, std::string* out) {
  AppendDecimal(bound, out);
  const auto one = static_cast<int64_t>(PowerOfTen(bound.scale));
  if (bound.units % one == 0) out->append(".0");
}

}  // namespace touchline
