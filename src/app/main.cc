#include <malloc.h>

#include "app/command_line.h"

int main(int argc, char** argv) {
  // By default nearly each thread gets a heap of its own, and what one frees no other can use: the
  // process would outgrow the sum of its bounds, the more so the more cores a machine has.
  mallopt(M_ARENA_MAX, 4);
  return static_cast<int>(
      touchline::app::RunCommandLine(std::vector<std::string>(argv + 1, argv + argc), {}));
}
