// Which policy, of which version, is in force for a contact at an instant.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/interaction/interaction.h"
#include "domain/rule_book.h"
#include "tests/calendar/calendar_text.h"

namespace touchline::domain {
namespace {

constexpr Duration kMs = Duration::Millis(1);
const EventTime kJan = test::At("2026-01-01T00:00:00Z");
const EventTime kFeb = test::At("2026-02-01T00:00:00Z");
const EventTime kMar = test::At("2026-03-01T00:00:00Z");
const EventTime kApr = test::At("2026-04-01T00:00:00Z");
constexpr auto kAnswer = static_cast<size_t>(SlaTarget::kAnswer);

class PolicyBookTest : public testing::Test {
 protected:
  // Its budget tells versions apart.
  static PolicyVersion Version(EventTime from, int64_t minutes, PolicyMatch match = {}) {
    PolicyVersion version = {.effective_from = from, .match = std::move(match), .targets = {}};
    version.targets[kAnswer] =
        TargetRule{.budget = Duration::Minutes(minutes), .by_priority = {}, .calendar = "always"};
    return version;
  }
  static RuleSet Set(EventTime from, std::vector<Policy> policies) {
    RuleSet set;
    set.effective_from = from;
    set.calendars["always"] = test::Spec("UTC", "24x7");
    set.policies = std::move(policies);
    return set;
  }
  RuleBook Book(std::vector<RuleSet> sets) { return RuleBook(std::move(sets), &symbols_); }
  PolicyLabels Labels(Kind kind, std::string_view queue) {
    return {.partner = symbols_.Intern("north"),
            .kind = kind,
            .channel = Channel::kVoice,
            .queue = symbols_.Intern(queue),
            .priority = symbols_.Intern("high"),
            .tier = 0};
  }
  // "NAME MINUTES", or "-".
  std::string InForce(const RuleBook& book, EventTime t, const PolicyLabels& labels) const {
    const BoundPolicy* policy = book.PolicyAt(t, labels);
    if (policy == nullptr) return "-";
    return symbols_.name(policy->name) + " " +
           std::to_string(policy->targets[kAnswer]->budget->millis() / 60'000);
  }
  std::string InForce(const RuleBook& book, EventTime t) {
    return InForce(book, t, Labels(Kind::kCall, "sales"));
  }

  SymbolTable symbols_;
};

TEST_F(PolicyBookTest, IsEmptyWithoutPolicies) {
  const RuleBook book = Book({RuleSet()});
  EXPECT_EQ(InForce(book, kJan), "-");
  EXPECT_EQ(book.NextPolicyChangeAfter(EventTime::Min()), std::nullopt);
}

TEST_F(PolicyBookTest, TakesTheFirstThatMatches) {
  const RuleBook book = Book({Set(
      EventTime::Min(),
      {{"sales", {Version(EventTime::Min(), 1, {.queues = {"sales"}, .kinds = {Kind::kCall}})}},
       {"calls", {Version(EventTime::Min(), 2, {.kinds = {Kind::kCall}})}},
       {"rest", {Version(EventTime::Min(), 3)}}})});
  EXPECT_EQ(InForce(book, kJan, Labels(Kind::kCall, "sales")), "sales 1");
  EXPECT_EQ(InForce(book, kJan, Labels(Kind::kCall, "")), "calls 2");
  EXPECT_EQ(InForce(book, kJan, Labels(Kind::kChat, "sales")), "rest 3");
}

TEST_F(PolicyBookTest, MatchesOnEachLabel) {
  const auto matches = [&](PolicyMatch match) {
    const RuleBook book =
        Book({Set(EventTime::Min(), {{"p", {Version(EventTime::Min(), 1, std::move(match))}}})});
    return InForce(book, kJan) == "p 1";
  };
  EXPECT_TRUE(matches({.partners = {"south", "north"}}));
  EXPECT_FALSE(matches({.partners = {"south"}}));
  EXPECT_TRUE(matches({.queues = {"sales"}}));
  EXPECT_FALSE(matches({.queues = {""}}));
  EXPECT_TRUE(matches({.priorities = {"high"}}));
  EXPECT_FALSE(matches({.priorities = {"low"}}));
  EXPECT_TRUE(matches({.tiers = {"gold", ""}}));  // "": not known
  EXPECT_FALSE(matches({.tiers = {"gold"}}));
  EXPECT_TRUE(matches({.kinds = {Kind::kChat, Kind::kCall}}));
  EXPECT_FALSE(matches({.kinds = {Kind::kTicket}}));
  EXPECT_TRUE(matches({.channels = {Channel::kVoice}}));
  EXPECT_FALSE(matches({.channels = {Channel::kWeb, Channel::kSocial}}));
  EXPECT_FALSE(matches({.queues = {"sales"}, .tiers = {"gold"}}));
}

TEST_F(PolicyBookTest, AVersionIsInForceFromItsInstantOnAndNotBefore) {
  const RuleBook book =
      Book({Set(EventTime::Min(), {{"p", {Version(kFeb, 1), Version(kMar, 2)}}})});
  EXPECT_EQ(InForce(book, kFeb - kMs), "-");
  EXPECT_EQ(InForce(book, kFeb), "p 1");
  EXPECT_EQ(InForce(book, kMar - kMs), "p 1");
  EXPECT_EQ(InForce(book, kMar), "p 2");
  EXPECT_EQ(book.NextPolicyChangeAfter(kFeb - kMs), kFeb);
  EXPECT_EQ(book.NextPolicyChangeAfter(kFeb), kMar);
  EXPECT_EQ(book.NextPolicyChangeAfter(kMar), std::nullopt);
}

// A version may stop to match: what it had matched goes to a policy below.
TEST_F(PolicyBookTest, OnlyTheVersionInForceMatches) {
  const RuleBook book = Book(
      {Set(EventTime::Min(), {{"p", {Version(kJan, 1), Version(kMar, 2, {.queues = {"other"}})}},
                              {"rest", {Version(EventTime::Min(), 3)}}})});
  EXPECT_EQ(InForce(book, kJan - kMs), "rest 3");
  EXPECT_EQ(InForce(book, kFeb), "p 1");
  EXPECT_EQ(InForce(book, kMar), "rest 3");
}

TEST_F(PolicyBookTest, ASetsVersionsCountOnlyWhileItIsInForce) {
  const RuleBook book = Book({Set(kJan, {{"p", {Version(EventTime::Min(), 1), Version(kApr, 2)}}}),
                              Set(kMar, {{"p", {Version(kFeb, 3), Version(kMar + kMs, 4)}}})});
  EXPECT_EQ(InForce(book, EventTime::Min()), "p 1");  // the first set serves what was before it
  EXPECT_EQ(InForce(book, kMar - kMs), "p 1");
  EXPECT_EQ(InForce(book, kMar), "p 3");
  EXPECT_EQ(InForce(book, kApr), "p 4");
  EXPECT_EQ(book.NextPolicyChangeAfter(EventTime::Min()), kMar);
  EXPECT_EQ(book.NextPolicyChangeAfter(kMar), kMar + kMs);
  EXPECT_EQ(book.NextPolicyChangeAfter(kMar + kMs), std::nullopt);
}

TEST_F(PolicyBookTest, OfTwoSetsAtOneInstantTheLaterCounts) {
  const RuleBook book = Book({Set(EventTime::Min(), {{"p", {Version(EventTime::Min(), 1)}}}),
                              Set(kFeb, {{"p", {Version(EventTime::Min(), 2)}}}),
                              Set(kFeb, {{"p", {Version(EventTime::Min(), 3)}}})});
  EXPECT_EQ(InForce(book, kFeb - kMs), "p 1");
  EXPECT_EQ(InForce(book, kFeb), "p 3");
  EXPECT_EQ(book.NextPolicyChangeAfter(kFeb), std::nullopt);
}

// Whoever runs by a policy sees from its address that nothing has changed for him.
TEST_F(PolicyBookTest, AnUnchangedPromiseIsOneOverAnEditOfSomethingElse) {
  RuleSet edited = Set(kMar, {{"new", {Version(EventTime::Min(), 9, {.tiers = {"gold"}})}},
                              {"p", {Version(EventTime::Min(), 1)}}});
  edited.max_wrap_up = Duration::Minutes(1);
  edited.calendars["unused"] = test::Spec("Europe/Berlin", "mon-fri 08:00-18:00");
  const RuleBook book =
      Book({Set(EventTime::Min(), {{"p", {Version(EventTime::Min(), 1)}}}), edited});
  const PolicyLabels labels = Labels(Kind::kCall, "sales");
  EXPECT_EQ(book.PolicyAt(kFeb, labels), book.PolicyAt(kApr, labels));
}

TEST_F(PolicyBookTest, AnEditedCalendarMakesAnotherPromise) {
  RuleSet edited = Set(kMar, {{"p", {Version(EventTime::Min(), 1)}}});
  edited.calendars["always"] = test::Spec("UTC", "mon-fri 08:00-18:00");
  const RuleBook book =
      Book({Set(EventTime::Min(), {{"p", {Version(EventTime::Min(), 1)}}}), edited});
  const PolicyLabels labels = Labels(Kind::kCall, "sales");
  const BoundPolicy* before = book.PolicyAt(kFeb, labels);
  const BoundPolicy* after = book.PolicyAt(kApr, labels);
  EXPECT_NE(before, after);
  EXPECT_TRUE(before->targets[kAnswer]->calendar->IsOpen(kFeb));
  EXPECT_FALSE(after->targets[kAnswer]->calendar->IsOpen(kFeb));
}

TEST_F(PolicyBookTest, AddressesSurviveAnotherSetAndAMove) {
  RuleBook book = Book({Set(EventTime::Min(), {{"p", {Version(EventTime::Min(), 1)}}})});
  const PolicyLabels labels = Labels(Kind::kCall, "sales");
  const BoundPolicy* policy = book.PolicyAt(kJan, labels);
  ASSERT_TRUE(book.Add(Set(kMar, {{"p", {Version(EventTime::Min(), 2)}}})));
  EXPECT_EQ(book.PolicyAt(kJan, labels), policy);
  const RuleBook moved = std::move(book);
  EXPECT_EQ(moved.PolicyAt(kJan, labels), policy);
  EXPECT_EQ(InForce(moved, kMar - kMs), "p 1");
  EXPECT_EQ(InForce(moved, kMar), "p 2");
}

// A configuration says all that there is to say: what an older one had planned is off.
TEST_F(PolicyBookTest, ASetTakesBackWhatThoseBeforeItHadPlannedForLater) {
  RuleBook book = Book({Set(EventTime::Min(), {{"p", {Version(EventTime::Min(), 1)}}}),
                        Set(kApr, {{"p", {Version(EventTime::Min(), 2)}}})});
  EXPECT_EQ(book.NextPolicyChangeAfter(kJan), kApr);
  ASSERT_TRUE(book.Add(Set(kFeb, {{"p", {Version(EventTime::Min(), 3)}}})));
  EXPECT_EQ(InForce(book, kFeb - kMs), "p 1");
  EXPECT_EQ(InForce(book, kFeb), "p 3");
  EXPECT_EQ(InForce(book, kApr), "p 3");
  EXPECT_EQ(&book.At(kApr), &book.latest());
  EXPECT_EQ(book.NextPolicyChangeAfter(kFeb), std::nullopt);
}

TEST_F(PolicyBookTest, ARefusedSetChangesNothing) {
  RuleBook book = Book({Set(EventTime::Min(), {{"p", {Version(EventTime::Min(), 1)}}})});
  RuleSet bad = Set(kFeb, {{"q", {Version(EventTime::Min(), 2)}}});
  bad.calendars["moon"].time_zone = "Moon/Tranquility";
  const uint32_t generation = book.generation();
  EXPECT_FALSE(book.Add(bad));
  EXPECT_EQ(InForce(book, kMar), "p 1");
  EXPECT_EQ(book.generation(), generation);
  EXPECT_EQ(book.size(), 1U);
}

// A contact remembers when it wants to be looked at; another set may want it earlier.
TEST_F(PolicyBookTest, AContactAsksAnewForItsTimerOnceThereIsAnotherSet) {
  RuleBook book = Book({Set(EventTime::Min(), {})});
  Interaction ticket;
  Event event;
  event.type = EventType::kTicketCreated;
  event.time_ns = kJan.millis() * 1'000'000;
  event.queue = "sales";
  Contributions out;
  uint64_t restated = 0;
  ticket.Add(MakeLogEntry(event, &symbols_), "",
             {.rules = book, .watermark = kJan, .highest = kJan}, &out, &restated);
  EXPECT_EQ(ticket.NextWake(book), EventTime::Max());
  ASSERT_TRUE(book.Add(Set(kFeb, {{"p", {Version(EventTime::Min(), 1)}}})));
  EXPECT_EQ(ticket.NextWake(book), kFeb);
}

TEST_F(PolicyBookTest, ABudgetIsThePrioritysOwnElseTheCommonOneElseNone) {
  RuleSet set = Set(EventTime::Min(), {{"p", {Version(EventTime::Min(), 60)}}});
  set.policies[0].versions[0].targets[kAnswer]->by_priority = {{"urgent", Duration::Minutes(5)},
                                                               {"", Duration::Minutes(90)}};
  const Symbol urgent = symbols_.Intern("urgent"), low = symbols_.Intern("low");
  const RuleBook book = Book({set});
  const BoundTarget& target =
      *book.PolicyAt(kJan, Labels(Kind::kCall, "sales"))->targets[kAnswer];
  EXPECT_EQ(target.BudgetOf(urgent), Duration::Minutes(5));
  EXPECT_EQ(target.BudgetOf(0), Duration::Minutes(90));
  EXPECT_EQ(target.BudgetOf(low), Duration::Minutes(60));

  set.policies[0].versions[0].targets[kAnswer]->budget = std::nullopt;
  const RuleBook without = Book({set});
  EXPECT_EQ(without.PolicyAt(kJan, Labels(Kind::kCall, "sales"))->targets[kAnswer]->BudgetOf(low),
            std::nullopt);
}

TEST_F(PolicyBookTest, RefusesACalendarThatItsSetDoesNotHave) {
  RuleSet set = Set(EventTime::Min(), {{"p", {Version(EventTime::Min(), 1)}}});
  set.calendars.clear();
  const auto book = RuleBook::Build({set}, &symbols_);
  ASSERT_FALSE(book);
  EXPECT_EQ(book.error(),
            "policy 'p' names the calendar 'always', which its rule set does not have");
}

TEST_F(PolicyBookTest, RefusesACalendarThatCannotBeBuiltHere) {
  RuleSet set = Set(EventTime::Min(), {});
  set.calendars["always"].time_zone = "Moon/Tranquility";
  const auto book = RuleBook::Build({set}, &symbols_);
  ASSERT_FALSE(book);
  EXPECT_TRUE(book.error().starts_with("calendar 'always' ")) << book.error();
}

TEST_F(PolicyBookTest, ABusinessCalendarIsTheQueuesOfTheSetInForce) {
  RuleSet before = Set(EventTime::Min(), {}), after = Set(kMar, {});
  before.queues["sales"].business_calendar = "always";
  after.calendars["office"] = test::Spec("Europe/Berlin", "mon-fri 08:00-18:00");
  after.default_queue.business_calendar = "office";
  after.queues["sales"] = {};
  const Symbol sales = symbols_.Intern("sales");
  const RuleBook book = Book({before, after});
  ASSERT_NE(book.BusinessCalendarAt(kMar - kMs, sales), nullptr);
  EXPECT_TRUE(book.BusinessCalendarAt(kMar - kMs, sales)->IsOpen(kJan));
  EXPECT_EQ(book.BusinessCalendarAt(kMar - kMs, 0), nullptr);
  EXPECT_EQ(book.BusinessCalendarAt(kMar, sales), nullptr);
  ASSERT_NE(book.BusinessCalendarAt(kMar, 0), nullptr);
  EXPECT_FALSE(book.BusinessCalendarAt(kMar, 0)->IsOpen(kJan));
}

TEST_F(PolicyBookTest, RefusesABusinessCalendarThatItsSetDoesNotHave) {
  RuleBook book = Book({Set(EventTime::Min(), {})});
  RuleSet bad = Set(kFeb, {});
  bad.queues["sales"].business_calendar = "office";
  const auto added = book.Add(bad);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error(), "the business calendar 'office' is not in its rule set");
  EXPECT_EQ(book.size(), 1U);
}

TEST_F(PolicyBookTest, ATeamIsTheOneOfTheListInForce) {
  RuleSet before = Set(EventTime::Min(), {}), after = Set(kMar, {});
  before.agents = {{"ann", {.team = "billing", .partner = ""}}, {"bob", {}}};
  after.agents = {{"ann", {.team = "sales", .partner = ""}}};
  const Symbol ann = symbols_.Intern("ann"), bob = symbols_.Intern("bob");
  const RuleBook book = Book({before, after});
  EXPECT_EQ(symbols_.name(book.TeamOf(kMar - kMs, ann)), "billing");
  EXPECT_EQ(symbols_.name(book.TeamOf(kMar, ann)), "sales");
  EXPECT_EQ(book.TeamOf(kJan, bob), 0u);  // listed without a team
  EXPECT_EQ(book.TeamOf(kMar, bob), 0u);  // not listed
  EXPECT_EQ(book.TeamOf(kMar, 0), 0u);    // nobody
}

}  // namespace
}  // namespace touchline::domain
