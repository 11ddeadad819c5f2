// SLA clocks as a supervisor meets them: the whole program on a real broker, a live topic, and the
// clock on the wall.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/json/cloud_event_encoder.h"
#include "adapters/kafka/producer.h"
#include "adapters/system_clock.h"
#include "app/config.h"
#include "domain/event.h"
#include "tests/integration/alerts_topic.h"
#include "tests/integration/installation.h"
#include "tests/integration/preload.h"
#include "tests/support/broker.h"

namespace touchline::test {
namespace {

using domain::Event;
using domain::EventType;
using domain::Party;

constexpr int32_t kPartitions = 3;
constexpr const char* kBreached = "touchline_sla_breached_total";
constexpr const char* kMet = "touchline_sla_met_total";

Installation::Options Promising(const std::string& name, const std::string& policies) {
  Installation::Options options = FeedTopic("sla-" + name, kPartitions);
  options.more = policies;
  return options;
}

EventTime Now() { return Ago({}); }

// Tells the topic what happens, one event after the other.
class Sender {
 public:
  explicit Sender(const Installation& world) : topic_(world.TopicName("events")) {
    adapters::ProducerOptions options;
    options.kafka.bootstrap = Broker::Shared().bootstrap();
    auto producer = adapters::EventProducer::Create(options);
    EXPECT_TRUE(producer);
    if (producer) producer_ = std::move(*producer);
  }

  using Fill = std::function<void(Event*)>;
  void Send(EventTime at, EventType type, const std::string& contact,
            const Fill& fill = [](Event*) {}) {
    const std::string id = std::to_string(++sent_);
    Event event;
    event.type = type;
    event.time_ns = at.millis() * 1'000'000;
    event.source = "/sla-test";
    event.id = id;
    event.subject = contact;
    event.partner = "alba";
    fill(&event);
    json_.clear();
    json::AppendStructured(event, &json_);
    ASSERT_TRUE(producer_->Produce({.topic = topic_, .key = contact, .payload = json_},
                                   Duration::Minutes(1)));
  }
  void Flush() { ASSERT_TRUE(producer_->Flush(Duration::Minutes(1))); }

 private:
  const std::string topic_;
  std::unique_ptr<adapters::EventProducer> producer_;
  uint64_t sent_ = 0;
  std::string json_;
};

Sender::Fill Queue(const char* name) {
  return [name](Event* e) { e->queue = name; };
}

bool IsCaughtUp(Program* program) {
  return program->WaitForMetric("touchline_tasks_caught_up{stage=\"interactions\"}",
                                {kPartitions, kPartitions}, Duration::Seconds(60));
}

class SilentQueueTest : public ::testing::Test {
 protected:
  static constexpr Duration kBudget = Duration::Seconds(3);
  static constexpr int kContacts = 6;  // of each kind

  SilentQueueTest()
      : world_(Promising("silent", "policies: [{name: quick, calendar: 24x7, targets: {"
                                   "answer: {budget: 3s}, first_response: {budget: 3s}}}]\n")) {}

  // Calls and tickets that nobody will take. Returns when each is due.
  std::map<std::string, EventTime> QueueContacts() {
    std::map<std::string, EventTime> due;
    Sender sender(world_);
    for (int i = 0; i < kContacts; ++i) {
      const std::string call = "call-" + std::to_string(i), ticket = "ticket-" + std::to_string(i);
      const EventTime now = Now();
      sender.Send(now, EventType::kCallQueued, call, Queue("silent"));
      sender.Send(now, EventType::kTicketCreated, ticket, Queue("silent"));
      due[call] = due[ticket] = now + kBudget;
    }
    sender.Flush();
    return due;
  }

