#pragma once

#include <string>

#include "tests/support/naive/rules.h"

namespace touchline::property {

// For people: the policies of each rule set, a version a line, with what it sets; instants as
// seconds after the event of `origin_ns`, as DescribeEvent tells them. "" if there are none.
std::string DescribePromises(const naive::Rules& rules, int64_t origin_ns);

}  // namespace touchline::property
