// What an event takes from the heap on its way from its bytes through the real task: nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "adapters/json/alert_encoder.h"
#include "adapters/json/cloud_event_decoder.h"
#include "adapters/json/cloud_event_encoder.h"
#include "pipeline/interactions_task.h"
#include "simulator/bench_feed.h"
#include "simulator/simulator.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/fake_store.h"

namespace touchline::pipeline {
namespace {

using domain::Event;
using domain::EventLog;
using domain::Interaction;
using domain::InteractionState;

constexpr const char* kPartner = "alba";

// An interactions task on a store in memory, fed with bytes.
class FedTask {
 public:
  explicit FedTask(TimeMode mode, domain::RuleSet rules = {}) {
    TaskOptions options;
    options.rules = std::move(rules);
    options.key = {.stage = StageId::kInteractions, .number = 1};
    options.topic = "support";
    options.source_alias = "support";
    options.dead_letter_topic = "dead";
    options.time.mode = mode;
    task_ = std::make_unique<InteractionsTask>(
        std::move(options),
        InteractionsOptions{.name_space = "default",
                            .partner = {.fixed = kPartner},
                            .contacts_topic = "contacts",
                            .contacts_partitions = 8,
                            .alerts_topic = "alerts"},
        TaskEnvironment{.reader = &store_, .published = &published_, .stats = &stats_,
                        .alerts = &alerts_},
        &decoder_);
    Release release;
    EXPECT_TRUE(task_->Restore(&release));
  }

  // Returns how often the task took from the heap while it read and folded the event, and fired
  // what is due by then.
  size_t Process(Event event) {
    event.partner = kPartner;
    json_.clear();
    json::AppendStructured(event, &json_);
    const SourceRecord record = {.input = 0, .offset = task_->next_offset(), .key = event.subject,
                                 .payload = json_, .headers = {}};
    const WallTime now = WallTime::FromMillis(event.time().millis());
    const size_t before = test::Allocations();
    const bool good = task_->Process(record, now) && task_->FireDue();
    const size_t taken = test::Allocations() - before;
    EXPECT_TRUE(good);
    return taken;
  }
  // A whole commit: what was folded is durable, and may leave memory.
  void Commit(EventTime at) {
    auto batch = std::make_shared<SealedBatch>();
    Release release;
    const WallTime now = WallTime::FromMillis(at.millis());
    EXPECT_TRUE(task_->Seal(++seals_, now, batch.get(), &release));
    store_.Submit(batch, [](Status status) { EXPECT_TRUE(status); });
    published_.Apply(release, now);
    task_->Durable(seals_, size_t{1} << 30);
  }

 private:
  test::FakeStore store_;
  PublishedLedger published_;
  ProcessStats stats_;
  json::CloudEventDecoder decoder_;
  json::AlertEncoder alerts_;
  std::unique_ptr<InteractionsTask> task_;
  uint64_t seals_ = 0;
  std::string json_;
};

// A contact as far as it has been told.
class Known {
 public:
  // Whether the event must not take anything. All others let what is kept of the contact grow:
  //   - its first event (the contact itself, and its log's reserve);
  //   - one past the log's reserve;
  //   - one that names a customer for the first time (his id is kept);
  //   - those of a contact with more agents in more queues than the state has places for, or in the
  //     hands of more teams, beside bot and queue, than a clock has.
  bool Fits(const Event& event) {
    bool fits = ++events_ > 1 && events_ <= EventLog::kReservedEntries;
    if (!event.customer.empty()) fits = customers_.emplace(event.customer).second ? false : fits;
    if (!event.agent.empty()) agents_.emplace(event.agent);
    if (!event.team.empty()) teams_.emplace(event.team);
    if (!event.by_agent.empty()) agents_.emplace(event.by_agent);
    if (!event.queue.empty()) queues_.emplace(event.queue);
    const size_t hands = agents_.size() * std::max(queues_.size(), size_t{1});
    return fits && hands <= InteractionState::kPlaces &&
           teams_.size() + 2 <= domain::SlaClock::kHolders;
  }

