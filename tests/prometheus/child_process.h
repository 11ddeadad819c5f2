#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace touchline::test {

// Another program, run for a test: ended with this object, and by the kernel when the test dies.
class ChildProcess {
 public:
  // Runs `arguments[0]`, found by PATH, with standard input from `input` and both outputs in the
  // file `log`. What cannot be run exits with 127.
  ChildProcess(const std::vector<std::string>& arguments, const std::string& input,
               const std::string& log);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  // Waits for it to end by itself; its exit code, or -1 when a signal ended it.
  int Wait();

 private:
  pid_t pid_ = -1;  // -1: has ended
};

std::string ReadFile(const std::string& path);

}  // namespace touchline::test
