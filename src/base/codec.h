#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/time.h"

namespace touchline {

inline constexpr size_t kMaxVarintBytes = 10;
// Returns where its bytes end.
inline char* PutVarint(uint64_t v, char* to) {
  for (; v >= 0x80; v >>= 7) *to++ = static_cast<char>(v | 0x80);
  *to++ = static_cast<char>(v);
  return to;
}

// Appends values in the state's byte format: unsigned LEB128 varints, zig-zag for signed numbers,
// strings as length + bytes. Big-endian fixed-width forms are for keys, which must sort.
// `Bytes` is a std::string, a ByteBuffer or, where the most that will be written is known, one of
// those below.
template <class Bytes>
class BasicByteWriter {
 public:
  explicit BasicByteWriter(Bytes* out) : out_(out) {}

  void U8(uint8_t v) { out_->push_back(static_cast<char>(v)); }
  void Bool(bool v) { U8(v ? 1 : 0); }
  void Varint(uint64_t v) {
    if constexpr (requires { out_->Room(kMaxVarintBytes); }) {
      out_->TakeUntil(PutVarint(v, out_->Room(kMaxVarintBytes)));
    } else {
      if (v < 0x80) return out_->push_back(static_cast<char>(v));
      char b[kMaxVarintBytes];
      out_->append(b, static_cast<size_t>(PutVarint(v, b) - b));
    }
  }
  void Signed(int64_t v) {
    Varint((static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63));
  }
  void String(std::string_view s) {
    Varint(s.size());
    out_->append(s);
  }
  void Raw(std::string_view s) { out_->append(s); }
  void Time(EventTime t) { Signed(t.millis()); }
  void Fixed64(uint64_t v) {
    char b[8];
    std::memcpy(b, &v, 8);
    out_->append(b, 8);
  }
  void BigEndian16(uint16_t v) { BigEndian(v, 2); }
  void BigEndian32(uint32_t v) { BigEndian(v, 4); }
  void BigEndian64(uint64_t v) { BigEndian(v, 8); }
  // Sorts like the signed number: the sign bit is flipped.
  void SortableTime(EventTime t) {
    BigEndian64(static_cast<uint64_t>(t.millis()) ^ (uint64_t{1} << 63));
  }

 private:
  void BigEndian(uint64_t v, int bytes) {
    char b[8];
    for (int i = 0; i < bytes; ++i) b[i] = static_cast<char>(v >> (8 * (bytes - 1 - i)));
    out_->append(b, static_cast<size_t>(bytes));
  }
  Bytes* out_;
};
using ByteWriter = BasicByteWriter<std::string>;
// For what is written often: the records of entities.
using RecordWriter = BasicByteWriter<ByteBuffer>;

// Bytes to be written that are never more than kMost: appending asks for no room.
// REQUIRES: that they are not. An empty text may have no memory at all.
template <size_t kMost>
class FixedBytes {
 public:
  void push_back(char c) { bytes_[size_++] = c; }
  void append(const char* from, size_t n) {
    if (n != 0) std::memcpy(bytes_ + size_, from, n);
    size_ += n;
  }
  void append(std::string_view s) { append(s.data(), s.size()); }
  std::string_view view() const { return {bytes_, size_}; }

 private:
  char bytes_[kMost];
  size_t size_ = 0;
};

// The end of a string, to which no more than `most` bytes are appended: they ask for no room. What
// was not needed of it goes again at the end.
class TailBytes {
 public:
  TailBytes(std::string* out, size_t most) : out_(*out), size_(out->size()) {
    out_.resize(size_ + most);
  }
  ~TailBytes() { out_.resize(size_); }
  TailBytes(const TailBytes&) = delete;
  TailBytes& operator=(const TailBytes&) = delete;
  void push_back(char c) { out_[size_++] = c; }
  void append(const char* from, size_t n) {
    if (n != 0) std::memcpy(out_.data() + size_, from, n);
    size_ += n;
  }
  void append(std::string_view s) { append(s.data(), s.size()); }

 private:
  std::string& out_;
  size_t size_;
};

// Reads what ByteWriter wrote. Bytes come from disk or from a topic, so every read is checked: past
// the end or malformed, reads return zero values and ok() turns false for good.
class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_(in) {}

  bool ok() const { return ok_; }
  bool empty() const { return in_.empty(); }
  std::string_view rest() const { return in_; }

  uint8_t U8() {
    if (in_.empty()) return Fail();
    const auto v = static_cast<uint8_t>(in_[0]);
    in_.remove_prefix(1);
    return v;
  }
  bool Bool() { return U8() != 0; }
  uint64_t Varint() {
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (in_.empty()) return Fail();
      const auto b = static_cast<uint8_t>(in_[0]);
      in_.remove_prefix(1);
      v |= uint64_t{b & 0x7Fu} << shift;
      if ((b & 0x80) == 0) return v;
    }
    return Fail();
  }
  uint32_t Varint32() {
    const uint64_t v = Varint();
    return v <= 0xFFFFFFFFu ? static_cast<uint32_t>(v) : Fail();
  }
  int64_t Signed() {
    const uint64_t v = Varint();
    return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1);
  }
  std::string_view String() { return Raw(Varint()); }
  std::string_view Raw(uint64_t n) {
    if (n > in_.size()) {
      Fail();
      return {};
    }
    const std::string_view s = in_.substr(0, n);
    in_.remove_prefix(n);
    return s;
  }
  EventTime Time() { return EventTime::FromMillis(Signed()); }
  uint64_t Fixed64() {
    const std::string_view s = Raw(8);
    uint64_t v = 0;
    if (s.size() == 8) std::memcpy(&v, s.data(), 8);
    return v;
  }
  uint16_t BigEndian16() { return static_cast<uint16_t>(BigEndian(2)); }
  uint32_t BigEndian32() { return static_cast<uint32_t>(BigEndian(4)); }
  uint64_t BigEndian64() { return BigEndian(8); }
  EventTime SortableTime() {
    return EventTime::FromMillis(static_cast<int64_t>(BigEndian64() ^ (uint64_t{1} << 63)));
  }

 private:
  uint8_t Fail() {
    ok_ = false;
    in_ = {};
    return 0;
  }
  uint64_t BigEndian(uint64_t bytes) {
    uint64_t v = 0;
    for (const char c : Raw(bytes)) v = (v << 8) | static_cast<uint8_t>(c);
    return v;
  }
  std::string_view in_;
  bool ok_ = true;
};

static_assert(std::endian::native == std::endian::little, "Fixed64 is stored little-endian");

}  // namespace touchline
