#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace touchline::pipeline {

// One commit, immutable once sealed: an ordered list of puts and deletes whose keys begin with
// (stage, task). No merges, range deletes or filters, so that the same list can go to a local store
// or to a changelog. Bytes live in large blocks: no allocation per row, and none is moved when the
// list grows.
class SealedBatch {
 public:
  struct Row {
    std::string_view key;
    std::string_view value;  // empty for a delete
    bool is_delete = false;
  };

  void Put(std::string_view key, std::string_view value) { Add(key, value, false); }
  void Delete(std::string_view key) { Add(key, {}, true); }

  // Empties it and keeps its room, as much of it as was used since the last Clear.
  void Clear() {
    blocks_.resize(used_blocks_);
    used_blocks_ = 0;
    free_ = {};
    bytes_ = 0;
    rows_.clear();
  }

  size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  // Of all keys and values.
  size_t bytes() const { return bytes_; }
  // REQUIRES: i < size(). Valid as long as the batch is not changed.
  Row row(size_t i) const {
    const Slot& s = rows_[i];
    return Row{.key = {s.begin, s.key_size},
               .value = {s.begin + s.key_size, s.value_size},
               .is_delete = s.is_delete};
  }

 private:
  static constexpr size_t kBlockBytes = size_t{1} << 20;

  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };
  struct Slot {
    const char* begin = nullptr;
    uint32_t key_size = 0;
    uint32_t value_size = 0;
    bool is_delete = false;
  };

  void Add(std::string_view key, std::string_view value, bool is_delete) {
    const size_t size = key.size() + value.size();
    if (free_.size() < size) NextBlock(size);
    char* const begin = free_.data();
    std::copy(value.begin(), value.end(), std::copy(key.begin(), key.end(), begin));
    free_ = free_.subspan(size);
    bytes_ += size;
    rows_.push_back({.begin = begin,
                     .key_size = static_cast<uint32_t>(key.size()),
                     .value_size = static_cast<uint32_t>(value.size()),
                     .is_delete = is_delete});
  }
  void NextBlock(size_t least) {
    if (used_blocks_ == blocks_.size()) blocks_.emplace_back();
    Block& block = blocks_[used_blocks_++];
    if (block.size < least) {
      block.size = std::max(least, kBlockBytes);
      block.bytes = std::make_unique_for_overwrite<char[]>(block.size);
    }
    free_ = {block.bytes.get(), block.size};
  }

  std::vector<Block> blocks_;
  size_t used_blocks_ = 0;
  std::span<char> free_;  // of the last one used
  size_t bytes_ = 0;
  std::vector<Slot> rows_;
};

}  // namespace touchline::pipeline
