#pragma once

#include <cstddef>

namespace touchline::test {

// How often this program has called operator new, in any form and on any thread. A program that
// calls this has operator new replaced, all of it: link touchline_allocation_counter.
size_t Allocations();

}  // namespace touchline::test