  Installation world_;
};

TEST_F(SilentQueueTest, BreachesWithinTheSkewAndASecondOfDue) {
  const Duration bound = app::TopicConfig().allowed_skew + Duration::Seconds(1);
  const auto program = world_.Run();
  ASSERT_TRUE(IsCaughtUp(program.get())) << program->Log();
  AlertsTopic topic(world_.AlertsTopic(), app::InternalTopicsConfig().partitions);
  const auto due = QueueContacts();
  EventTime first = EventTime::Max(), last = EventTime::Min();
  for (const auto& [contact, at] : due) first = std::min(first, at), last = std::max(last, at);

  std::map<std::string, EventTime> alerted;
  const auto all = static_cast<double>(due.size());
  double shown = 0;
  EventTime shown_at;  // the first page that shows them all
  const EventTime limit = last + bound + Duration::Seconds(5);
  while (Now() < limit && (shown < all || alerted.size() < due.size())) {
    if (shown < all) {
      const EventTime asked = Now();
      shown = program->Metric(std::string(kBreached) + "{queue=\"silent\"}").value_or(0);
      shown_at = Now();
      EXPECT_TRUE(shown == 0 || shown_at > first) << "shown before it was due";
      const auto fallen = std::count_if(due.begin(), due.end(), [&](const auto& contact) {
        return contact.second + bound < asked;
      });
      EXPECT_GE(shown, static_cast<double>(fallen)) << "missing on a page beyond the bound";
    }
    for (const SentAlert& alert : topic.Poll(Duration::Millis(10))) {
      if (alert.type != "sla.breached") continue;
      EXPECT_EQ(alert.time, due.at(alert.subject)) << alert.payload;
      EXPECT_TRUE(alerted.emplace(alert.subject, Now()).second) << "alerted twice";
    }
  }
  EXPECT_EQ(shown, all);
  EXPECT_LE((shown_at - last).millis(), bound.millis());
  EXPECT_EQ(alerted.size(), due.size());
  int64_t longest_ms = 0;
  for (const auto& [contact, at] : alerted) {
    const int64_t late_ms = (at - due.at(contact)).millis();
    EXPECT_GT(late_ms, 0) << contact;
    EXPECT_LE(late_ms, bound.millis()) << contact;
    longest_ms = std::max(longest_ms, late_ms);
  }
  std::printf("after due: shown %lld ms, alerted at most %lld ms, allowed %lld ms\n",
              static_cast<long long>((shown_at - last).millis()),
              static_cast<long long>(longest_ms), static_cast<long long>(bound.millis()));
  program->Stop();
}

// Two hours in which everything was done in time, told at once.
class BacklogTest : public ::testing::Test {
 protected:
  static constexpr int kCalls = 20'000, kTickets = 20'000;
  static constexpr double kMetPerCall = 2;    // answer, resolution
  static constexpr double kMetPerTicket = 8;  // three updates, one of each other target

