#include "tests/integration/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <thread>

namespace touchline::test {

ChildProcess::ChildProcess(const Options& options) {
  std::vector<char*> arguments;
  for (const std::string& a : options.arguments) arguments.push_back(const_cast<char*>(a.c_str()));
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
  const int log = open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (log >= 0) {
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
  }
  execv(arguments[0], arguments.data());
  _exit(127);
}

ChildProcess::~ChildProcess() {
  if (!running()) return;
  Signal(SIGKILL);
  Wait(Duration::Seconds(10));
}

void ChildProcess::Signal(int number) const {
  if (!status_) kill(pid_, number);
}

bool ChildProcess::running() { return !Wait(Duration()).has_value(); }

int64_t ChildProcess::peak_resident_bytes() const {
  constexpr std::string_view kMark = "VmHWM:";
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(kMark)) return std::atoll(line.c_str() + kMark.size()) * 1024;
  }
  return 0;
}

std::vector<std::string> ChildProcess::thread_names() const {
  std::vector<std::string> names;
  std::error_code gone;
  const std::string threads = "/proc/" + std::to_string(pid_) + "/task";
  for (const auto& thread : std::filesystem::directory_iterator(threads, gone)) {
    std::ifstream comm(thread.path() / "comm");
    std::getline(comm, names.emplace_back());
  }
  return names;
}

std::optional<int> ChildProcess::Wait(Duration timeout) {
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout.millis());
  while (!status_) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
      break;
    }
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return status_;
}

}  // namespace touchline::test
