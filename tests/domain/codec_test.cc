// The bytes of the state do not depend on where they are written to.

#include "base/codec.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace touchline {
namespace {

template <class Bytes>
void Write(Bytes* bytes, uint64_t round) {
  BasicByteWriter<Bytes> out(bytes);
  for (int bits = 0; bits < 64; bits += 7) {
    for (const uint64_t near : {uint64_t{0}, uint64_t{1}, round}) {
      out.Varint((uint64_t{1} << bits) - near);
      out.Signed(-static_cast<int64_t>(uint64_t{1} << bits >> 1) + static_cast<int64_t>(near));
    }
  }
  out.Varint(UINT64_MAX);
  out.String(std::string(round, 'x'));
  out.String({});
  out.Raw("raw");
  out.Time(EventTime::Min());
  out.Time(EventTime::Max());
  out.Bool(true);
  out.Fixed64(0x0123456789ABCDEF);
  out.BigEndian32(7);
  out.SortableTime(EventTime::FromMillis(-1));
}

TEST(CodecTest, AllWritersWriteTheSame) {
  std::string all_in_string;
  ByteBuffer all_in_buffer;
  for (uint64_t round = 0; round < 300; ++round) {
    std::string bytes;
    Write(&bytes, round);
    FixedBytes<1024> fixed;
    Write(&fixed, round);
    EXPECT_EQ(fixed.view(), bytes);
    std::string tail = "begun ";
    {
      TailBytes rest(&tail, 1024);
      Write(&rest, round);
    }
    EXPECT_EQ(tail, "begun " + bytes);
    Write(&all_in_string, round);
    Write(&all_in_buffer, round);
    ASSERT_EQ(all_in_buffer.view(), all_in_string);
  }
}

TEST(CodecTest, ABufferIsEmptyAtFirstAndWhenCleared) {
  ByteBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.view(), "");
  buffer.append(std::string_view());
  EXPECT_TRUE(buffer.empty());
  buffer.append(std::string(5000, 'a'));
  buffer.push_back('b');
  EXPECT_EQ(buffer.size(), 5001u);
  buffer.clear();
  EXPECT_EQ(buffer.view(), "");
  buffer.append("c");
  EXPECT_EQ(buffer.view(), "c");
}

}  // namespace
}  // namespace touchline
