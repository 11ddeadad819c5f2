// The parts of the event path and of the commit cycle, each by itself; see README.md.

#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
