#include "pipeline/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/fake_store.h"

namespace touchline::pipeline {
namespace {

using domain::MetricId;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TaskKey kTask = {.stage = StageId::kInteractions, .number = 0};

EventTime At(int64_t seconds) { return EventTime::FromMillis(1'767'600'000'000 + seconds * 1000); }

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() : agent_{.kind = domain::ScopeKind::kAgent, .subject = symbols_.Intern("ada")} {}

  void Count(MetricId metric, EventTime at, int64_t value,
             domain::Rows rows = domain::Rows::kAll) {
    ledger_->Add({.scope = agent_,
                 .cell = {.metric = metric, .closed = 0, .bucket = 0},
                 .rows = rows,
                 .at = FloorTo(at, domain::kInstantGrain),
                 .value = value});
  }
  // Seals, makes durable and releases; returns what was released.
  Release Commit(EventTime highest) {
    auto batch = std::make_shared<SealedBatch>();
    Release release;
    EXPECT_TRUE(ledger_->Seal(highest, &store_, batch.get(), &release));
    store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
    ledger_->Durable();
    return release;
  }
  // "kind start: added-withdrawn" of every stored row of one cell.
  std::vector<std::string> Stored() const {
    std::vector<std::string> rows;
    for (const auto& [key, value] : store_.rows()) {
      std::vector<CellDelta> cells;
      EXPECT_TRUE(Ledger::DecodeRow(value, &cells));
      ByteReader in(std::string_view(key).substr(4));
      const auto table = static_cast<Table>(key[3]);
      std::string text = table == Table::kTotals     ? "total"
                         : table == Table::kQuarters ? "quarter"
                                                     : "bucket";
      if (table != Table::kTotals) {
        text += " " + std::to_string((in.SortableTime() - At(0)).millis() / 1000);
      }
      for (const CellDelta& c : cells) {
        text += " " + std::to_string(c.added) + "-" + std::to_string(c.withdrawn);
      }
      rows.push_back(text);
    }
    return rows;
  }

  domain::SymbolTable symbols_;
  domain::Scope agent_;
  PublishedLedger published_;
  test::FakeStore store_;
  std::optional<Ledger> ledger_{std::in_place, kTask, &symbols_, &published_};
};

TEST_F(LedgerTest, CarriesWhatWasCountedIntoTotalQuarterHourAndBucket) {
  Count(MetricId::kAgentReplies, At(14), 1);
  Count(MetricId::kAgentReplies, At(15), 2);
  Count(MetricId::kAgentReplies, At(900), 4);
  Commit(At(900));
  EXPECT_THAT(Stored(), ElementsAre("total 7-0", "quarter 0 3-0", "quarter 900 4-0",
                                    "bucket 0 1-0", "bucket 15 2-0", "bucket 900 4-0"));
}

TEST_F(LedgerTest, KeepsWhatIsTakenBackApartInTotalsAndNetInWindows) {
  Count(MetricId::kAgentReplies, At(0), 3);
  Count(MetricId::kAgentReplies, At(0), -1);
  Commit(At(0));
  EXPECT_THAT(Stored(), ElementsAre("total 3-1", "quarter 0 2-0", "bucket 0 2-0"));
}

TEST_F(LedgerTest, MovesAValueBetweenWindowsWithoutTouchingTheTotal) {
  Count(MetricId::kAgentReplies, At(0), 1);
  Commit(At(900));
  Count(MetricId::kAgentReplies, At(0), -1, domain::Rows::kWindowsOnly);
  Count(MetricId::kAgentReplies, At(900), 1, domain::Rows::kWindowsOnly);
  const Release release = Commit(At(900));
  EXPECT_THAT(Stored(), ElementsAre("total 1-0", "quarter 0 0-0", "quarter 900 1-0",
                                    "bucket 0 0-0", "bucket 900 1-0"));
  for (const Release::Row& row : release.rows) EXPECT_NE(row.kind, RowKind::kTotal);
}

TEST_F(LedgerTest, AGaugeIsANetTotalAndInNoWindow) {
  Count(MetricId::kWaitingContacts, At(0), 1, domain::Rows::kTotalOnly);
  Count(MetricId::kWaitingContacts, At(0), -1, domain::Rows::kTotalOnly);
  Count(MetricId::kWaitingContacts, At(0), 1, domain::Rows::kTotalOnly);
  Commit(At(0));
  EXPECT_THAT(Stored(), ElementsAre("total 1-0"));
}

TEST_F(LedgerTest, CountsNoBucketOlderThanNinetyMinutes) {
  Count(MetricId::kAgentReplies, At(0), 1);
  Count(MetricId::kAgentReplies, At(15), 1);
  Commit(At(90 * 60));
  EXPECT_THAT(Stored(), ElementsAre("total 2-0", "quarter 0 2-0", "bucket 15 1-0"));
}

TEST_F(LedgerTest, ReleasesDifferencesOnly) {
  Count(MetricId::kAgentReplies, At(0), 5);
  Commit(At(0));
  Count(MetricId::kAgentReplies, At(0), 1);
  for (const Release::Row& row : Commit(At(0)).rows) {
    ASSERT_EQ(row.cells.size(), 1u);
    EXPECT_EQ(row.cells[0].added, 1);
  }
  EXPECT_THAT(Commit(At(0)).rows, IsEmpty());
}

TEST_F(LedgerTest, AnotherLifeGoesOnFromWhatIsStoredHoweverOldTheQuarterHour) {
  Count(MetricId::kAgentReplies, At(0), 5);
  Commit(At(0));
  ledger_.emplace(kTask, &symbols_, &published_);
  Release restored;
  ASSERT_TRUE(ledger_->Restore(At(3 * 86'400), &store_, &restored));
  Count(MetricId::kAgentReplies, At(0), 1);
  Commit(At(3 * 86'400));
  EXPECT_THAT(Stored(), ElementsAre("total 6-0", "quarter 0 6-0", "bucket 0 5-0"));
}

}  // namespace
}  // namespace touchline::pipeline
