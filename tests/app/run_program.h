#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "app/command_line.h"

namespace touchline::app {

struct Outcome {
  ExitCode code;
  std::string out;
  std::string err;
};

// A FILE that ends as a string.
class Memory {
 public:
  Memory() : file_(open_memstream(&data_, &size_)) {}
  ~Memory() { std::free(data_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  std::FILE* file() { return file_; }
  std::string Take() {
    std::fclose(file_);
    return {data_, size_};
  }

 private:
  char* data_ = nullptr;
  size_t size_ = 0;
  std::FILE* file_;
};

// The whole program behind main(), in this process.
inline Outcome RunProgram(std::vector<std::string> arguments) {
  Memory out;
  Memory err;
  const ExitCode code =
      RunCommandLine(std::move(arguments), {.out = out.file(), .err = err.file()});
  return {code, out.Take(), err.Take()};
}

}  // namespace touchline::app
