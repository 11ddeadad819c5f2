#include "pipeline/forgotten_customers.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "pipeline/customer_key.h"
#include "tests/support/fake_store.h"

namespace touchline::pipeline {
namespace {

constexpr TaskKey kTask = {.stage = StageId::kInteractions, .number = 3};

EventTime At(int64_t seconds) { return EventTime::FromMillis(1'767'600'000'000 + seconds * 1000); }

std::string KeyOf(const std::string& customer) {
  std::string key;
  AssignCustomerKey("acme", customer, &key);
  return key;
}
ForgottenNote NoteOf(const std::string& customer, EventTime until) {
  return {.customer = HashOfCustomer(KeyOf(customer)), .until = until};
}

TEST(ControlNoteTest, IsReadAsItWasWrittenAndNotOtherwise) {
  const ForgottenNote note = NoteOf("cora", At(5));
  const std::string bytes = EncodeNote(note);
  EXPECT_EQ(DecodeNote(bytes), note);
  EXPECT_EQ(bytes.find("cora"), std::string::npos);
  for (size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(DecodeNote(bytes.substr(0, n))) << n;
  EXPECT_FALSE(DecodeNote(bytes + "x"));
  EXPECT_FALSE(DecodeNote("\x02" + bytes.substr(1)));
  EXPECT_FALSE(DecodeNote(bytes.substr(0, 1) + "\x02" + bytes.substr(2)));
}

class ForgottenCustomersTest : public testing::Test {
 protected:
  void Commit(ForgottenCustomers* forgotten) {
    auto batch = std::make_shared<SealedBatch>();
    forgotten->Seal(batch.get());
    rows_written_ = batch->size();
    store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
  }
  test::FakeStore store_;
  size_t rows_written_ = 0;
};

TEST_F(ForgottenCustomersTest, TheLatestThatWasAskedForCounts) {
  ForgottenCustomers forgotten(kTask);
  EXPECT_TRUE(forgotten.empty());
  EXPECT_TRUE(forgotten.Add(NoteOf("cora", At(5))));
  EXPECT_FALSE(forgotten.Add(NoteOf("cora", At(5))));
  EXPECT_FALSE(forgotten.Add(NoteOf("cora", At(4))));
  EXPECT_TRUE(forgotten.Add(NoteOf("cora", At(6))));
  EXPECT_EQ(forgotten.Until(KeyOf("cora")), At(6));
  EXPECT_EQ(forgotten.Until(KeyOf("dora")), EventTime::Min());
  EXPECT_FALSE(forgotten.empty());
}

TEST_F(ForgottenCustomersTest, ASearchIsForWhatHadBeenAddedWhenItBegan) {
  ForgottenCustomers forgotten(kTask);
  forgotten.Add(NoteOf("cora", At(5)));
  forgotten.Add(NoteOf("dora", At(5)));
  EXPECT_EQ(forgotten.unswept(), 2);
  forgotten.BeginSweep();
  EXPECT_TRUE(forgotten.is_sweeping());
  EXPECT_EQ(forgotten.unswept(), 0);
  forgotten.Add(NoteOf("cora", At(9)));
  EXPECT_EQ(forgotten.unswept(), 1);
  EXPECT_EQ(forgotten.EndSweep(), 2);
  EXPECT_FALSE(forgotten.is_sweeping());
  Commit(&forgotten);
  EXPECT_EQ(rows_written_, 2u);

  // Of whom more was asked meanwhile is searched for again, in another life, too.
  ForgottenCustomers next(kTask);
  ASSERT_TRUE(next.Restore(&store_));
  EXPECT_EQ(next.unswept(), 1);
  EXPECT_EQ(next.Until(KeyOf("cora")), At(9));
  EXPECT_EQ(next.Until(KeyOf("dora")), At(5));
  next.BeginSweep();
  EXPECT_EQ(next.EndSweep(), 1);
  Commit(&next);
  ForgottenCustomers last(kTask);
  ASSERT_TRUE(last.Restore(&store_));
  EXPECT_EQ(last.unswept(), 0);
}

TEST_F(ForgottenCustomersTest, AnotherTasksAreNotItsOwn) {
  ForgottenCustomers forgotten(kTask);
  forgotten.Add(NoteOf("cora", At(5)));
  Commit(&forgotten);
  Commit(&forgotten);
  EXPECT_EQ(rows_written_, 0u);
  ForgottenCustomers other({.stage = StageId::kInteractions, .number = 4});
  ASSERT_TRUE(other.Restore(&store_));
  EXPECT_TRUE(other.empty());
}

TEST_F(ForgottenCustomersTest, ADamagedRowIsFatal) {
  auto batch = std::make_shared<SealedBatch>();
  batch->Put(TableKey(kTask, Table::kForgotten, "short"), "x");
  store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
  ForgottenCustomers forgotten(kTask);
  const Status restored = forgotten.Restore(&store_);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().exit_code, ExitCode::kStateUnreadable);
}

}  // namespace
}  // namespace touchline::pipeline
