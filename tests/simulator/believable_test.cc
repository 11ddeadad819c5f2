// Is it like a contact centre? Statistics over seeded runs, and what no agent or caller could do.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "simulator/simulator.h"

namespace touchline::simulator {
namespace {

using domain::Event;
using domain::EventType;
using domain::Kind;

SimulatorOptions Weekdays(int days) {
  SimulatorOptions o;
  o.seed = 5;
  o.start = EventTime::FromMillis(1'767'571'200'000);  // a Monday's midnight
  o.length = Duration::Days(days);
  o.contacts_per_hour = 80;
  return o;
}

template <class Visit>
void ForEach(const SimulatorOptions& options, Visit visit) {
  Simulator simulator(options);
  for (SimulatedRecord r; simulator.Next(&r);) visit(r.event.view());
}

double AbandonShare(uint32_t agents) {
  SimulatorOptions o = Weekdays(1);
  o.contacts_per_hour = 200;
  o.agents = agents;
  double queued = 0;
  double abandoned = 0;
  std::set<std::string> seen;
  ForEach(o, [&](const Event& e) {
    if (e.type == EventType::kCallQueued && seen.insert(std::string(e.subject)).second) ++queued;
    if (e.abandon_stage == domain::AbandonStage::kQueue) ++abandoned;
  });
  return abandoned / queued;
}

TEST(BelievableTest, MoreCallersGiveUpWhenFewerAnswer) {
  const double ample = AbandonShare(200);
  const double planned = AbandonShare(0);
  const double scarce = AbandonShare(60);
  EXPECT_LT(ample, 0.04);
  EXPECT_LT(ample, planned);
  EXPECT_LT(planned, 0.12);
  EXPECT_LT(planned * 1.5, scarce);
}

TEST(BelievableTest, ContactsComeByTheHour) {
  std::map<int64_t, int> starts;
  SimulatorOptions o = Weekdays(4);
  o.behaviour.repeat = 0;
  ForEach(o, [&](const Event& e) {
    if (e.type == EventType::kCallStarted) ++starts[e.time().millis() / 3'600'000 % 24];
  });
  EXPECT_GT(starts[10], 10 * starts[3]);
  EXPECT_GT(starts[10], 2 * starts[19]);
  o.hourly_curve = false;
  starts.clear();
  ForEach(o, [&](const Event& e) {
    if (e.type == EventType::kCallStarted) ++starts[e.time().millis() / 3'600'000 % 24];
  });
  EXPECT_NEAR(starts[10], starts[3], 0.35 * starts[10]);
}

TEST(BelievableTest, AnAgentHoldsOneCallOrThreeChats) {
  std::map<std::string, std::set<std::string>> calls, chats;  // by agent, the contacts held
  std::map<std::string, std::set<std::string>> holders;       // by contact
  size_t most_chats = 0;
  const auto drop = [&](const std::string& contact, const std::string& agent) {
    calls[agent].erase(contact);
    chats[agent].erase(contact);
    holders[contact].erase(agent);
  };
  ForEach(Weekdays(2), [&](const Event& e) {
    const std::string contact(e.subject);
    const std::string agent(e.agent);
    switch (e.type) {
      case EventType::kCallAnswered:
      case EventType::kCallConnected:
      case EventType::kCallJoined:
        ASSERT_TRUE(calls[agent].empty()) << agent << " has " << *calls[agent].begin();
        calls[agent].insert(contact);
        holders[contact].insert(agent);
        break;
      case EventType::kChatJoined:
        chats[agent].insert(contact);
        holders[contact].insert(agent);
        ASSERT_LE(chats[agent].size(), 3u) << agent;
        most_chats = std::max(most_chats, chats[agent].size());
        break;
      case EventType::kCallLeft:
      case EventType::kChatLeft:
        drop(contact, agent);
        break;
      case EventType::kCallTransferred:
      case EventType::kCallEnded:
      case EventType::kChatEnded:
        for (const auto& holder : std::set<std::string>(holders[contact])) drop(contact, holder);
        break;
      default:
        break;
    }
  });
  EXPECT_EQ(most_chats, 3u);
}

TEST(BelievableTest, CustomersReturnAboutTheSameWithinDays) {
  const auto returns = [](double repeat) {
    SimulatorOptions o = Weekdays(5);
    o.behaviour.repeat = repeat;
    std::map<std::pair<std::string, std::string>, int> contacts;  // by customer and reason
    ForEach(o, [&](const Event& e) {
      const bool opens = e.type == EventType::kCallStarted || e.type == EventType::kChatStarted ||
                         e.type == EventType::kTicketCreated;
      if (opens && e.relation == domain::Relation::kNone && !e.customer.empty() &&
          !e.reason.empty()) {
        ++contacts[{std::string(e.customer), std::string(e.reason)}];
      }
    });
    int again = 0;
    for (const auto& [who, n] : contacts) again += n - 1;
    return again;
  };
  const int without = returns(0);  // there is always chance
  EXPECT_GT(returns(0.35), without + 150);
}

TEST(BelievableTest, LinkedContactsPointToContactsOfTheirCustomer) {
  std::map<std::string, std::string> customer_of;
  std::map<domain::Relation, int> relations;
  ForEach(Weekdays(3), [&](const Event& e) {
    if (!e.customer.empty()) customer_of.try_emplace(std::string(e.subject), e.customer);
    if (e.relation == domain::Relation::kNone) return;
    ++relations[e.relation];
    const auto it = customer_of.find(std::string(e.related_to));
    if (it == customer_of.end()) return;  // an unidentified caller
    EXPECT_EQ(it->second, e.customer) << e.subject;
  });
  EXPECT_EQ(relations.size(), 5u) << "callback, follow-up, created from, voicemail, consultation";
}

TEST(BelievableTest, TicketsAreMergedIntoOthersOfTheirCustomer) {
  std::map<std::string, std::string> customer_of;
  int merged = 0;
  ForEach(Weekdays(2), [&](const Event& e) {
    if (!e.customer.empty()) customer_of.try_emplace(std::string(e.subject), e.customer);
    if (e.type != EventType::kTicketMerged) return;
    ++merged;
    const std::string from(e.subject), into(e.into);
    EXPECT_NE(from, into);
    if (!customer_of.contains(from) || !customer_of.contains(into)) return;
    EXPECT_EQ(customer_of[from], customer_of[into]);
  });
  EXPECT_GT(merged, 8);
}

TEST(BelievableTest, PaceTellsTheSameStorySooner) {
  SimulatorOptions slow = Weekdays(1);
  SimulatorOptions quick = slow;
  quick.pace = 60;
  quick.length = *slow.length / 60;
  std::map<std::string, int64_t> at;
  ForEach(slow, [&](const Event& e) { at[std::string(e.id)] = e.time_ns; });
  const int64_t start_ns = slow.start.millis() * 1'000'000;
  size_t same = 0;
  ForEach(quick, [&](const Event& e) {
    const auto it = at.find(std::string(e.id));
    ASSERT_NE(it, at.end()) << e.id;
    // Some systems cut to whole seconds, on either side.
    EXPECT_NEAR(static_cast<double>((it->second - start_ns) / 60),
                static_cast<double>(e.time_ns - start_ns), 1.1e9);
    ++same;
  });
  EXPECT_EQ(same, at.size());
}

TEST(BelievableTest, PartnersTellThroughSystemsWithAndWithoutSequence) {
  std::map<std::string, std::set<bool>> sequenced;  // by source
  std::set<std::string> partners;
  ForEach(Weekdays(1), [&](const Event& e) {
    if (!domain::KindOf(e.type)) return;  // of no contact
    sequenced[std::string(e.source)].insert(e.sequence.has_value());
    partners.insert(std::string(e.partner));
  });
  EXPECT_EQ(partners.size(), 3u);
  EXPECT_EQ(sequenced.size(), 9u);
  std::map<bool, int> systems;
  for (const auto& [source, ways] : sequenced) {
    ASSERT_EQ(ways.size(), 1u) << source << " cannot make up its mind";
    ++systems[*ways.begin()];
  }
  EXPECT_EQ(systems[false], 3);
  EXPECT_EQ(systems[true], 6);
}

TEST(BelievableTest, GoesOnWithoutEndWhenNoLengthIsGiven) {
  SimulatorOptions o = Weekdays(1);
  o.length.reset();
  Simulator simulator(o);
  SimulatedRecord r;
  while (simulator.Next(&r) && r.emitted_at < o.start + Duration::Days(9)) {
  }
  EXPECT_GE(r.emitted_at, o.start + Duration::Days(9));
  // What is open is bounded by what the centre gets done, not by the length of the run.
  EXPECT_LT(simulator.open_contacts(), 2500u);
}

TEST(BelievableTest, WhoAsksToBeForgottenIsKnownAndTheRestOfTheStoryStays) {
  SimulatorOptions o = Weekdays(2);
  const auto told = [&o](double share, std::vector<std::string>* ids) {
    o.behaviour.forgotten = share;
    std::set<std::string> customers, forgotten;
    ForEach(o, [&](const Event& e) {
      if (e.type == EventType::kCustomerForgotten) {
        forgotten.emplace(e.subject);
        EXPECT_TRUE(customers.contains(std::string(e.subject))) << e.subject;
      } else {
        customers.emplace(e.customer);
        ids->emplace_back(e.id);
      }
    });
    return static_cast<double>(forgotten.size()) / static_cast<double>(customers.size());
  };
  std::vector<std::string> without, with;
  EXPECT_EQ(told(0, &without), 0);
  const double share = told(0.05, &with);
  EXPECT_GT(share, 0.02);
  EXPECT_LT(share, 0.10);
  EXPECT_EQ(with, without);
}

}  // namespace
}  // namespace touchline::simulator
