#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <utility>

namespace touchline::simulator {

// A story told as a coroutine: a contact's life from its first event to its last, an agent's
// shifts. Task<T> is one chapter: it starts when awaited (or when given to Scheduler::Start), and
// its awaiter goes on with the T that it returns. All chapters of one story share a *fiber*, the
// scheduler's slot for whatever of it sleeps.
using FiberIndex = uint32_t;

namespace internal {

struct PromiseBase {
  FiberIndex fiber = 0;
  std::coroutine_handle<> continuation = std::noop_coroutine();

  struct Final {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> h) noexcept {
      return h.promise().continuation;
    }
    void await_resume() noexcept {}
  };
  std::suspend_always initial_suspend() noexcept { return {}; }
  Final final_suspend() noexcept { return {}; }
  void unhandled_exception() { std::terminate(); }
};

template <class T>
struct Promise : PromiseBase {
  T value{};
  void return_value(T v) { value = std::move(v); }
  T Take() { return std::move(value); }
};
template <>
struct Promise<void> : PromiseBase {
  void return_void() {}
  void Take() {}
};

}  // namespace internal

template <class T = void>
class [[nodiscard]] Task {
 public:
  struct promise_type : internal::Promise<T> {
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  // Gives the frame away; whoever takes it destroys it.
  Handle Release() { return std::exchange(handle_, nullptr); }

  bool await_ready() const noexcept { return false; }
  template <class Parent>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Parent> parent) noexcept {
    handle_.promise().fiber = parent.promise().fiber;
    handle_.promise().continuation = parent;
    return handle_;
  }
  T await_resume() { return handle_.promise().Take(); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}
  Handle handle_;
};

}  // namespace touchline::simulator
