// What the simulation found in the commit cycle, in as few steps as show it.

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "pipeline/worker.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_log.h"
#include "tests/support/fake_sink.h"
#include "tests/support/fake_source.h"
#include "tests/support/fake_store.h"

namespace touchline::sim {
namespace {

// Passes every record on, and holds as much as a test says.
class PassingTask final : public pipeline::Task {
 public:
  using Task::Task;
  size_t dirty = 0;
  size_t cache = 0;
  size_t may_keep = 0;
  int fired = 0;
  int lulls = 0;

  Status FireTimers() override {
    ++fired;
    return {};
  }
  Status UseLull() override {
    ++lulls;
    return {};
  }
  void Durable(uint64_t seal, size_t cache_bytes) override {
    Task::Durable(seal, cache_bytes);
    may_keep = cache_bytes;
  }
  size_t cache_bytes() const override { return cache; }
  size_t cache_entries() const override { return 0; }
  size_t timers() const override { return 0; }
  size_t dirty_bytes() const override { return dirty; }

 private:
  Status Apply(const pipeline::SourceRecord& record, WallTime) override {
    outbox_.Add({.topic = "out", .partition = 0, .key = {}, .payload = record.payload,
                 .headers = {}});
    return {};
  }
};

class CommitCycleTest : public testing::Test {
 protected:
  CommitCycleTest() {
    log_.CreateTopic("in", 2);
    log_.CreateTopic("out", 1);
    store_.HoldCommits();
    Begin({.commit_interval = Duration()});
  }
  void Begin(const pipeline::WorkerOptions& worker_options) {
    std::vector<std::unique_ptr<pipeline::Task>> tasks;
    pipeline::Release release;
    for (PassingTask** known : {&task_, &other_task_}) {
      pipeline::TaskOptions options;
      options.key.number = static_cast<uint16_t>(tasks.size());
      options.topic = "in";
      options.partition = static_cast<int32_t>(tasks.size());
      auto task = std::make_unique<PassingTask>(
          options,
          pipeline::TaskEnvironment{.reader = &store_, .published = &published_, .stats = &stats_});
      *known = task.get();
      tasks.push_back(std::move(task));
      EXPECT_TRUE(tasks.back()->Restore(&release));
    }
    worker_ = std::make_unique<pipeline::Worker>(
        worker_options,
        pipeline::Worker::Ports{.source = &source_, .committer = &store_, .sink = &sink_,
                                .clock = &clock_, .published = &published_, .stats = &stats_},
        std::move(tasks), [this](const char* step) {
          if (std::string_view(step) == "folded" && std::exchange(complete_when_folded_, false)) {
            store_.CompleteOne();
          }
        });
  }
  void Receive(const char* payload) { log_.Append("in", 0, {.payload = payload}); }
  void Step() { EXPECT_TRUE(worker_->Step(Duration())); }
  pipeline::Offset sent() const { return log_.End("out", 0); }

