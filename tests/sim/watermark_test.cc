#include "pipeline/watermark.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/codec.h"

namespace touchline::sim {
namespace {

using pipeline::TimeMode;
using pipeline::Watermark;

EventTime At(int64_t seconds) { return EventTime::FromMillis(seconds * 1000); }

Watermark Recorded(std::optional<EventTime> until = std::nullopt) {
  return Watermark({.mode = TimeMode::kRecorded, .recorded_until = until});
}

TEST(WatermarkTest, IsFinalOnlyWhenEverySourceHasSaidItsLast) {
  Watermark watermark = Recorded();
  watermark.Heartbeat(1, At(100), false);
  watermark.Heartbeat(2, At(90), false);
  watermark.Saw(At(120), WallTime());
  watermark.Heartbeat(1, At(200), true);
  EXPECT_FALSE(watermark.is_final());
  EXPECT_EQ(watermark.value(), At(140));  // the other one holds it, for its silence of a minute
  watermark.Heartbeat(2, At(210), true);
  EXPECT_TRUE(watermark.is_final());
  EXPECT_EQ(watermark.value(), At(210));
}

TEST(WatermarkTest, IsFinalWhenTheOnlySourceSaysItsFirstAndLast) {
  Watermark watermark = Recorded();
  watermark.Heartbeat(1, At(50), true);
  EXPECT_TRUE(watermark.is_final());
  EXPECT_EQ(watermark.value(), At(50));
}

TEST(WatermarkTest, TellsTheLeastThatItsSourcesSayIsComplete) {
  Watermark watermark = Recorded();
  EXPECT_EQ(watermark.complete_until(), std::nullopt);
  watermark.Heartbeat(1, At(100), false);
  watermark.Heartbeat(2, At(90), false);
  watermark.Saw(At(500), WallTime());  // beyond the silence: they hold nothing back any more
  EXPECT_EQ(watermark.complete_until(), At(90));
  watermark.Heartbeat(2, At(80), false);  // an old one, late
  EXPECT_EQ(watermark.complete_until(), At(90));
  watermark.Heartbeat(2, At(95), true);
  EXPECT_EQ(watermark.complete_until(), At(100));
  watermark.Heartbeat(1, At(110), true);
  EXPECT_EQ(watermark.complete_until(), std::nullopt);
}

TEST(WatermarkTest, KeepsWhatItsSourcesSayOverARestart) {
  Watermark watermark = Recorded();
  watermark.Heartbeat(7, At(100), false);
  std::string row;
  ByteWriter out(&row);
  watermark.Encode(&out);
  Watermark restored = Recorded();
  ByteReader in(row);
  restored.Decode(&in);
  EXPECT_EQ(restored.complete_until(), At(100));
}

TEST(WatermarkTest, EndsARecordingWhereItIsConfiguredToEnd) {
  Watermark watermark = Recorded(At(500));
  watermark.ReachedEnd();  // of a partition that nobody has filled yet
  EXPECT_FALSE(watermark.is_final());
  watermark.Saw(At(120), WallTime());
  EXPECT_EQ(watermark.value(), At(120));
  watermark.ReachedEnd();
  EXPECT_TRUE(watermark.is_final());
  EXPECT_EQ(watermark.value(), At(500));
}

TEST(WatermarkTest, AwaitsMoreOfARecordingWithoutAConfiguredEnd) {
  Watermark watermark = Recorded();
  watermark.Saw(At(120), WallTime());
  watermark.ReachedEnd();
  EXPECT_FALSE(watermark.is_final());
  EXPECT_EQ(watermark.value(), At(120));
}

}  // namespace
}  // namespace touchline::sim
