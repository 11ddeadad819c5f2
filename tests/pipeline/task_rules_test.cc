// From which instant on a changed configuration decides.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "pipeline/task.h"
#include "pipeline/worker.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_log.h"
#include "tests/support/fake_sink.h"
#include "tests/support/fake_source.h"
#include "tests/support/fake_store.h"

namespace touchline::pipeline {
namespace {

constexpr TaskKey kTask = {.stage = StageId::kInteractions, .number = 3};
constexpr int64_t kNineMs = 1'767'600'000'000;
const EventTime kNine = EventTime::FromMillis(kNineMs);

// A task without entities: each record is an event at kNine.
class BareTask final : public Task {
 public:
  using Task::Task;
  Status FireTimers() override { return {}; }
  size_t cache_bytes() const override { return 0; }
  size_t cache_entries() const override { return 0; }
  size_t timers() const override { return 0; }
  size_t dirty_bytes() const override { return 0; }

 private:
  Status Apply(const SourceRecord&, WallTime now) override {
    watermark_.Saw(kNine, now);
    return {};
  }
};

class TaskRulesTest : public testing::Test {
 protected:
  // A life of the task by these rules, restored.
  std::unique_ptr<BareTask> Live(const domain::RuleSet& rules) {
    TaskOptions options = {.key = kTask, .topic = "t", .source_alias = "t", .time = {}};
    options.rules = rules;
    auto task = std::make_unique<BareTask>(options, TaskEnvironment{&store_, &published_, &stats_});
    Release release;
    EXPECT_TRUE(task->Restore(&release));
    return task;
  }
  void Commit(BareTask* task) {
    auto batch = std::make_shared<SealedBatch>();
    Release release;
    ASSERT_TRUE(task->Seal(task->last_seal() + 1, WallTime(), batch.get(), &release));
    store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
    task->Durable(task->last_seal(), 0);
  }
  void LiveOnce(const domain::RuleSet& rules) {
    const auto task = Live(rules);
    Commit(task.get());
  }
  std::vector<EventTime> StoredInstants() const {
    std::vector<EventTime> instants;
    const std::string prefix = TablePrefix(kTask, Table::kRules);
    for (const auto& [key, value] : store_.rows()) {
      if (!key.starts_with(prefix)) continue;
      ByteReader in(value);
      domain::RuleSet set;
      EXPECT_TRUE(set.Decode(&in));
      instants.push_back(set.effective_from);
    }
    return instants;
  }
  static domain::RuleSet Changed() {
    domain::RuleSet rules;
    rules.max_wrap_up = Duration::Minutes(1);
    return rules;
  }

