#pragma once

#include <cstdint>
#include <optional>

namespace touchline::adapters {

// What the operating system knows about this process.
struct ProcessInfo {
  int64_t cpu_millis = 0;  // user and system
  int64_t resident_bytes = 0;
  int64_t virtual_bytes = 0;
  int64_t open_fds = 0;
  std::optional<int64_t> max_fds;  // nullopt: unlimited
  int64_t threads = 0;
  int64_t start_millis = 0;  // Unix time
};

// From /proc; nullopt where that cannot be read. Takes tens of microseconds, and more with many
// open files.
std::optional<ProcessInfo> ReadProcessInfo();

}  // namespace touchline::adapters
