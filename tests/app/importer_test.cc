#include "app/import/importer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "adapters/json/cloud_event_encoder.h"
#include "base/rfc3339.h"

namespace touchline::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kTickets = R"(
source: urn:t
topic: support.tickets
subject: [case]
time: {column: at}
opening:
  type: ticket.created
  data:
    queue: {column: group}
    status: {value: new}
events:
  - type: ticket.updated
    only_changes: true
    data:
      status: {column: state, map: {Open: open, Wait*: pending, Wait - Us: on_hold, Done: solved}}
      queue: {column: group}
      agent: {column: who}
)";

struct Imported {
  std::vector<std::string> events;  // "time sequence subject type field=value..."
  std::vector<std::string> bad;
  std::vector<std::string> unusable;
  ImportCounts counts;
};

std::string Describe(const domain::Event& event) {
  std::string line = fmt::format("{} {} {} {}", FormatRfc3339(event.time()), *event.sequence,
                                 event.subject, domain::Name(event.type));
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) line += fmt::format(" {}={}", name, value);
  };
  add("queue", event.queue);
  add("agent", event.agent);
  add("customer", event.customer);
  add("priority", event.priority);
  if (event.status != domain::TicketStatus::kNone) add("status", domain::Name(event.status));
  if (event.author != domain::Party::kNone) add("author", domain::Name(event.author));
  return line;
}

Imported ImportText(const std::string& mapping_text, const std::vector<std::string>& files) {
  const LoadedMapping loaded = ReadMapping("m.yaml", mapping_text);
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  Imported imported;
  Importer importer(&loaded.mapping,
                    [&](const std::string& message) { imported.bad.push_back(message); });
  for (size_t i = 0; i < files.size(); ++i) {
    for (const auto& line : importer.Add(fmt::format("dir/f{}.csv", i), files[i])) {
      imported.unusable.push_back(line);
    }
  }
  imported.counts = importer.Run(
      [&](const domain::Event& event) { imported.events.push_back(Describe(event)); });
  return imported;
}

TEST(ImporterTest, OpensASubjectWithItsFirstRowAndThenSendsOnlyWhatChanged) {
  const Imported imported = ImportText(kTickets, {"case,at,state,group,who\n"
                                                  "7,2026-01-05T08:00:00Z,Open,q1,ann\n"
                                                  "7,2026-01-05T08:01:00Z,Open,q1,ann\n"
                                                  "7,2026-01-05T08:02:00Z,Wait - User,q1,bob\n"
                                                  "7,2026-01-05T08:03:00Z,Done,q1,\n"});
  EXPECT_THAT(imported.events,
              ElementsAre("2026-01-05T08:00:00.000Z 0 7 ticket.created queue=q1 status=new",
                          "2026-01-05T08:00:00.000Z 1 7 ticket.updated agent=ann status=open",
                          "2026-01-05T08:02:00.000Z 32 7 ticket.updated agent=bob status=pending",
                          "2026-01-05T08:03:00.000Z 48 7 ticket.updated status=solved"));
  EXPECT_EQ(imported.counts.rows, 4);
  EXPECT_EQ(imported.counts.used, 3);
  EXPECT_EQ(imported.counts.unused, 1);
  EXPECT_EQ(imported.counts.subjects, 1);
}

TEST(ImporterTest, SortsByTimeAcrossFilesAndKeepsTheirOrderWithinAnInstant) {
  const std::string header = "case,at,state,group,who\n";
  const Imported imported =
      ImportText(kTickets, {header + "b,2026-01-05T09:00:00Z,Open,q,x\n"
                                     "a,2026-01-05T10:00:00+02:00,Open,q,x\n",
                            header + "a,2026-01-05T08:00:00Z,Done,q,x\n"});
  EXPECT_THAT(imported.events,
              ElementsAre(HasSubstr("08:00:00.000Z 16 a ticket.created"),
                          HasSubstr("08:00:00.000Z 17 a ticket.updated agent=x status=open"),
                          HasSubstr("08:00:00.000Z 32 a ticket.updated status=solved"),
                          HasSubstr("09:00:00.000Z 0 b ticket.created"),
                          HasSubstr("09:00:00.000Z 1 b ticket.updated")));
}

TEST(ImporterTest, PrefersAnExactCellOverAPatternAndALongerPatternOverAShorterOne) {
  const Imported imported = ImportText(kTickets, {"case,at,state,group,who\n"
                                                  "1,2026-01-05T08:00:00Z,Wait,q,\n"
                                                  "2,2026-01-05T08:00:00Z,Wait - Us,q,\n"});
  EXPECT_THAT(imported.events[1], HasSubstr("status=pending"));
  EXPECT_THAT(imported.events[3], HasSubstr("status=on_hold"));
}

