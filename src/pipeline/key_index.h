#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/prefetch.h"

namespace touchline::pipeline {

// Entities by the hashes of their keys. Open addressing with linear probing: a look needs one
// place of memory, which can be called for before it is due; no library's table lets it.
// `Entity` has a `key` that equals a std::string_view or does not, and is looked at only when the
// hashes are the same. At most half of the places are taken: 32 to 64 bytes an entity.
template <class Entity>
class KeyIndex {
 public:
  KeyIndex() : places_(kFewest) {}

  // The hash will be looked for soon.
  void Prefetch(uint64_t hash) const { touchline::Prefetch(&places_[HomeOf(hash)]); }
  // One with this hash, whatever its key; nullptr: there is none.
  Entity* WithHash(uint64_t hash) const {
    return Search(hash, [](const Entity*) { return true; });
  }
  // The one with this key; nullptr: there is none. REQUIRES: `hash` is that of the key.
  Entity* Find(uint64_t hash, std::string_view key) const {
    return Search(hash, [key](const Entity* e) { return e->key == key; });
  }
  // REQUIRES: none with its key is here.
  void Insert(uint64_t hash, Entity* entity) {
    if (2 * ++size_ > places_.size()) Grow();
    Put({.hash = hash, .entity = entity});
  }
  // REQUIRES: it is here, under this hash.
  void Erase(uint64_t hash, const Entity* entity) {
    size_t hole = HomeOf(hash);
    while (places_[hole].entity != entity) hole = After(hole);
    // Whoever stands behind it, and would not be found across the hole, moves up.
    for (size_t at = After(hole); places_[at].entity != nullptr; at = After(at)) {
      if (Distance(HomeOf(places_[at].hash), at) < Distance(hole, at)) continue;
      places_[hole] = places_[at];
      hole = at;
    }
    places_[hole] = {};
    --size_;
  }

 private:
  static constexpr size_t kFewest = 64;
  struct Place {
    uint64_t hash = 0;
    Entity* entity = nullptr;  // nullptr: free
  };

  size_t HomeOf(uint64_t hash) const { return static_cast<size_t>(hash) & (places_.size() - 1); }
  size_t After(size_t at) const { return (at + 1) & (places_.size() - 1); }
  size_t Distance(size_t from, size_t to) const { return (to - from) & (places_.size() - 1); }

  template <class IsWanted>
  Entity* Search(uint64_t hash, IsWanted is_wanted) const {
    for (size_t at = HomeOf(hash); places_[at].entity != nullptr; at = After(at)) {
      if (places_[at].hash == hash && is_wanted(places_[at].entity)) return places_[at].entity;
    }
    return nullptr;
  }
  void Put(const Place& place) {
    size_t at = HomeOf(place.hash);
    while (places_[at].entity != nullptr) at = After(at);
    places_[at] = place;
  }
  void Grow() {
    std::vector<Place> old(2 * places_.size());
    old.swap(places_);
    for (const Place& place : old) {
      if (place.entity != nullptr) Put(place);
    }
  }

  std::vector<Place> places_;  // a power of two
  size_t size_ = 0;
};

}  // namespace touchline::pipeline
