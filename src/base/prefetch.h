#pragma once

#include <cstddef>

namespace touchline {

// Asks the processor for a line of memory that will be read soon. Changes nothing but the time that
// the reading takes; more than a few lines at once wait for each other.
inline void Prefetch(const void* at) {
  __builtin_prefetch(at);
  // GCC takes a function that does nothing else for one without an effect, and leaves out its call.
  asm volatile("");
}

inline void PrefetchBytes(const void* at, size_t bytes) {
  constexpr size_t kLine = 64;
  const char* const begin = static_cast<const char*>(at);
  for (size_t i = 0; i < bytes; i += kLine) Prefetch(begin + i);
}

}  // namespace touchline
