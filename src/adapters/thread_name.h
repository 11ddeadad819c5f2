#pragma once

#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace touchline::adapters {

// Names the calling thread for who looks at the process from outside (`top -H`, a debugger, a
// profile). At most 15 bytes are kept.
inline void NameThread(std::string name) {
  constexpr size_t kMost = 15;
  name.resize(std::min(name.size(), kMost));
  // It cannot fail but by a name that is too long, and nothing would depend on it.
  (void)pthread_setname_np(pthread_self(), name.c_str());
}

}  // namespace touchline::adapters
