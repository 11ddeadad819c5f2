#pragma once

// Measuring a piece of work in a process of its own, so that its CPU time and memory are its own.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.h"

namespace touchline::bench {

// Seconds of a clock that never goes back; the same clock in every process of the machine.
inline double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}
// CPU seconds of this process so far, all threads, in user and kernel.
double CpuSeconds();
// The most memory that this process has had resident so far.
int64_t PeakResidentBytes();

// Wall and CPU time since it was made, of this process.
struct Span {
  double wall = Now();
  double cpu = CpuSeconds();
  double wall_taken() const { return Now() - wall; }
  double cpu_taken() const { return CpuSeconds() - cpu; }
};

// Ends the program with the error, or gives the value.
[[noreturn]] void Die(std::string_view message);
template <class T>
T Must(Result<T> result) {
  if (!result) Die(result.error().message);
  return std::move(*result);
}
inline void Must(const Status& status) {
  if (!status) Die(status.error().message);
}

// A connection between two processes of the bench; whole values of fixed size.
class Channel {
 public:
  explicit Channel(int socket) : socket_(socket) {}
  Channel(Channel&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Channel& operator=(Channel&&) = delete;
  ~Channel();

  // Die when the other process has gone away.
  template <class T>
  void Send(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    Write(&value, sizeof(value));
  }
  template <class T>
  T Receive() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    Read(&value, sizeof(value));
    return value;
  }

 private:
  void Write(const void* bytes, size_t size);
  void Read(void* bytes, size_t size);
  int socket_ = -1;
};

// A process that runs a piece of the bench. It is killed if the bench itself ends.
struct Child {
  pid_t pid = 0;
  Channel channel;
  // Waits for it to end; Die when it failed.
  void Join();
};
// REQUIRES: this process has one thread.
Child Fork(const std::function<void(Channel*)>& work);

// The figures that `work` returns, measured in a process of its own.
template <class Figures>
Figures RunApart(const std::function<Figures()>& work) {
  Child child = Fork([&work](Channel* channel) { channel->Send(work()); });
  const auto figures = child.channel.Receive<Figures>();
  child.Join();
  return figures;
}

}  // namespace touchline::bench
