#include "app/command_line.h"

int main(int argc, char** argv) {
  return static_cast<int>(
      touchline::app::RunCommandLine(std::vector<std::string>(argv + 1, argv + argc), {}));
}
