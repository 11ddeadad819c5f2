#pragma once

#include <cstddef>

namespace touchline {

// Asks the processor for memory that will be read soon. Changes nothing but the time that the
// reading takes; more than a few lines at once wait for each other.
inline void PrefetchBytes(const void* at, size_t bytes) {
  constexpr size_t kLine = 64;
  const char* const begin = static_cast<const char*>(at);
  for (size_t i = 0; i < bytes; i += kLine) __builtin_prefetch(begin + i);
}

}  // namespace touchline