  test::FakeLog log_;
  test::FakeClock clock_;
  test::FakeStore store_;
  test::FakeSink sink_{&log_};
  test::FakeSource source_{&log_, &clock_, {{.input = 0, .topic = "in", .partition = 0},
                                            {.input = 1, .topic = "in", .partition = 1}}};
  pipeline::PublishedLedger published_;
  pipeline::ProcessStats stats_;
  std::unique_ptr<pipeline::Worker> worker_;
  PassingTask* task_ = nullptr;
  PassingTask* other_task_ = nullptr;  // receives nothing
  bool complete_when_folded_ = false;
};

TEST_F(CommitCycleTest, SendsNothingOfACommitThatIsStillInFlight) {
  Receive("first");
  Step();  // folds and seals it
  Receive("second");
  complete_when_folded_ = true;
  Step();  // in the middle of which the first commit becomes durable
  Step();
  Step();
  EXPECT_EQ(sent(), 1);
  store_.CompleteOne();
  Step();
  EXPECT_EQ(sent(), 2);
}

TEST_F(CommitCycleTest, SealsWhatWasFoldedWhileTheBrokerIsAway) {
  Receive("first");
  Step();
  Receive("second");
  Step();  // folds it while the first commit is in flight
  log_.BreakLink();
  store_.CompleteOne();
  EXPECT_EQ(worker_->Step(Duration()).error().kind, ErrorClass::kTransient);
  EXPECT_EQ(store_.waiting(), 1u);
}

TEST_F(CommitCycleTest, SealsBeforeItsTimeWhenMoreThanAQuarterOfTheCacheIsDirty) {
  Begin({.commit_interval = Duration::Hours(1), .cache_bytes = size_t{8} << 20});
  Receive("first");
  task_->dirty = size_t{2} << 20;
  Step();
  EXPECT_EQ(store_.waiting(), 0u);
  ++task_->dirty;
  Step();
  EXPECT_EQ(store_.waiting(), 1u);
}

TEST_F(CommitCycleTest, TasksShareTheCacheByWhatTheyHold) {
  Begin({.commit_interval = Duration(), .cache_bytes = 1000});
  task_->cache = 1500;
  other_task_->cache = 500;
  Receive("first");
  Step();
  store_.CompleteOne();
  Step();
  EXPECT_EQ(task_->may_keep, 750u);
  EXPECT_EQ(other_task_->may_keep, 250u);
}

TEST_F(CommitCycleTest, ABacklogLeavesHalfOfTheCacheFree) {
  Begin({.commit_interval = Duration(), .max_commit_interval = Duration(), .cache_bytes = 1000});
  for (int i = 0; i < 60'000; ++i) Receive("waits");
  source_.LimitBatch(1);
  source_.ProveEnds();
  task_->cache = 1000;
  Step();
  store_.CompleteOne();
  Step();
  EXPECT_EQ(task_->may_keep, 500u);
}

TEST_F(CommitCycleTest, TasksUseALullInTurnAndNoneInABacklog) {
  for (int i = 0; i < 60'000; ++i) Receive("waits");
  source_.ProveEnds();
  source_.LimitBatch(100);
  Step();  // learns of the backlog
  const int before = task_->lulls + other_task_->lulls;
  for (int i = 0; i < 10; ++i) Step();
  EXPECT_EQ(task_->lulls + other_task_->lulls, before);
  source_.LimitBatch(60'000);
  Step();
  task_->lulls = other_task_->lulls = 0;
  for (int i = 0; i < 10; ++i) Step();
  EXPECT_EQ(task_->lulls, 5);
  EXPECT_EQ(other_task_->lulls, 5);
}

TEST_F(CommitCycleTest, ACommitsOwnTimeCountsIntoTheInterval) {
  Begin({.commit_interval = Duration::Millis(200)});
  Receive("first");
  Step();
  EXPECT_EQ(store_.waiting(), 0u) << "the interval has just begun";
  clock_.Advance(Duration::Millis(200));
  Step();
  ASSERT_EQ(store_.waiting(), 1u);
  Receive("second");
  clock_.Advance(Duration::Millis(60));
  store_.CompleteOne();  // the commit took 60 ms, so the next seal is due 140 ms after the first
  Step();
  clock_.Advance(Duration::Millis(79));
  Step();
  EXPECT_EQ(store_.waiting(), 0u);
  clock_.Advance(Duration::Millis(1));
  Step();
  EXPECT_EQ(store_.waiting(), 1u);
}

TEST_F(CommitCycleTest, ASlowCommitHalvesTheIntervalAtMost) {
  Begin({.commit_interval = Duration::Millis(200)});
  Receive("first");
  clock_.Advance(Duration::Millis(200));
  Step();
  ASSERT_EQ(store_.waiting(), 1u);
  clock_.Advance(Duration::Millis(190));
  store_.CompleteOne();
  Receive("second");
  Step();  // 190 ms since the last seal: more than half
  EXPECT_EQ(store_.waiting(), 1u);
  store_.CompleteOne();  // at once: the whole interval again
  Receive("third");
  clock_.Advance(Duration::Millis(199));
  Step();
  EXPECT_EQ(store_.waiting(), 0u);
  clock_.Advance(Duration::Millis(1));
  Step();
  EXPECT_EQ(store_.waiting(), 1u);
}

TEST_F(CommitCycleTest, TheIntervalIsShortAgainOnceTheBacklogIsWorkedOff) {
  constexpr int kBacklog = 50'000;
  Begin({.commit_interval = Duration::Millis(200), .max_commit_interval = Duration::Seconds(2)});
  for (int i = 0; i < kBacklog + 1; ++i) Receive("waits");
  source_.LimitBatch(1);
  source_.ProveEnds();
  clock_.Advance(Duration::Millis(1999));
  Step();  // learns that as many are waiting as are a backlog
  EXPECT_EQ(store_.waiting(), 0u);
  Step();  // now one less is
  EXPECT_EQ(store_.waiting(), 1u);
}

TEST_F(CommitCycleTest, ABacklogIsCommittedAtTheLongestInterval) {
  Begin({.commit_interval = Duration::Millis(200), .max_commit_interval = Duration::Seconds(2)});
  for (int i = 0; i < 60'000; ++i) Receive("waits");
  source_.LimitBatch(1);
  source_.ProveEnds();
  Step();
  clock_.Advance(Duration::Millis(1999));
  Step();
  EXPECT_EQ(store_.waiting(), 0u);
  clock_.Advance(Duration::Millis(1));
  Step();
  EXPECT_EQ(store_.waiting(), 1u);
}

TEST_F(CommitCycleTest, StopsConsumingWhileTheOutboxIsFull) {
  Begin({.commit_interval = Duration(), .max_outbox_bytes = 10'000});
  Receive(std::string(10'000, 'x').c_str());
  Step();
  Receive("second");
  Step();  // finds the outbox full: its commit is in flight
  EXPECT_EQ(task_->next_offset(), 1);
  store_.CompleteOne();
  Step();  // sends it
  Step();
  EXPECT_EQ(task_->next_offset(), 2);
}

TEST_F(CommitCycleTest, CommitsWhatIsFoldedAndThenWritesNothingWhilePaused) {
  Receive("first");
  Step();
  Receive("second");
  Step();  // folds it while the first commit is in flight
  worker_->Pause(true);
  store_.CompleteOne();
  Step();
  EXPECT_EQ(store_.waiting(), 1u);
  store_.CompleteOne();
  Receive("third");
  const int fired = task_->fired;
  for (int i = 0; i < 5; ++i) Step();
  EXPECT_EQ(task_->next_offset(), 2);
  EXPECT_EQ(task_->fired, fired);
  EXPECT_EQ(store_.waiting(), 0u);
  worker_->Pause(false);
  Step();
  EXPECT_EQ(task_->next_offset(), 3);
  EXPECT_GT(task_->fired, fired);
}

}  // namespace
}  // namespace touchline::sim
