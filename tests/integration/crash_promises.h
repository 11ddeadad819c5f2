#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "tests/support/naive/net_values.h"

namespace touchline::test {

// What is promised in the crash test, as lines of the configuration, and what must have been said
// of it. At the pace of its story: of every target some contacts keep it and some do not, and in
// the minutes around now calendars open and close.
std::string PromisesByNow();

// What must have been said, as the numbers have it.
struct Said {
  // Breaches less those retracted, by kind, policy and target.
  std::map<std::tuple<std::string, std::string, std::string>, int64_t> breaches;
  // Alerts of every kind, by kind of contact and CloudEvents type.
  std::map<std::pair<std::string, std::string>, int64_t> alerts;
  bool operator==(const Said&) const = default;
};
// `counted` are the state's numbers.
Said SaidBy(const naive::NetValues& counted);

// Fails the test unless whatever was sent again after a crash was the same under the same id, and
// each id, taken once, adds up to what the numbers have. Returns how many breaches were retracted.
int64_t ExpectSaid(const Said& said, const std::string& topic);

}  // namespace touchline::test