TEST(ImporterTest, ReportsBadRowsWithTheirLinesAndSendsNothingOfThem) {
  const Imported imported = ImportText(kTickets, {"case,at,state,group,who\n"
                                                  "1,yesterday,Open,q,\n"
                                                  "2,2026-01-05T08:00:00Z,Lost,q,\n"
                                                  "3,2026-01-05T08:00:00Z,Open\n"
                                                  ",2026-01-05T08:00:00Z,Open,q,\n"
                                                  "5,2026-01-05T08:00:00Z,Open,,\n"
                                                  "6,2026-01-05T08:00:00Z,\"O\"x,q,\n"
                                                  "7,2026-01-05T08:00:00Z,Open,q,\xFF\n"});
  EXPECT_THAT(imported.events, IsEmpty());
  EXPECT_THAT(
      imported.bad,
      ::testing::UnorderedElementsAre(
          "dir/f0.csv:2: column 'at' is 'yesterday', which is not a time of the form 'rfc3339'",
          "dir/f0.csv:3: column 'state' is 'Lost', which 'map' does not name",
          "dir/f0.csv:4: 3 cells where the header has 5", "dir/f0.csv:5: the subject is empty",
          "dir/f0.csv:6: ticket.created: there is no queue",
          "dir/f0.csv:7: a closing quote is followed by other text",
          "dir/f0.csv:8: ticket.updated: agent is not UTF-8"));
  EXPECT_EQ(imported.counts.bad, 7);
  EXPECT_EQ(imported.counts.rows, 7);
}

TEST(ImporterTest, OpensASubjectWithItsFirstGoodRow) {
  const Imported imported = ImportText(kTickets, {"case,at,state,group,who\n"
                                                  "1,2026-01-05T08:00:00Z,Lost,q,\n"
                                                  "1,2026-01-05T08:05:00Z,Done,q,\n"});
  EXPECT_THAT(imported.events[0], HasSubstr("08:05:00.000Z 16 1 ticket.created"));
}

TEST(ImporterTest, NamesEveryColumnThatAFileLacks) {
  const Imported imported = ImportText(kTickets, {"case,at,sate,grp_name,who\n"});
  EXPECT_THAT(imported.unusable,
              ElementsAre("dir/f0.csv:1: there is no column 'group'; it has: case, at, sate, "
                          "grp_name, who",
                          "dir/f0.csv:1: there is no column 'state'; did you mean 'sate'?"));
  EXPECT_THAT(ImportText(kTickets, {""}).unusable,
              ElementsAre("dir/f0.csv:1: there is no header line"));
}

TEST(ImporterTest, ReadsLocalTimesInTheirZone) {
  std::string mapping = kTickets;
  mapping.replace(mapping.find("{column: at}"), 12,
                  "{column: at, format: \"%Y/%m/%d %H:%M:%E*S\", zone: Europe/Rome}");
  const Imported imported = ImportText(mapping, {"case,at,state,group,who\n"
                                                 "1,2012/10/09 14:50:17.250,Open,q,\n"
                                                 "2,2012/12/09 14:50:17.000,Open,q,\n"
                                                 "3,2012/13/09 14:50:17.000,Open,q,\n"});
  EXPECT_THAT(imported.events[0], HasSubstr("2012-10-09T12:50:17.250Z"));
  EXPECT_THAT(imported.events[2], HasSubstr("2012-12-09T13:50:17.000Z"));
  EXPECT_EQ(imported.counts.bad, 1);
}

TEST(ImporterTest, ReadsCellsBetweenTabs) {
  const std::string mapping = std::string(kTickets) + "delimiter: tab\n";
  EXPECT_THAT(ImportText(mapping, {"case\tat\tstate\tgroup\twho\n"
                                   "1\t2026-01-05T08:00:00Z\tOpen\tq, r\t\n"})
                  .events,
              ::testing::Contains(HasSubstr("queue=q, r")));
}

std::string ChatMapping(int depth) {
  return fmt::format(R"(
source: urn:c
topic: support.chats
time: {{column: at}}
conversation: {{id: [file, n], parent: [file, to], depth: {}, speaker: by}}
opening: {{type: chat.started, data: {{customer: {{column: "@starter"}}}}}}
events:
  - type: chat.message
    when: [{{column: "@author", in: [customer]}}]
    data: {{author: {{value: customer}}}}
  - type: chat.message
    when: [{{column: "@author", in: [agent]}}]
    data: {{author: {{value: agent}}, agent: {{column: by}}}}
)",
                     depth);
}

