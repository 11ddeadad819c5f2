#include "pipeline/store_intervals.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "base/rfc3339.h"
#include "tests/support/pipeline_driver.h"

namespace touchline::pipeline {
namespace {

using domain::Cell;
using domain::MetricId;

EventTime At(const std::string& text) {
  return EventTime::FromMillis(*ParseRfc3339Nanos(text) / 1'000'000);
}

// Three calls, each from the IVR into a queue, in two partitions and two quarter hours.
class StoreIntervalsTest : public testing::Test {
 protected:
  StoreIntervalsTest() : driver_({.partitions = 2}) {
    Call(0, "C1", "2026-03-02T09:14:59.999Z");
    Call(1, "C2", "2026-03-02T09:15:00Z");
    Call(1, "C3", "2026-03-02T09:29:00Z");
    EXPECT_TRUE(driver_.Settle());
  }
  void Call(int partition, const std::string& id, const std::string& time) {
    driver_.AppendTo("support.calls", partition, id,
                     R"({"specversion":"1.0","source":"urn:pbx","type":"call.queued","id":")" + id +
                         R"(","subject":")" + id + R"(","time":")" + time +
                         R"(","data":{"queue":"sales"}})");
  }
  // Offered calls by quarter hour.
  std::map<std::string, int64_t> Offered(const std::string& from, const std::string& until) {
    std::map<std::string, int64_t> offered;
    EXPECT_TRUE(intervals_.VisitIntervals(
        At(from), At(until),
        [&](EventTime start, const ScopeLabels& labels, std::span<const CellDelta> cells) {
          for (const CellDelta& c : cells) {
            if (Cell::FromPacked(c.cell).metric != MetricId::kContactsOffered) continue;
            EXPECT_EQ(labels.subject, "sales");
            offered[FormatRfc3339(start)] += c.added - c.withdrawn;
          }
          return true;
        }));
    return offered;
  }

  test::PipelineDriver driver_;
  StoreIntervals intervals_{&driver_.store(),
                            {{.stage = StageId::kInteractions, .number = 1},
                             {.stage = StageId::kInteractions, .number = 2}}};
};

TEST_F(StoreIntervalsTest, VisitAllTasksFromInToUntilOut) {
  using Counts = std::map<std::string, int64_t>;
  const std::string first = "2026-03-02T09:00:00.000Z";
  const std::string second = "2026-03-02T09:15:00.000Z";
  EXPECT_EQ(Offered("2026-03-02T09:00:00Z", "2026-03-02T09:30:00Z"),
            (Counts{{first, 1}, {second, 2}}));
  EXPECT_EQ(Offered("2026-03-02T09:00:00Z", "2026-03-02T09:15:00Z"), (Counts{{first, 1}}));
  EXPECT_EQ(Offered("2026-03-02T09:00:00.001Z", "2026-03-02T10:00:00Z"), (Counts{{second, 2}}));
}

TEST_F(StoreIntervalsTest, StopWhenTheVisitorHasEnough) {
  int visits = 0;
  EXPECT_TRUE(intervals_.VisitIntervals(
      EventTime::Min(), EventTime::Max(),
      [&](EventTime, const ScopeLabels&, std::span<const CellDelta>) { return ++visits < 2; }));
  EXPECT_EQ(visits, 2);
}

TEST_F(StoreIntervalsTest, SayThatARowIsDamaged) {
  auto batch = std::make_shared<SealedBatch>();
  std::string key = TablePrefix({.stage = StageId::kInteractions, .number = 1}, Table::kQuarters);
  ByteWriter(&key).SortableTime(At("2026-03-02T09:00:00Z"));
  batch->Put(key, "\x05");
  driver_.store().Submit(std::move(batch), [](Status) {});
  const Status status = intervals_.VisitIntervals(
      EventTime::Min(), EventTime::Max(),
      [](EventTime, const ScopeLabels&, std::span<const CellDelta>) { return true; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().exit_code, ExitCode::kStateUnreadable);
}

}  // namespace
}  // namespace touchline::pipeline