  BacklogTest()
      : world_(Promising("backlog", R"(policies:
  - name: fair
    calendar: 24x7
    targets:
      answer: {budget: 20s}
      first_response: {budget: 5m}
      next_response: {budget: 5m}
      periodic_update: {budget: 5m}
      requester_wait: {budget: 10m}
      agent_work: {budget: 10m}
      resolution: {budget: 10m}
)")) {}

  struct Step {
    EventTime at;
    EventType type = EventType::kCallQueued;
    std::string contact;
    Sender::Fill fill;
  };

  static Sender::Fill Says(Party author) {
    return [author](Event* e) {
      e->author = author;
      if (author == Party::kAgent) e->agent = "ann";
    };
  }
  static Sender::Fill Becomes(domain::TicketStatus status) {
    return [status](Event* e) { e->status = status; };
  }

  static void AddCall(const std::string& id, EventTime t, std::vector<Step>* steps) {
    steps->push_back({t, EventType::kCallQueued, id, Queue("desk")});
    steps->push_back({t + Duration::Seconds(10), EventType::kCallAnswered, id,
                      [](Event* e) { e->agent = "ann"; }});
    steps->push_back({t + Duration::Seconds(70), EventType::kCallEnded, id, [](Event* e) {
                        e->by = Party::kCustomer;
                        e->resolved = true;
                      }});
  }
  static void AddTicket(const std::string& id, EventTime t, std::vector<Step>* steps) {
    const auto add = [&](int64_t second, EventType type, Sender::Fill fill) {
      steps->push_back({t + Duration::Seconds(second), type, id, std::move(fill)});
    };
    add(0, EventType::kTicketCreated, Queue("desk"));
    add(1, EventType::kTicketMessage, Says(Party::kCustomer));
    add(120, EventType::kTicketMessage, Says(Party::kAgent));
    add(150, EventType::kTicketMessage, Says(Party::kCustomer));
    add(200, EventType::kTicketMessage, Says(Party::kAgent));
    add(240, EventType::kTicketUpdated, Becomes(domain::TicketStatus::kSolved));
    add(300, EventType::kTicketUpdated, Becomes(domain::TicketStatus::kClosed));
  }

  void SendTwoHours() {
    const EventTime begin = Now() - Duration::Hours(2);
    const Duration until_last = Duration::Minutes(114);
    std::vector<Step> steps;
    for (int i = 0; i < kCalls; ++i) {
      AddCall("call-" + std::to_string(i), begin + until_last * i / kCalls, &steps);
    }
    for (int i = 0; i < kTickets; ++i) {
      AddTicket("ticket-" + std::to_string(i), begin + until_last * i / kTickets, &steps);
    }
    std::stable_sort(steps.begin(), steps.end(),
                     [](const Step& a, const Step& b) { return a.at < b.at; });
    Sender sender(world_);
    for (const Step& step : steps) sender.Send(step.at, step.type, step.contact, step.fill);
    sender.Flush();
  }

  // Of a page: what raises an alarm; empty: nothing.
  static std::string AlarmOn(const std::map<std::string, double>& page) {
    for (const auto& [series, value] : page) {
      const bool is_alarm = series.starts_with(kBreached) ||
                            series.starts_with("touchline_sla_overdue{") ||
                            series.starts_with("touchline_alerts_total");
      if (is_alarm && value != 0) return series + " " + std::to_string(value);
    }
    return {};
  }
  // Scrapes until `enough` says so, or there is an alarm; returns how many pages before showed that
  // something had been worked off.
  int WatchUntil(Program* program, const std::function<bool(double met)>& enough) {
    const EventTime limit = Now() + Duration::Minutes(2);
    for (int pages = 0; Now() < limit && program->process().running();) {
      const auto page = program->Metrics();
      const std::string alarm = AlarmOn(page);
      EXPECT_EQ(alarm, "") << "after " << pages << " pages";
      double met = 0;
      for (const auto& [series, value] : page) met += series.starts_with(kMet) ? value : 0;
      if (enough(met) || !alarm.empty()) return pages;
      if (met > 0) ++pages;
    }
    ADD_FAILURE() << "not within two minutes\n" << program->Log();
    return 0;
  }

  Installation world_;
};

TEST_F(BacklogTest, OfTwoHoursInTimeRaisesNoFalseBreachWhileItIsWorkedOff) {
  SendTwoHours();
  static constexpr double kAll = kCalls * kMetPerCall + kTickets * kMetPerTicket;
  auto program = world_.Run();
  int pages = WatchUntil(program.get(), [](double met) { return met > kAll / 4; });
  // A start in the middle of it is no better a reason.
  program->process().Signal(SIGKILL);
  EXPECT_EQ(program->process().Wait(Duration::Seconds(20)), -SIGKILL);
  program = world_.Run();
  pages += WatchUntil(program.get(), [](double met) { return met >= kAll; });
  std::printf("%d pages while it was worked off\n", pages);
  EXPECT_GE(pages, 20) << "it was worked off before anybody could look";
  ASSERT_TRUE(IsCaughtUp(program.get())) << program->Log();
  adapters::SystemClock::Sleep(app::TopicConfig().allowed_skew + Duration::Seconds(1));
  WatchUntil(program.get(), [](double met) {
    EXPECT_EQ(met, kAll);
    return true;
  });
  program->Stop();
  AlertsTopic topic(world_.AlertsTopic(), app::InternalTopicsConfig().partitions);
  const auto alerts = topic.ReadToEnd();
  EXPECT_TRUE(alerts.empty()) << alerts.size() << " alerts, such as " << alerts.front().payload;
}

}  // namespace
}  // namespace touchline::test
