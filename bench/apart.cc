#include "bench/apart.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace touchline::bench {
namespace {

rusage Usage() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

}  // namespace

double CpuSeconds() {
  const auto seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  const rusage usage = Usage();
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int64_t PeakResidentBytes() { return Usage().ru_maxrss * int64_t{1024}; }

void Die(std::string_view message) {
  fmt::print(stderr, "throughput_bench: {}\n", message);
  std::_Exit(1);
}

Channel::~Channel() {
  if (socket_ >= 0) close(socket_);
}

void Channel::Write(const void* bytes, size_t size) {
  if (send(socket_, bytes, size, MSG_NOSIGNAL) != static_cast<ssize_t>(size)) {
    Die("a process of the bench went away");
  }
}

void Channel::Read(void* bytes, size_t size) {
  if (recv(socket_, bytes, size, MSG_WAITALL) != static_cast<ssize_t>(size)) {
    Die("a process of the bench went away");
  }
}

void Child::Join() {
  int status = 0;
  if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    Die("a process of the bench failed");
  }
}

Child Fork(const std::function<void(Channel*)>& work) {
  std::fflush(nullptr);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) Die("no socket can be made");
  const pid_t pid = fork();
  if (pid < 0) Die("no process can be made");
  if (pid > 0) {
    close(ends[1]);
    return {.pid = pid, .channel = Channel(ends[0])};
  }
  close(ends[0]);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  {
    Channel channel(ends[1]);
    work(&channel);
  }
  std::fflush(nullptr);
  _exit(0);
}

}  // namespace touchline::bench