// 1 starts; 2 replies to 1; 3 replies to 2; 4 has no link; 5 replies to a line that has none.
constexpr const char* kChat =
    "file,n,at,by,to\n"
    "0,1,2026-01-05T08:00:00Z,ann,1\n"
    "0,2,2026-01-05T08:00:10Z,bob,1\n"
    "0,3,2026-01-05T08:00:20Z,ann,2\n"
    "0,4,2026-01-05T08:00:30Z,eve,\n"
    "0,5,2026-01-05T08:00:40Z,bob,4\n"
    "1,1,2026-01-05T08:00:50Z,eve,1\n";

TEST(ImporterTest, TakesOnlyDirectRepliesAtDepthOne) {
  const Imported imported = ImportText(ChatMapping(1), {kChat});
  EXPECT_THAT(
      imported.events,
      ElementsAre("2026-01-05T08:00:00.000Z 0 0-1 chat.started customer=ann",
                  "2026-01-05T08:00:00.000Z 1 0-1 chat.message author=customer",
                  "2026-01-05T08:00:10.000Z 16 0-1 chat.message agent=bob author=agent",
                  "2026-01-05T08:00:50.000Z 32 1-1 chat.started customer=eve",
                  "2026-01-05T08:00:50.000Z 33 1-1 chat.message author=customer"));
  EXPECT_EQ(imported.counts.unlinked, 3);
}

TEST(ImporterTest, TakesRepliesToRepliesAtDepthZero) {
  const Imported imported = ImportText(ChatMapping(0), {kChat});
  EXPECT_THAT(imported.events,
              ::testing::Contains(
                  "2026-01-05T08:00:20.000Z 32 0-1 chat.message author=customer"));
  EXPECT_EQ(imported.counts.unlinked, 2);
}

TEST(ImporterTest, EndsAtLinksThatRunInACircle) {
  const Imported imported = ImportText(ChatMapping(0), {"file,n,at,by,to\n"
                                                        "0,1,2026-01-05T08:00:00Z,a,2\n"
                                                        "0,2,2026-01-05T08:00:01Z,b,1\n"});
  EXPECT_THAT(imported.events, IsEmpty());
  EXPECT_EQ(imported.counts.unlinked, 2);
}

std::vector<std::string> MappingMistakes(const std::string& text) {
  return ReadMapping("m.yaml", text).mistakes;
}

TEST(MappingTest, IsCheckedAgainstTheEventContractWithPlaces) {
  EXPECT_THAT(
      MappingMistakes("source: s\n"
                      "topic: t\n"
                      "subject: [a]\n"
                      "time: {column: a, zone: Mars/Base}\n"
                      "opening: {type: ticket.create}\n"
                      "events:\n"
                      "  - type: ticket.created\n"
                      "    data:\n"
                      "      statsu: {value: open}\n"
                      "      status: {column: a, map: {x: opne}}\n"
                      "      agent: {column: a, value: b}\n"),
      ElementsAre("m.yaml:4:19: time.zone: 'Mars/Base' is not a time zone of this machine's "
                  "database",
                  "m.yaml:5:17: opening.type: is 'ticket.create', which is not a type of the event "
                  "contract; did you mean 'ticket.created'?",
                  HasSubstr("m.yaml:8:5: events[0].data: lacks 'queue', which ticket.created"),
                  HasSubstr("m.yaml:9:7: events[0].data.statsu: is not a field of ticket.created; "
                            "did you mean 'status'?"),
                  HasSubstr("m.yaml:10:27: events[0].data.status.map: is 'opne', which is not one "
                            "of: new, open"),
                  HasSubstr("m.yaml:11:7: events[0].data.agent: ")));
}

TEST(MappingTest, OfEveryShippedExampleIsGood) {
  for (const char* file : {"bpi2013", "helpdesk", "stripe_chat"}) {
    std::ifstream in(std::string("config/import/") + file + ".yaml");
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    EXPECT_FALSE(text.empty());
    EXPECT_THAT(MappingMistakes(text), IsEmpty()) << file;
  }
}

TEST(MappingTest, NeedsASubjectOrAConversationButNotBoth) {
  const std::string head = "source: s\ntopic: t\ntime: {column: a}\n"
                           "events: [{type: call.ended}]\n";
  EXPECT_THAT(MappingMistakes(head), ElementsAre(HasSubstr("subject: is required without")));
  EXPECT_THAT(MappingMistakes(head + "subject: [a]\n"
                                     "conversation: {id: [a], parent: [b, c]}\n"),
              ::testing::UnorderedElementsAre(
                  HasSubstr("subject: excludes 'conversation'"),
                  HasSubstr("conversation.parent: must have as many columns"),
                  HasSubstr("conversation.speaker: is required")));
}

}  // namespace
}  // namespace touchline::app