  test::FakeStore store_;
  PublishedLedger published_;
  ProcessStats stats_;
};

TEST_F(TaskRulesTest, TheFirstSetIsInForceSinceEver) {
  LiveOnce({});
  EXPECT_EQ(StoredInstants(), std::vector{EventTime::Min()});
}

TEST_F(TaskRulesTest, TheSameSetIsStoredOnce) {
  LiveOnce({});
  LiveOnce({});
  EXPECT_EQ(StoredInstants(), std::vector{EventTime::Min()});
}

TEST_F(TaskRulesTest, AChangedSetCountsFromAfterTheHighestEventOn) {
  const auto task = Live({});
  ASSERT_TRUE(task->Process({.offset = 0}, WallTime::FromMillis(kNineMs)));
  Commit(task.get());
  LiveOnce(Changed());
  EXPECT_EQ(StoredInstants(), (std::vector{EventTime::Min(), kNine + Duration::Millis(1)}));
}

// A proven end moves live time past the events, and the timers up to it have fired.
TEST_F(TaskRulesTest, AChangedSetCountsFromTheWatermarkOnWhereThatIsAhead) {
  const auto task = Live({});
  ASSERT_TRUE(task->Process({.offset = 0}, WallTime::FromMillis(kNineMs)));
  const WallTime later = WallTime::FromMillis(kNineMs + 3'600'000);
  task->Proved({.end_offset = 1, .asked_at = later});
  Commit(task.get());
  ASSERT_GT(task->watermark(), kNine);
  LiveOnce(Changed());
  EXPECT_EQ(StoredInstants(), (std::vector{EventTime::Min(), task->watermark()}));
}

TEST_F(TaskRulesTest, AConfiguredInstantIsKeptUnlessSomethingIsDecidedThere) {
  const EventTime later = kNine + Duration::Hours(1);
  const auto task = Live({});
  ASSERT_TRUE(task->Process({.offset = 0}, WallTime::FromMillis(kNineMs)));
  Commit(task.get());
  domain::RuleSet changed = Changed();
  changed.effective_from = later;
  LiveOnce(changed);
  changed.max_wrap_up = Duration::Minutes(2);
  changed.effective_from = kNine;
  LiveOnce(changed);
  EXPECT_EQ(StoredInstants(),
            (std::vector{EventTime::Min(), later, kNine + Duration::Millis(1)}));
}

TEST_F(TaskRulesTest, AnotherInstantAloneIsNoNews) {
  LiveOnce({});
  domain::RuleSet same;
  same.effective_from = kNine;
  LiveOnce(same);
  EXPECT_EQ(StoredInstants(), std::vector{EventTime::Min()});
}

TEST_F(TaskRulesTest, RulesChangedInALifeAreStoredWithTheNextSeal) {
  const auto task = Live({});
  ASSERT_TRUE(task->Process({.offset = 0}, WallTime::FromMillis(kNineMs)));
  Commit(task.get());
  ASSERT_TRUE(task->ChangeRules(Changed()));
  EXPECT_TRUE(task->has_changes(WallTime()));
  EXPECT_EQ(StoredInstants(), std::vector{EventTime::Min()});
  Commit(task.get());
  EXPECT_EQ(StoredInstants(), (std::vector{EventTime::Min(), kNine + Duration::Millis(1)}));
  LiveOnce(Changed());
  EXPECT_EQ(StoredInstants().size(), 2U);
}

TEST_F(TaskRulesTest, TheSameRulesInALifeAreNoChange) {
  const auto task = Live({});
  Commit(task.get());
  ASSERT_TRUE(task->ChangeRules({}));
  EXPECT_FALSE(task->has_changes(WallTime()));
}

// Between the change and its seal the process dies: the next one finds it in the configuration.
TEST_F(TaskRulesTest, AChangeThatWasNotSealedIsMadeByTheNextLife) {
  LiveOnce({});
  ASSERT_TRUE(Live({})->ChangeRules(Changed()));
  LiveOnce(Changed());
  EXPECT_EQ(StoredInstants().size(), 2U);
}

// A worker with this one task.
class WorkerRulesTest : public TaskRulesTest {
 protected:
  WorkerRulesTest() {
    log_.CreateTopic("t", 1);
    std::vector<std::unique_ptr<Task>> tasks;
    tasks.push_back(Live({}));
    worker_ = std::make_unique<Worker>(
        WorkerOptions{.commit_interval = Duration()},
        Worker::Ports{.source = &source_, .committer = &store_, .sink = &sink_, .clock = &clock_,
                      .published = &published_, .stats = &stats_},
        std::move(tasks));
  }
  void Step() { ASSERT_TRUE(worker_->Step(Duration())); }

  test::FakeClock clock_;
  test::FakeLog log_;
  test::FakeSink sink_{&log_};
  test::FakeSource source_{&log_, &clock_, {{.topic = "t"}}};
  std::unique_ptr<Worker> worker_;
};

TEST_F(WorkerRulesTest, TakesNewRulesWithItsNextStep) {
  Step();
  worker_->ChangeRules(std::make_shared<domain::RuleSet>(Changed()));
  EXPECT_EQ(StoredInstants().size(), 1U);
  Step();
  EXPECT_EQ(StoredInstants().size(), 2U);
}

TEST_F(WorkerRulesTest, OfTwoChangesBetweenStepsTheNewerCounts) {
  Step();
  worker_->ChangeRules(std::make_shared<domain::RuleSet>(Changed()));
  worker_->ChangeRules(std::make_shared<domain::RuleSet>());
  Step();
  EXPECT_EQ(StoredInstants().size(), 1U);
}

TEST_F(WorkerRulesTest, StoresWhatCameJustBeforeItsEnd) {
  Step();
  worker_->ChangeRules(std::make_shared<domain::RuleSet>(Changed()));
  while (!*worker_->Drain()) {
  }
  EXPECT_EQ(StoredInstants().size(), 2U);
}

// A full disk: a change would want to be written.
TEST_F(WorkerRulesTest, TakesThemOnlyWhenItGoesOnAfterAPause) {
  Step();
  worker_->Pause(true);
  worker_->ChangeRules(std::make_shared<domain::RuleSet>(Changed()));
  Step();
  EXPECT_EQ(StoredInstants().size(), 1U);
  worker_->Pause(false);
  Step();
  EXPECT_EQ(StoredInstants().size(), 2U);
}

TEST_F(TaskRulesTest, StoredRulesThatCannotBeUsedHereStopTheTask) {
  domain::RuleSet rules;
  rules.calendars["office"].time_zone = "Moon/Tranquility";
  BareTask task({.key = kTask, .rules = rules}, {&store_, &published_, &stats_});
  Release release;
  const Status status = task.Restore(&release);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().exit_code, ExitCode::kStateUnreadable);
  EXPECT_NE(status.error().message.find("calendar 'office'"), std::string::npos);
}

}  // namespace
}  // namespace touchline::pipeline
