// Figures of public logs, against those that an independent script computed from the same files.
// The files are not part of the project: TOUCHLINE_DATA names their folder; without it the tests
// are skipped.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "adapters/gzip/gzip_file.h"
#include "app/import/importer.h"

namespace touchline::app {
namespace {

using domain::Event;
using domain::EventType;
using domain::TicketStatus;
using ::testing::DoubleNear;
using ::testing::IsEmpty;

std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class RealLogsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("TOUCHLINE_DATA");
    if (folder == nullptr) GTEST_SKIP() << "TOUCHLINE_DATA is not set";
    folder_ = folder;
  }

  ImportCounts Import(const std::string& mapping_file, const std::string& file,
                      const std::function<void(const Event&)>& send) {
    const LoadedMapping loaded = ReadMapping(mapping_file, ReadText(mapping_file));
    EXPECT_THAT(loaded.mistakes, IsEmpty());
    Importer importer(&loaded.mapping, [](const std::string& bad) { ADD_FAILURE() << bad; });
    const auto content = adapters::ReadFileOrGzip(folder_ + "/" + file);
    EXPECT_TRUE(content) << content.error().message;
    EXPECT_THAT(importer.Add(file, *content), IsEmpty());
    return importer.Run(send);
  }

  std::string folder_;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// What the tickets' events say, by the words of the metric contract.
struct Tickets {
  struct Ticket {
    EventTime created;
    std::optional<EventTime> first_solved;
    TicketStatus status = TicketStatus::kNone;
    std::string queue, agent, priority;
    int reopened = 0;
  };
  std::map<std::string, Ticket, std::less<>> by_subject;
  int queue_changes = 0;
  int agent_changes = 0;

  void Apply(const Event& e) {
    Ticket& ticket = by_subject[std::string(e.subject)];
    if (e.type == EventType::kTicketCreated) ticket.created = e.time();
    if (!e.queue.empty()) {
      if (!ticket.queue.empty() && ticket.queue != e.queue) ++queue_changes;
      ticket.queue = e.queue;
    }
    if (!e.agent.empty()) {
      if (!ticket.agent.empty() && ticket.agent != e.agent) ++agent_changes;
      ticket.agent = e.agent;
    }
    if (!e.priority.empty()) ticket.priority = e.priority;
    if (e.status == TicketStatus::kNone) return;
    const auto is_over = [](TicketStatus s) {
      return s == TicketStatus::kSolved || s == TicketStatus::kClosed;
    };
    if (is_over(ticket.status) && !is_over(e.status)) ++ticket.reopened;
    if (is_over(e.status) && !ticket.first_solved) ticket.first_solved = e.time();
    ticket.status = e.status;
  }

  std::vector<double> HoursToFirstSolved() const {
    std::vector<double> hours;
    for (const auto& [subject, t] : by_subject) {
      if (!t.first_solved) continue;
      hours.push_back(static_cast<double>((*t.first_solved - t.created).millis()) / 3'600'000);
    }
    return hours;
  }
  int Count(const std::function<bool(const Ticket&)>& which) const {
    return static_cast<int>(std::count_if(by_subject.begin(), by_subject.end(),
                                          [&](const auto& entry) { return which(entry.second); }));
  }
};

TEST_F(RealLogsTest, Bpi2013GivesTheReferenceFigures) {
  Tickets tickets;
  const ImportCounts counts =
      Import("config/import/bpi2013.yaml", "bpi2013_incidents.csv.gz",
             [&](const Event& event) { tickets.Apply(event); });
  EXPECT_EQ(counts.rows, 65'533);
  EXPECT_EQ(tickets.by_subject.size(), 7'554U);

  const std::vector<double> hours = tickets.HoursToFirstSolved();
  EXPECT_EQ(hours.size(), 7'546U);
  EXPECT_THAT(Median(hours), DoubleNear(6.03, 0.005));
  EXPECT_THAT(Mean(hours), DoubleNear(176.44, 0.005));

  using Ticket = Tickets::Ticket;
  EXPECT_EQ(tickets.Count([](const Ticket& t) { return t.reopened > 0; }), 514);
  int reopenings = 0;
  for (const auto& [subject, ticket] : tickets.by_subject) reopenings += ticket.reopened;
  EXPECT_EQ(reopenings, 580);
  EXPECT_EQ(tickets.queue_changes, 9'454);
  EXPECT_EQ(tickets.agent_changes, 20'649);
  EXPECT_EQ(tickets.Count([](const Ticket& t) { return t.priority == "Medium"; }), 4'045);
  EXPECT_EQ(tickets.Count([](const Ticket& t) { return t.priority == "Low"; }), 3'245);
  EXPECT_EQ(tickets.Count([](const Ticket& t) { return t.priority == "High"; }), 261);
  EXPECT_EQ(tickets.Count([](const Ticket& t) { return t.priority == "Major"; }), 3);
  // Closed 5,573 and one Cancelled; In Call 1,882 and Resolved 90.
  EXPECT_EQ(tickets.Count([](const Ticket& t) { return t.status == TicketStatus::kClosed; }),
            5'574);
  EXPECT_EQ(tickets.Count([](const Ticket& t) { return t.status == TicketStatus::kSolved; }),
            1'972);
}

TEST_F(RealLogsTest, HelpdeskGivesTheReferenceFigures) {
  Tickets tickets;
  const ImportCounts counts = Import("config/import/helpdesk.yaml", "helpdesk.csv.gz",
                                     [&](const Event& event) { tickets.Apply(event); });
  EXPECT_EQ(counts.rows, 21'348);
  EXPECT_EQ(tickets.by_subject.size(), 4'580U);
  EXPECT_EQ(tickets.agent_changes, 8'648);
}

TEST_F(RealLogsTest, StripeChatGivesTheReferenceFigures) {
  struct Chat {
    EventTime started;
    std::optional<EventTime> answered;
  };
  std::map<std::string, Chat> chats;
  Import("config/import/stripe_chat.yaml", "stripe_chat.csv", [&](const Event& e) {
    Chat& chat = chats[std::string(e.subject)];
    if (e.type == EventType::kChatStarted) chat.started = e.time();
    if (e.author == domain::Party::kAgent && !chat.answered) chat.answered = e.time();
  });
  EXPECT_EQ(chats.size(), 62U);
  std::vector<double> seconds;
  for (const auto& [subject, chat] : chats) {
    if (!chat.answered) continue;
    seconds.push_back(static_cast<double>((*chat.answered - chat.started).millis()) / 1000);
  }
  EXPECT_EQ(seconds.size(), 38U);
  EXPECT_THAT(Median(seconds), DoubleNear(59.5, 0.05));
  EXPECT_THAT(Mean(seconds), DoubleNear(93.6, 0.05));
}

}  // namespace
}  // namespace touchline::app
