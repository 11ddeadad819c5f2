#include "app/log.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace touchline::app {
namespace {

class FixedClock final : public pipeline::Clock {
 public:
  WallTime Now() const override { return WallTime::FromMillis(1'767'600'000'123); }
  int64_t MonotonicNanos() const override { return 0; }
};

TEST(LogTest, WritesOneLogfmtLine) {
  EXPECT_EQ(FormatLogLine(WallTime::FromMillis(1'767'600'000'123), LogLevel::kInfo, "caught up",
                          {{"partition", "3"}}),
            "time=2026-01-05T08:00:00.123Z level=info msg=\"caught up\" partition=3\n");
}

TEST(LogTest, NeverBreaksALineWhateverTheValueHolds) {
  EXPECT_EQ(FormatLogLine(WallTime(), LogLevel::kError, "x", {{"k", "a\nb\"\\\x01="}, {"e", ""}}),
            "time=1970-01-01T00:00:00.000Z level=error msg=x k=\"a\\nb\\\"\\\\\\x01=\" e=\"\"\n");
}

TEST(LogTest, LeavesOutWhatIsBelowItsLevelAndWritesTheRestAtOnce) {
  const FixedClock clock;
  char buffer[256] = {};
  std::FILE* out = fmemopen(buffer, sizeof buffer, "w");
  ASSERT_NE(out, nullptr);
  Logger logger(&clock, out, LogLevel::kWarning);
  logger.Info("quiet");
  EXPECT_STREQ(buffer, "");
  logger.Warning("loud");
  EXPECT_STREQ(buffer, "time=2026-01-05T08:00:00.123Z level=warning msg=loud\n");
  std::fclose(out);
}

TEST(LogTest, KnowsItsLevelsByName) {
  EXPECT_EQ(ParseLogLevel("warning"), LogLevel::kWarning);
  EXPECT_EQ(ParseLogLevel("warn"), std::nullopt);
}

}  // namespace
}  // namespace touchline::app
