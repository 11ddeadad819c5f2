#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace touchline::pipeline {

// One commit, immutable once sealed: an ordered list of puts and deletes whose keys begin with
// (stage, task). No merges, range deletes or filters, so that the same list can go to a local store
// or to a changelog. Bytes live in one arena: no allocation per row.
class SealedBatch {
 public:
  struct Row {
    std::string_view key;
    std::string_view value;  // empty for a delete
    bool is_delete = false;
  };

  void Put(std::string_view key, std::string_view value) { Add(key, value, false); }
  void Delete(std::string_view key) { Add(key, {}, true); }

  // Empties it and keeps its room.
  void Clear() {
    arena_.clear();
    rows_.clear();
  }

  size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  size_t bytes() const { return arena_.size(); }
  // REQUIRES: i < size(). Valid as long as the batch is not changed.
  Row row(size_t i) const {
    const Slot& s = rows_[i];
    const std::string_view all(arena_);
    return Row{.key = all.substr(s.begin, s.key_size),
               .value = all.substr(s.begin + s.key_size, s.value_size),
               .is_delete = s.is_delete};
  }

 private:
  struct Slot {
    size_t begin = 0;
    uint32_t key_size = 0;
    uint32_t value_size = 0;
    bool is_delete = false;
  };
  void Add(std::string_view key, std::string_view value, bool is_delete) {
    rows_.push_back({.begin = arena_.size(),
                     .key_size = static_cast<uint32_t>(key.size()),
                     .value_size = static_cast<uint32_t>(value.size()),
                     .is_delete = is_delete});
    arena_.append(key);
    arena_.append(value);
  }

  std::string arena_;
  std::vector<Slot> rows_;
};

}  // namespace touchline::pipeline
