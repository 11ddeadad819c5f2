#include "domain/interaction/stretch_log.h"

#include <gtest/gtest.h>

#include <string>

#include "base/codec.h"
#include "domain/interaction/state.h"
#include "tests/calendar/calendar_text.h"

namespace touchline::domain {
namespace {

using test::At;

class StretchLogTest : public testing::Test {
 protected:
  static std::optional<Duration> Open(const StretchLog& log, const char* from, const char* to,
                                      StretchKinds kinds) {
    const auto office = Calendar::Build(test::Spec("UTC", "mon-fri 09:00-17:00"));
    return log.OpenBetween(At(from), At(to), kinds, *office);
  }

  StretchLog log_;
};

TEST_F(StretchLogTest, BeginsWithWork) {
  EXPECT_EQ(Open(log_, "2026-03-02T08:00:00Z", "2026-03-02T10:00:00Z", kAgentWorks),
            Duration::Hours(1));
  EXPECT_EQ(Open(log_, "2026-03-02T08:00:00Z", "2026-03-02T10:00:00Z", BitOf(StretchKind::kSolved)),
            Duration());
}

TEST_F(StretchLogTest, CountsEachStretchByItsKind) {
  log_.Begin(StretchKind::kPending, At("2026-03-02T10:00:00Z"));
  log_.Begin(StretchKind::kOnHold, At("2026-03-02T11:30:00Z"));
  log_.Begin(StretchKind::kSolved, At("2026-03-02T12:00:00Z"));
  log_.Begin(StretchKind::kWork, At("2026-03-02T15:00:00Z"));
  const auto open = [&](StretchKinds kinds) {
    return Open(log_, "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z", kinds)->millis() / 60'000;
  };
  EXPECT_EQ(open(kAgentWorks), 60 + 120);
  EXPECT_EQ(open(kRequesterWaits), 60 + 30 + 120);
  EXPECT_EQ(open(kUnsolved), 60 + 90 + 30 + 120);
}

TEST_F(StretchLogTest, CountsOnlyWhatLiesInTheRange) {
  log_.Begin(StretchKind::kPending, At("2026-03-02T10:00:00Z"));
  log_.Begin(StretchKind::kWork, At("2026-03-02T11:00:00Z"));
  EXPECT_EQ(Open(log_, "2026-03-02T09:30:00Z", "2026-03-02T11:10:00Z", kAgentWorks),
            Duration::Minutes(40));
  EXPECT_EQ(Open(log_, "2026-03-02T10:10:00Z", "2026-03-02T10:50:00Z", kAgentWorks), Duration());
  EXPECT_EQ(Open(log_, "2026-03-02T11:10:00Z", "2026-03-02T11:10:00Z", kAgentWorks), Duration());
}

TEST_F(StretchLogTest, ForgetsAllOnceThereAreTooManyChanges) {
  EventTime t = At("2026-03-02T09:00:00Z");
  const auto change = [&] {
    log_.Begin(t.millis() % 2 == 0 ? StretchKind::kPending : StretchKind::kWork, t);
    t = t + Duration::Millis(1);
  };
  for (size_t i = 0; i < StretchLog::kMost; ++i) change();
  const char* from = "2026-03-02T09:00:00Z";
  EXPECT_EQ(Open(log_, from, "2026-03-02T09:00:01Z", kAgentWorks), Duration::Millis(500));
  EXPECT_GE(log_.heap_bytes(), StretchLog::kMost * sizeof(int64_t));
  // The same once more is no change.
  log_.Begin(StretchKind::kWork, t);
  EXPECT_NE(Open(log_, from, "2026-03-02T09:00:01Z", kAgentWorks), std::nullopt);
  change();
  EXPECT_EQ(Open(log_, from, "2026-03-02T09:00:01Z", kAgentWorks), std::nullopt);
  EXPECT_EQ(log_.heap_bytes(), 0U);
  change();
  EXPECT_EQ(Open(log_, from, "2026-03-02T09:00:01Z", kAgentWorks), std::nullopt);
}

TEST_F(StretchLogTest, IsKeptInTheState) {
  InteractionState state, read;
  state.stretches.Begin(StretchKind::kOnHold, At("2026-03-02T10:00:00Z"));
  ByteBuffer bytes;
  RecordWriter out(&bytes);
  state.Encode(&out);
  ByteReader in(bytes.view());
  ASSERT_TRUE(read.Decode(&in));
  EXPECT_EQ(Open(read.stretches, "2026-03-02T09:00:00Z", "2026-03-02T17:00:00Z", kAgentWorks),
            Duration::Hours(1));
  EXPECT_FALSE(read == InteractionState());
}

}  // namespace
}  // namespace touchline::domain
