#include "adapters/prometheus/process_info.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace touchline::adapters {
namespace {

std::string ReadAll(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The fields of /proc/self/stat from the third one on. The second is the program's name in
// parentheses, which may itself hold spaces and parentheses.
std::vector<int64_t> StatFields() {
  const std::string stat = ReadAll("/proc/self/stat");
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(stat.substr(name_end + 1));
  std::string state;
  rest >> state;
  std::vector<int64_t> fields = {0};
  for (int64_t value = 0; rest >> value;) fields.push_back(value);
  return fields;
}

// When the machine started, in seconds of Unix time; 0 if unknown.
int64_t BootSeconds() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    if (word != "btime") continue;
    int64_t seconds = 0;
    file >> seconds;
    return seconds;
  }
  return 0;
}

int64_t CountOpenFds() {
  std::error_code error;
  std::filesystem::directory_iterator it("/proc/self/fd", error);
  int64_t count = 0;
  for (; !error && it != std::filesystem::directory_iterator(); it.increment(error)) ++count;
  return count > 0 ? count - 1 : 0;  // one of them is the listing itself
}

}  // namespace

std::optional<ProcessInfo> ReadProcessInfo() {
  const std::vector<int64_t> stat = StatFields();
  // Places by proc(5), which counts from 1; ours begin with its third.
  const auto field = [&stat](size_t number) { return stat[number - 3]; };
  if (stat.size() < 22) return std::nullopt;
  const int64_t ticks = sysconf(_SC_CLK_TCK);
  ProcessInfo info;
  info.cpu_millis = (field(14) + field(15)) * 1000 / ticks;
  info.threads = field(20);
  info.start_millis = BootSeconds() * 1000 + field(22) * 1000 / ticks;
  info.virtual_bytes = field(23);
  info.resident_bytes = field(24) * sysconf(_SC_PAGESIZE);
  info.open_fds = CountOpenFds();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    info.max_fds = static_cast<int64_t>(limit.rlim_cur);
  }
  return info;
}

}  // namespace touchline::adapters
