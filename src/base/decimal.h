#pragma once

#include <cstdint>
#include <string>

namespace touchline {

// An exact decimal: units / 10^scale. Sums stay integers until somebody has to read them.
struct Decimal {
  int64_t units = 0;
  int scale = 0;  // 0 to 9
  double ToDouble() const;
};

// "1.234", "-0.05", "20": no exponent, no trailing zeros.
void AppendDecimal(Decimal value, std::string* out);

// As a histogram bucket's bound is written: always with decimals ("20.0"), so that every Prometheus
// reads it alike.
void AppendBound(Decimal bound, std::string* out);

}  // namespace touchline
