#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>

namespace touchline {

// A vector with room for `kPlaces` elements within itself; only more than that go to the heap.
template <class T, size_t kPlaces>
using SmallVector = boost::container::small_vector<T, kPlaces>;

// What it has on the heap.
template <class T, size_t kPlaces>
size_t HeapBytes(const SmallVector<T, kPlaces>& v) {
  return v.capacity() > kPlaces ? v.capacity() * sizeof(T) : 0;
}

}  // namespace touchline
