#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace touchline {

// The hash tables of the event path: open addressing, no node per entry. References and iterators
// do not survive an insertion.
template <class Key, class Value, class Hash = boost::hash<Key>, class Equal = std::equal_to<Key>>
using FlatMap = boost::unordered_flat_map<Key, Value, Hash, Equal>;

// Lets a table with std::string keys be searched by std::string_view without a copy.
struct StringHash {
  using is_transparent = void;
  using is_avalanching = void;
  size_t operator()(std::string_view s) const { return static_cast<size_t>(Hash64(s)); }
};
struct StringEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

template <class Value>
using StringMap = FlatMap<std::string, Value, StringHash, StringEqual>;

}  // namespace touchline
