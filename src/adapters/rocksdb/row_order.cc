#include "adapters/rocksdb/row_order.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "pipeline/keys.h"

namespace touchline::adapters {
namespace {

constexpr size_t kTable = pipeline::kTablePrefixBytes, kBytes = kTable + 16;

// Of which the first byte counts most; what a short key lacks is zero.
template <class Number>
Number NumberAt(const std::array<char, kBytes>& bytes, size_t at) {
  Number number = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return number;
}

}  // namespace

void RowOrder::Apply(std::vector<Row>* rows) {
  places_.clear();
  for (const Row& row : *rows) {
    std::array<char, kBytes> bytes = {};
    row.key.copy(bytes.data(), kBytes);  // of no bytes, from no place, as well
    places_.push_back({.table = NumberAt<uint32_t>(bytes, 0),
                       .row = static_cast<uint32_t>(places_.size()),
                       .first = NumberAt<uint64_t>(bytes, kTable),
                       .second = NumberAt<uint64_t>(bytes, kTable + 8)});
  }
  const auto key_of = [rows](const Place& place) { return (*rows)[place.row].key; };
  std::sort(places_.begin(), places_.end(), [&](const Place& a, const Place& b) {
    if (a.table != b.table) return a.table < b.table;
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    const int by_key = key_of(a).compare(key_of(b));
    return by_key != 0 ? by_key < 0 : a.row < b.row;
  });
  ordered_.clear();
  for (const Place& place : places_) {
    const Row& row = (*rows)[place.row];
    if (!ordered_.empty() && ordered_.back().key == row.key) ordered_.pop_back();
    ordered_.push_back(row);
  }
  rows->swap(ordered_);
}

}  // namespace touchline::adapters
