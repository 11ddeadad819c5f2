#include "app/processor/label_memory.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/fake_clock.h"
#include "tests/support/fake_store.h"

namespace touchline::app {
namespace {

// One life of a process on the store.
struct Life {
  explicit Life(test::FakeStore* store) : memory(&pages, store, store) {}
  std::string Scrape(const std::string& queue) {
    const pipeline::PublishedScope scope =
        published.Resolve({.scope = domain::ScopeKind::kQueue, .subject = queue});
    pipeline::Release release;
    const domain::Cell cell = {.metric = domain::MetricId::kConsults, .closed = 0, .bucket = 0};
    release.rows.push_back({.scope = scope, .cells = {{.cell = cell.packed(), .added = 1}}});
    published.Apply(release, clock.Now());
    return pages.Main();
  }
  static bool Shows(const std::string& page, const std::string& queue) {
    return page.find("queue=\"" + queue + "\"") != std::string::npos;
  }

  pipeline::PublishedLedger published;
  pipeline::ProcessStats stats;
  test::FakeClock clock;
  adapters::MetricsPages pages{
      published, stats, {.limits = {.max_values = 1, .max_values_of = {}}}, clock};
  LabelMemory memory;
};

TEST(LabelMemoryTest, AdmitsAfterARestartWhomItHadAdmittedBefore) {
  test::FakeStore store;
  {
    Life life(&store);
    ASSERT_TRUE(life.memory.Restore());
    EXPECT_TRUE(Life::Shows(life.Scrape("zeal"), "zeal"));
    life.memory.Keep();
  }
  Life life(&store);
  ASSERT_TRUE(life.memory.Restore());
  const std::string page = life.Scrape("able");
  EXPECT_FALSE(Life::Shows(page, "able")) << "the only place is taken";
  EXPECT_TRUE(Life::Shows(page, "other"));
  EXPECT_TRUE(Life::Shows(life.Scrape("zeal"), "zeal"));
}

TEST(LabelMemoryTest, WritesOnlyWhatIsNew) {
  test::FakeStore store;
  Life life(&store);
  life.memory.Keep();
  EXPECT_TRUE(store.rows().empty());
  life.Scrape("zeal");
  life.memory.Keep();
  EXPECT_EQ(store.rows().size(), 1u);
}

TEST(LabelMemoryTest, SaysThatItIsDamaged) {
  test::FakeStore store;
  auto batch = std::make_shared<pipeline::SealedBatch>();
  batch->Put("\x7flabels", "\xff");
  store.Submit(std::move(batch), [](Status) {});
  Life life(&store);
  const Status status = life.memory.Restore();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().exit_code, ExitCode::kStateUnreadable);
}

}  // namespace
}  // namespace touchline::app
