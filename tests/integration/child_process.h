#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace touchline::test {

// One life of a program. Its output goes to a file; whoever forgets it kills it.
class ChildProcess {
 public:
  struct Options {
    std::vector<std::string> arguments;  // the program first
    std::map<std::string, std::string> environment;  // on top of ours
    std::string log;                     // stdout and stderr, appended
  };
  explicit ChildProcess(const Options& options);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void Signal(int number) const;
  bool running();
  // The most memory that it has held at any time, as the kernel counts it (VmHWM); 0: it has ended.
  int64_t peak_resident_bytes() const;
  // The names of its threads, as `top -H` shows them; empty: it has ended.
  std::vector<std::string> thread_names() const;
  // How it ended: its exit code, or minus the signal's number; nullopt: not within `timeout`.
  std::optional<int> Wait(Duration timeout);

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

}  // namespace touchline::test
