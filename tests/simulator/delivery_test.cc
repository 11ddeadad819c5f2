#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "simulator/simulator.h"

namespace touchline::simulator {
namespace {

using domain::Event;
using domain::EventType;
using testing::IsEmpty;

SimulatorOptions SomeHours(const DeliveryKnobs& knobs) {
  SimulatorOptions o;
  o.seed = 11;
  o.length = Duration::Hours(6);
  o.contacts_per_hour = 100;
  o.delivery = knobs;
  return o;
}

struct Story {
  std::vector<SimulatedRecord> records;
  DeliveryCounts counts;
};

Story StoryOf(const SimulatorOptions& options) {
  EXPECT_THAT(Validate(options), IsEmpty());
  Simulator simulator(options);
  Story story;
  for (SimulatedRecord r; simulator.Next(&r);) story.records.push_back(r);
  story.counts = simulator.counts();
  return story;
}

// The events that arrived, each once, by identity.
std::map<Hash128, int64_t> Arrived(const Story& story) {
  std::map<Hash128, int64_t> events;
  for (const auto& r : story.records) {
    if (r.what != RecordWhat::kEvent && r.what != RecordWhat::kDuplicate) continue;
    events[r.event.scalars().id_hash] = r.event.scalars().time_ns;
  }
  return events;
}

size_t Count(const Story& story, RecordWhat what) {
  size_t n = 0;
  for (const auto& r : story.records) n += r.what == what ? 1 : 0;
  return n;
}

Duration DelayOf(const SimulatedRecord& r) { return r.emitted_at - r.event.scalars().time(); }

void ExpectShare(size_t part, size_t whole, double share) {
  EXPECT_NEAR(static_cast<double>(part) / static_cast<double>(whole), share, 0.1 * share + 0.001);
}

TEST(DeliveryTest, SendsInOrderWhateverTheKnobs) {
  EventTime last = EventTime::Min();
  for (const auto& r : StoryOf(SomeHours(DeliveryKnobs::Rough())).records) {
    ASSERT_LE(last, r.emitted_at);
    if (r.what == RecordWhat::kEvent) {
      ASSERT_GE(DelayOf(r), Duration());
    }
    last = r.emitted_at;
  }
}

TEST(DeliveryTest, ChangesWhatArrivesButNeverWhatHappened) {
  const Story calm = StoryOf(SomeHours({}));
  DeliveryKnobs knobs = DeliveryKnobs::Rough();
  knobs.missing_end_share = 0;
  EXPECT_EQ(Arrived(calm), Arrived(StoryOf(SomeHours(knobs))));
}

TEST(DeliveryTest, SendsTheGivenShareTwiceWithinItsBound) {
  const Story story = StoryOf(SomeHours({.duplicate_share = 0.1}));
  const size_t twice = Count(story, RecordWhat::kDuplicate);
  ExpectShare(twice, Count(story, RecordWhat::kEvent), 0.1);
  std::map<Hash128, EventTime> first;
  for (const auto& r : story.records) {
    const auto [it, is_first] = first.try_emplace(r.event.scalars().id_hash, r.emitted_at);
    ASSERT_EQ(is_first, r.what == RecordWhat::kEvent);
    ASSERT_LE(r.emitted_at - it->second, Duration::Seconds(60));
  }
}

TEST(DeliveryTest, DisordersTheGivenShareByAtMostItsBound) {
  const Story story =
      StoryOf(SomeHours({.disorder_share = 0.3, .disorder_max = Duration::Seconds(8)}));
  size_t delayed = 0;
  size_t overtaken = 0;
  int64_t newest_ns = 0;
  for (const auto& r : story.records) {
    const int64_t time_ns = r.event.scalars().time_ns;
    delayed += DelayOf(r) > Duration() ? 1 : 0;
    overtaken += time_ns < newest_ns ? 1 : 0;
    newest_ns = std::max(newest_ns, time_ns);
    ASSERT_LE(DelayOf(r), Duration::Seconds(8));
    ASSERT_LE(newest_ns - time_ns, 8'000'000'000);
  }
  ExpectShare(delayed, story.records.size(), 0.3);
  EXPECT_GT(overtaken, delayed / 4);
}

TEST(DeliveryTest, HoldsTheGivenShareBackForMinutes) {
  const Story story = StoryOf(SomeHours({.late_share = 0.05, .late_max = Duration::Minutes(7)}));
  size_t late = 0;
  for (const auto& r : story.records) {
    if (DelayOf(r) == Duration()) continue;
    ++late;
    ASSERT_GE(DelayOf(r), Duration::Seconds(5));
    ASSERT_LE(DelayOf(r), Duration::Minutes(7));
  }
  ExpectShare(late, story.records.size(), 0.05);
  EXPECT_EQ(late, story.counts.late);
}

TEST(DeliveryTest, DropsTheGivenShareOfEndsAndNothingElse) {
  const auto tally = [](const Story& story) {
    std::map<EventType, size_t> n;
    for (const auto& r : story.records) {
      const Event e = r.event.view();
      if (e.type != EventType::kTicketUpdated || e.status == domain::TicketStatus::kClosed) {
        ++n[e.type];
      }
    }
    return n;
  };
  const auto whole = tally(StoryOf(SomeHours({})));
  const Story story = StoryOf(SomeHours({.missing_end_share = 0.25}));
  const std::set<EventType> ends = {EventType::kCallEnded, EventType::kCallAbandoned,
                                    EventType::kChatEnded, EventType::kChatAbandoned,
                                    EventType::kTicketUpdated};
  size_t dropped = 0;
  size_t ends_told = 0;
  auto left = tally(story);
  for (const auto& [type, n] : whole) {
    if (!ends.contains(type)) {
      EXPECT_EQ(left[type], n) << Name(type);
      continue;
    }
    dropped += n - left[type];
    ends_told += n;
  }
  ExpectShare(dropped, ends_told, 0.25);
  EXPECT_EQ(dropped, story.counts.missing_ends);
  EXPECT_EQ(story.counts.told, story.counts.events + dropped);
}

TEST(DeliveryTest, AddsPoisonAndUnknownTypesBesideTheEvents) {
  const Story story = StoryOf(SomeHours({.poison_share = 0.02, .unknown_type_share = 0.03}));
  ExpectShare(Count(story, RecordWhat::kPoison), Count(story, RecordWhat::kEvent), 0.02);
  ExpectShare(Count(story, RecordWhat::kUnknownType), Count(story, RecordWhat::kEvent), 0.03);
  EXPECT_EQ(Count(story, RecordWhat::kEvent), StoryOf(SomeHours({})).records.size());
  std::set<domain::RejectReason> reasons;
  for (const auto& r : story.records) {
    ASSERT_EQ(r.reject_reason.has_value(), r.what == RecordWhat::kPoison);
    if (r.reject_reason) reasons.insert(*r.reject_reason);
  }
  EXPECT_GE(reasons.size(), 11u) << "kinds of damage";
}

// A heartbeat promises that nothing older is still to come; a reader's watermark rests on it.
TEST(DeliveryTest, SaysCompleteOnlyWhenItIs) {
  DeliveryKnobs knobs = DeliveryKnobs::Rough();
  knobs.heartbeat_every = Duration::Seconds(30);
  const Story story = StoryOf(SomeHours(knobs));
  std::map<std::string, int64_t> complete_until;
  std::map<std::string, int> final_ones;
  for (const auto& r : story.records) {
    if (!r.raw.empty() || r.what == RecordWhat::kPoison) continue;
    const Event e = r.event.view();
    const std::string source(e.source);
    if (r.what == RecordWhat::kHeartbeat) {
      ASSERT_TRUE(e.complete_until_ns.has_value());
      ASSERT_LT(complete_until[source], *e.complete_until_ns);
      complete_until[source] = *e.complete_until_ns;
      final_ones[source] += e.is_final ? 1 : 0;
    } else if (r.what == RecordWhat::kEvent) {
      ASSERT_LT(complete_until[source], e.time_ns) << source;
    }
  }
  EXPECT_EQ(final_ones.size(), 9u);  // three partners, three systems each
  for (const auto& [source, n] : final_ones) EXPECT_EQ(n, 1) << source;
  EXPECT_EQ(story.records.back().what, RecordWhat::kHeartbeat);
}

TEST(DeliveryTest, StopsAtTheLengthWhenToldTo) {
  SimulatorOptions o = SomeHours({.late_share = 0.1});
  const size_t whole = StoryOf(o).records.size();
  o.cut_at_length = true;
  const Story cut = StoryOf(o);
  EXPECT_LT(cut.records.size(), whole);
  EXPECT_LT(cut.records.back().emitted_at, o.start + *o.length);
  EXPECT_GT(cut.records.back().emitted_at, o.start + *o.length - Duration::Minutes(1));
}

TEST(ValidateTest, NamesEveryOptionOutsideItsRange) {
  SimulatorOptions o;
  EXPECT_THAT(Validate(o), IsEmpty());
  o.pace = 0;
  o.partners = 9;
  o.delivery.poison_share = 1.5;
  o.delivery.late_share = 0.1;
  o.delivery.late_max = Duration::Seconds(1);
  o.mix = {0, 0, 0};
  EXPECT_THAT(Validate(o),
              testing::UnorderedElementsAre(
                  testing::StartsWith("pace "), testing::StartsWith("partners "),
                  testing::StartsWith("delivery.poison_share "),
                  testing::StartsWith("delivery.late_max "), testing::StartsWith("mix ")));
}

}  // namespace
}  // namespace touchline::simulator