 private:
  size_t events_ = 0;
  std::set<std::string> customers_, agents_, queues_, teams_;
};

struct Tally {
  size_t told = 0;
  size_t counted = 0;
  std::map<std::string, size_t> took;  // by type: events that took from the heap
};

// Every event is told four times, by four contacts with the same story. The first may find a row or
// cell of this agent, queue and quarter hour missing, and what grows by doubling (the list of
// changed contacts, say) full. By the fourth there is room: it is counted.
template <class Feed>
Tally TellByFours(Feed* feed, FedTask* task) {
  constexpr size_t kTellers = 4;
  constexpr size_t kEventsPerCommit = 500;
  std::map<std::string, Known> known;
  Tally tally;
  for (simulator::SimulatedRecord record; feed->Next(&record);) {
    Event event = record.event.view();
    const bool fits = known[std::string(event.subject)].Fits(event);
    size_t taken = 0;
    for (size_t teller = 1; teller <= kTellers; ++teller) {
      const std::string subject = std::string(record.event.view().subject) + std::to_string(teller);
      const std::string id = std::string(record.event.view().id) + std::to_string(teller);
      event.subject = subject;
      event.id = id;
      taken = task->Process(event);
    }
    if (fits) ++tally.counted;
    if (fits && taken > 0) ++tally.took[std::string(domain::Name(event.type))];
    if (++tally.told % kEventsPerCommit == 0) task->Commit(event.time());
  }
  return tally;
}

TEST(EventAllocationTest, EventsOfKnownContactsTakeNothingLive) {
  simulator::BenchFeed feed({.contacts = 600, .open_contacts = 300});
  FedTask task(TimeMode::kLive);
  const Tally tally = TellByFours(&feed, &task);
  EXPECT_EQ(tally.counted, 600u * (simulator::BenchFeed::kEventsPerContact - 1));
  EXPECT_THAT(tally.took, testing::IsEmpty());
}

TEST(EventAllocationTest, EventsOfKnownContactsTakeNothingThroughBelievableDays) {
  simulator::SimulatorOptions options;
  options.length = Duration::Hours(24);
  options.contacts_per_hour = 60;
  options.behaviour.forgotten = 0;  // the contacts of one who is are changed
  simulator::Simulator feed(options);
  FedTask task(TimeMode::kRecorded);
  const Tally tally = TellByFours(&feed, &task);
  EXPECT_GT(tally.counted, tally.told * 4 / 5) << tally.told;
  EXPECT_THAT(tally.took, testing::IsEmpty());
}

// One promise for every target, on a calendar with nights and weekends.
domain::RuleSet Promises() {
  domain::RuleSet rules;
  domain::CalendarSpec office;
  const domain::DayInterval hours = {.begin_minute = 8 * 60, .end_minute = 18 * 60};
  for (size_t day = 0; day < 5; ++day) office.week[day] = {hours};
  rules.calendars["office"] = office;
  domain::PolicyVersion version;
  for (size_t i = 0; i < domain::kSlaTargets; ++i) {
    version.targets[i] = domain::TargetRule{.budget = Duration::Minutes(10),
                                            .calendar = "office",
                                            .pause = domain::DefaultPause(domain::SlaTarget(i))};
  }
  rules.policies.push_back({.name = "all", .versions = {version}});
  return rules;
}

TEST(EventAllocationTest, EventsOfKnownContactsWithClocksTakeNothing) {
  simulator::SimulatorOptions options;
  options.length = Duration::Hours(24);
  options.contacts_per_hour = 60;
  options.behaviour.forgotten = 0;  // the contacts of one who is are changed
  simulator::Simulator feed(options);
  FedTask task(TimeMode::kRecorded, Promises());
  const Tally tally = TellByFours(&feed, &task);
  EXPECT_GT(tally.counted, tally.told * 4 / 5) << tally.told;
  EXPECT_THAT(tally.took, testing::IsEmpty());
}

TEST(EventAllocationTest, CounterSeesAContactBegin) {
  simulator::BenchFeed feed({.contacts = 1, .open_contacts = 1});
  FedTask task(TimeMode::kLive);
  simulator::SimulatedRecord record;
  ASSERT_TRUE(feed.Next(&record));
  EXPECT_GT(task.Process(record.event.view()), 0u);
}

}  // namespace
}  // namespace touchline::pipeline
