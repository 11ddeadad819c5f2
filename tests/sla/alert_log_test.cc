#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/sla/alert.h"

namespace touchline::domain {
namespace {

SlaNotice Breach(int64_t at_ms, uint32_t cycle = 1) {
  return {.kind = SlaNotice::Kind::kBreached, .target = SlaTarget::kFirstResponse, .cycle = cycle,
          .policy = 7, .at = EventTime::FromMillis(at_ms)};
}

// What the log has to say, as "at:revision" or "at:revision-retracted".
std::vector<std::string> Take(AlertLog* log) {
  std::vector<std::string> said;
  log->Take([&](const SlaNotice& n, bool is_stale, uint64_t revision, uint64_t retracts) {
    said.push_back(std::to_string(n.at.millis()) + ":" + std::to_string(revision) +
                   (retracts != 0 ? "-" + std::to_string(retracts) : "") +
                   (is_stale ? " stale" : ""));
  });
  return said;
}

using Said = std::vector<std::string>;

TEST(AlertLogTest, SaysEachNoticeOnce) {
  AlertLog log;
  log.Add(Breach(10), false);
  log.Add(Breach(20, 2), true);
  EXPECT_EQ(Take(&log), (Said{"10:1", "20:2 stale"}));
  EXPECT_EQ(Take(&log), Said{});
}

TEST(AlertLogTest, ARetractionNamesWhatItTakesBack) {
  AlertLog log;
  log.Add(Breach(10), false);
  log.Add(Breach(20, 2), false);
  EXPECT_EQ(Take(&log).size(), 2u);
  log.Retract(Breach(20, 2));
  log.Add(Breach(25, 2), false);
  EXPECT_EQ(Take(&log), (Said{"20:3-2", "25:4"}));
}

TEST(AlertLogTest, WhatIsTakenBackBeforeItWasSaidIsNotSaid) {
  AlertLog log;
  log.Add(Breach(10), false);
  log.Retract(Breach(10));
  EXPECT_EQ(Take(&log), Said{});
}

TEST(AlertLogTest, WhatComesBackBeforeItsRetractionWasSaidWasNeverAway) {
  AlertLog log;
  log.Add(Breach(10), false);
  EXPECT_EQ(Take(&log), Said{"10:1"});
  log.Retract(Breach(10));
  log.Add(Breach(10), false);
  EXPECT_EQ(Take(&log), Said{});
  log.Retract(Breach(10));
  EXPECT_EQ(Take(&log), Said{"10:2-1"});
}

TEST(AlertLogTest, TakesNothingBackThatNobodySaid) {
  AlertLog log;
  log.Retract(Breach(10));
  EXPECT_EQ(Take(&log), Said{});
  log.Add(Breach(10), false);
  EXPECT_EQ(Take(&log), Said{"10:1"});
  log.Retract(Breach(10));
  log.Retract(Breach(10));
  EXPECT_EQ(Take(&log), Said{"10:2-1"});
}

TEST(AlertLogTest, ForgetsWhatCannotChangeButNotARetractionUnderWay) {
  AlertLog log;
  log.Add(Breach(10), false);
  log.Add(Breach(20, 2), false);
  log.Add(Breach(30, 3), false);
  EXPECT_EQ(Take(&log).size(), 3u);
  log.Retract(Breach(10));
  log.ForgetBefore(EventTime::FromMillis(30));
  EXPECT_EQ(Take(&log), Said{"10:4-1"});
  log.Retract(Breach(20, 2));
  log.Retract(Breach(30, 3));
  EXPECT_EQ(Take(&log), Said{"30:5-3"});
}

TEST(AlertLogTest, TheStateKeepsWhatWasSaid) {
  AlertLog log;
  log.Add(Breach(10), false);
  log.Add(Breach(20, 2), false);
  EXPECT_EQ(Take(&log).size(), 2u);
  ByteBuffer bytes;
  RecordWriter out(&bytes);
  log.Encode(&out);
  AlertLog read;
  ByteReader in(bytes.view());
  ASSERT_TRUE(read.Decode(&in));
  EXPECT_TRUE(in.empty());
  read.Retract(Breach(20, 2));
  EXPECT_EQ(Take(&read), Said{"20:3-2"});
  AlertLog broken;
  ByteReader torn(bytes.view().substr(0, bytes.size() - 1));
  EXPECT_FALSE(broken.Decode(&torn));
}

}  // namespace
}  // namespace touchline::domain
