#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace touchline {

// Bytes that are appended one by one and few at a time, much more often than they are looked at:
// there is no end mark to move along, and room for a number is asked for once.
class ByteBuffer {
 public:
  void push_back(char c) {
    *Room(1) = c;
    ++size_;
  }
  void append(const char* from, size_t n) {
    char* const to = Room(n);
    // An empty text may have no memory at all.
    if (n != 0) std::memcpy(to, from, n);
    size_ += n;
  }
  void append(std::string_view s) { append(s.data(), s.size()); }
  // Where the next bytes go, of which `most` may be written. What was, is said with TakeUntil.
  char* Room(size_t most) {
    if (capacity_ - size_ < most) Grow(most);
    return bytes_.get() + size_;
  }
  void TakeUntil(const char* end) { size_ = static_cast<size_t>(end - bytes_.get()); }

  // Keeps its memory.
  void clear() { size_ = 0; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  static constexpr size_t kFewest = 256;

  void Grow(size_t most) {
    const size_t capacity = std::max({kFewest, 2 * capacity_, size_ + most});
    auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ != 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace touchline
