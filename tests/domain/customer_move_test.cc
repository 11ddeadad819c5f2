// What a customer who is forgotten leaves to his pseudonym.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "domain/journey/customer.h"

namespace touchline::domain {
namespace {

EventTime At(int64_t minutes) {
  return EventTime::FromMillis(1'767'600'000'000) + Duration::Minutes(minutes);
}

class CustomerMoveTest : public testing::Test {
 protected:
  CustomerMoveTest() { rules_.journey_quiet_period = Duration::Hours(1); }

  // A contact that takes five minutes from `start` on.
  static ContactFact Fact(const char* id, int64_t start, uint64_t revision = 1) {
    ContactFact fact;
    fact.id = id;
    fact.revision = revision;
    fact.channel = Channel::kVoice;
    fact.initiator = Party::kCustomer;
    fact.start = At(start);
    fact.end = At(start + 5);
    return fact;
  }
  static ContactFact Withdrawal(const char* id, uint64_t revision) {
    ContactFact fact;
    fact.id = id;
    fact.revision = revision;
    fact.withdrawn = true;
    return fact;
  }
  Customer::Taken Take(Customer* customer, const ContactFact& fact) {
    return customer->Take(fact, Context(), &symbols_, &published_, &restated_);
  }
  void Move(int64_t until) {
    named_.MoveTo(&unnamed_, At(until), Context(), &published_, &restated_);
  }
  JourneyContext Context() { return {.rules = book_, .watermark = At(watermark_), .room = room_}; }
  // Net, by cell.
  std::map<uint32_t, int64_t> Published() const {
    std::map<uint32_t, int64_t> net;
    for (const Contribution& c : published_) net[c.cell.packed()] += c.value;
    std::erase_if(net, [](const auto& cell) { return cell.second == 0; });
    return net;
  }
  static std::vector<std::pair<std::string, uint64_t>> ContactsOf(const Customer& customer) {
    std::vector<std::pair<std::string, uint64_t>> contacts;
    for (const JourneyContact& c : customer.contacts()) contacts.emplace_back(c.id, c.revision);
    return contacts;
  }
  using Contacts = std::vector<std::pair<std::string, uint64_t>>;

  RuleSet rules_;
  SymbolTable symbols_;
  RuleBook book_{{rules_}, &symbols_};
  Customer named_, unnamed_;
  JourneyRoom room_;
  Contributions published_;
  uint64_t restated_ = 0;
  int64_t watermark_ = 30;
};

TEST_F(CustomerMoveTest, AllOfItMovesAndNothingChanges) {
  Take(&named_, Fact("a", 0));
  Take(&named_, Fact("b", 10));
  Take(&named_, Fact("c", 20));
  const auto before = Published();
  const uint64_t restated = restated_;
  Move(20);
  EXPECT_EQ(Published(), before);
  EXPECT_EQ(restated_, restated);
  EXPECT_TRUE(named_.Forgotten());
  EXPECT_EQ(ContactsOf(unnamed_), (Contacts{{"a", 1}, {"b", 1}, {"c", 1}}));
}

// As if each had had his own contacts from the start.
TEST_F(CustomerMoveTest, WhatBeganLaterStaysAndFollowsNobody) {
  Take(&named_, Fact("a", 0));
  Take(&named_, Fact("b", 10));
  Take(&named_, Fact("c", 20));
  Move(19);
  EXPECT_EQ(ContactsOf(named_), (Contacts{{"c", 1}}));
  EXPECT_EQ(ContactsOf(unnamed_), (Contacts{{"a", 1}, {"b", 1}}));
  EXPECT_GT(restated_, 0u);
  const auto moved = Published();
  published_.clear();
  Customer first, second;
  Take(&first, Fact("a", 0));
  Take(&first, Fact("b", 10));
  Take(&second, Fact("c", 20));
  EXPECT_EQ(moved, Published());
}

TEST_F(CustomerMoveTest, OfTwoFactsOfAContactTheNewerCounts) {
  Take(&named_, Fact("a", 0, 2));
  Take(&named_, Fact("b", 10, 2));
  Take(&named_, Fact("c", 20, 2));
  Take(&unnamed_, Fact("a", 0, 3));
  Take(&unnamed_, Fact("b", 10, 1));
  Take(&unnamed_, Withdrawal("c", 3));
  Move(20);
  EXPECT_TRUE(named_.Forgotten());
  EXPECT_EQ(ContactsOf(unnamed_), (Contacts{{"a", 3}, {"b", 2}}));
  EXPECT_EQ(Take(&unnamed_, Fact("c", 20, 3)), Customer::Taken::kStale);
  const auto moved = Published();
  published_.clear();
  Customer one;
  Take(&one, Fact("a", 0, 3));
  Take(&one, Fact("b", 10, 2));
  EXPECT_EQ(moved, Published());
}

TEST_F(CustomerMoveTest, WhatWasWithdrawnStaysSo) {
  Take(&named_, Fact("a", 0, 1));
  Take(&named_, Withdrawal("a", 2));
  Take(&named_, Withdrawal("b", 2));
  Take(&unnamed_, Fact("b", 10, 1));
  Take(&named_, Withdrawal("c", 2));
  Take(&unnamed_, Fact("c", 20, 3));
  Move(30);
  EXPECT_TRUE(named_.Forgotten());
  EXPECT_EQ(ContactsOf(unnamed_), (Contacts{{"c", 3}}));
  EXPECT_EQ(Take(&unnamed_, Fact("a", 0, 1)), Customer::Taken::kStale);
  EXPECT_EQ(Take(&unnamed_, Fact("b", 10, 2)), Customer::Taken::kStale);
}

// Of journeys that are over long ago only the last contact is kept, for what comes after it.
TEST_F(CustomerMoveTest, TheBaseMovesIfItIsOldEnough) {
  rules_.journey_retention = Duration::Hours(10);
  book_ = RuleBook({rules_}, &symbols_);
  Take(&named_, Fact("a", 0));
  watermark_ = 60 * 12;
  named_.Advance(Context(), &published_);
  ASSERT_TRUE(ContactsOf(named_).empty());
  ASSERT_FALSE(named_.Forgotten());
  const auto before = Published();
  Customer kept = {};
  named_.MoveTo(&kept, At(-1), Context(), &published_, &restated_);
  EXPECT_FALSE(named_.Forgotten());
  EXPECT_EQ(Take(&kept, Fact("older", -1)), Customer::Taken::kTooLate);
  Move(0);
  EXPECT_TRUE(named_.Forgotten());
  EXPECT_EQ(Published(), before);
  EXPECT_EQ(Take(&unnamed_, Fact("late", 0)), Customer::Taken::kTooLate);
}

// Forgotten before, he has left an open contact that is older than what is kept of him since.
TEST_F(CustomerMoveTest, ABaseShutsOutNoContactThatIsThereAlready) {
  rules_.journey_retention = Duration::Hours(10);
  book_ = RuleBook({rules_}, &symbols_);
  ContactFact open = Fact("open", 0);
  open.end.reset();
  for (const int64_t until : {60, 30}) {  // the base moves, or only its bound does
    named_ = {};
    unnamed_ = {};
    watermark_ = 70;
    Take(&unnamed_, open);
    Take(&named_, Fact("later", 60));
    watermark_ = 60 * 13;
    named_.Advance(Context(), &published_);
    ASSERT_TRUE(ContactsOf(named_).empty());
    ASSERT_FALSE(named_.Forgotten());
    Move(until);
    EXPECT_EQ(Take(&unnamed_, Fact("open", 0, 2)), Customer::Taken::kApplied) << until;
  }
}

}  // namespace
}  // namespace touchline::domain
