#pragma once

#include <string_view>

namespace touchline::domain {

// Where a customer's text stands there may be, once he has been forgotten (`customer.forgotten`),
// a pseudonym of his: it begins with this character, and names nobody.
inline constexpr char kPseudonymMark = '\x1f';

inline bool IsPseudonym(std::string_view customer) {
  return !customer.empty() && customer.front() == kPseudonymMark;
}

// What may be told of him: empty for one who is not known, or forgotten.
inline std::string_view NameOfCustomer(std::string_view customer) {
  return IsPseudonym(customer) ? std::string_view() : customer;
}

}  // namespace touchline::domain
