#pragma once

#include <string>
#include <vector>

#include "tests/property/case.h"

namespace touchline::property {

// A value that the run and the model do not agree on.
struct Difference {
  naive::NetKey key;
  int64_t expected = 0;
  int64_t got = 0;
};

struct Comparison {
  std::vector<Difference> values;
  std::vector<std::string> waiting;  // scopes whose longest wait differs, with both instants
  bool equal() const { return values.empty() && waiting.empty(); }
};

// What the model says of `c`, at the watermarks that the run came to.
naive::ModelResult Expected(const Case& c, const Published& got);

// Buckets of the last hour and quarter hours of the last 40 days only: older ones may be gone.
// Restatements and late events depend on the order of arrival, and are left out; so are sources
// that are none of the case's (the internal topics).
Comparison Compare(const Case& c, const naive::ModelResult& expected, const Published& got);

// One line: "+12.345 call.queued c1 partner=north queue=sales ...", seconds after the first event
// of `origin_ns`.
std::string DescribeEvent(const domain::Event& event, int64_t origin_ns);

// For people: the case and how to run it again, the first differences, and for the first of them
// the contacts that the model counted there, with their events.
std::string Report(const Case& c, const naive::ModelResult& expected, const Published& got,
                   const Comparison& comparison);

// The promises and all records of a (small) case, in the order of consumption, one a line.
std::string Transcript(const Case& c);

// The smallest case found that still differs: one contact (or one customer's contacts) with as few
// of its events and of the rules' promises as will do. The same case when no part of it differs
// alone.
Case Shrunk(const Case& c, const Runner& run);

}  // namespace touchline::property
