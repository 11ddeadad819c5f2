#include "app/config_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace touchline::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kTopic = "topics: [{name: support.calls, partner: house}]\n";

std::vector<std::string> MistakesOf(const std::string& text,
                                    const std::vector<std::string>& overrides = {}) {
  return ReadConfig("t.yaml", text, overrides).mistakes;
}

Config Good(const std::string& text, const std::vector<std::string>& overrides = {}) {
  LoadedConfig loaded = ReadConfig("t.yaml", text, overrides);
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  return loaded.config;
}

TEST(ConfigReaderTest, OfAnEmptyTextMissesOnlyTheTopics) {
  EXPECT_THAT(MistakesOf(""), ElementsAre("t.yaml:1:1: topics: is required: at least one entry"));
}

TEST(ConfigReaderTest, TakesDefaultsForAllThatIsLeftOut) {
  const Config config = Good(kTopic);
  EXPECT_EQ(config.commit.interval, Duration::Millis(200));
  EXPECT_EQ(config.topics[0].allowed_skew, Duration::Seconds(2));
  EXPECT_EQ(config.rules, domain::RuleSet());
}

TEST(ConfigReaderTest, NamesATopicsSourceAfterTheTopicUnlessItHasAnAlias) {
  EXPECT_EQ(Good(kTopic).topics[0].alias, "support.calls");
  EXPECT_EQ(Good("topics: [{name: a, alias: phone, partner: p}]").topics[0].alias, "phone");
}

TEST(ConfigReaderTest, ReadsEveryTypeOfValue) {
  const Config config = Good(R"(
workers: 3
kafka: {properties: {security.protocol: SSL}}
topics:
  - {name: a, mode: recorded, recorded_until: 2026-01-05T08:00:00Z, partner_from: field,
     partners: [x, "y z"], max_event_bytes: 2MiB}
  - {name: b, mode: recorded, partner_by_queue: {billing: x}}
  - {name: c, mode: recorded, partner_by_agent: {ann: x}}
rules:
  effort: {transfer: 2.5}
  queue_defaults: {threshold_inclusive: false}
)");
  EXPECT_EQ(config.workers, 3);
  EXPECT_EQ(config.kafka.properties.at("security.protocol"), "SSL");
  EXPECT_EQ(config.topics[0].mode, TopicMode::kRecorded);
  EXPECT_EQ(config.topics[0].recorded_until->millis(), 1'767'600'000'000);
  EXPECT_EQ(config.topics[0].partner_source, PartnerSource::kField);
  EXPECT_THAT(config.topics[0].partners, ElementsAre("x", "y z"));
  EXPECT_EQ(config.topics[0].max_event_bytes, 2 << 20);
  EXPECT_EQ(config.topics[1].partner_source, PartnerSource::kQueue);
  EXPECT_EQ(config.topics[1].partner_by_queue.at("billing"), "x");
  EXPECT_EQ(config.topics[2].partner_source, PartnerSource::kAgent);
  EXPECT_EQ(config.topics[2].partner_by_agent.at("ann"), "x");
  EXPECT_EQ(config.rules.effort.transfer_milli, 2500);
  EXPECT_FALSE(config.rules.default_queue.threshold_inclusive);
}

TEST(ConfigReaderTest, StartsEachQueueFromTheDefaultsWhereverTheyStand) {
  const Config config = Good(std::string(kTopic) + R"(
rules:
  queues:
    billing: {short_abandon: 7s}
  queue_defaults: {answer_threshold: 30s}
)");
  const domain::QueueRules& billing = config.rules.queues.at("billing");
  EXPECT_EQ(billing.answer_threshold, Duration::Seconds(30));
  EXPECT_EQ(billing.short_abandon, Duration::Seconds(7));
}

TEST(ConfigReaderTest, ReportsAllMistakesAtOnceInTheOrderOfTheText) {
  EXPECT_THAT(
      MistakesOf("workers: 010\n"
                 "commit:\n"
                 "  intervall: 1s\n"
                 "  max_interval: 9\n"
                 "state: {durability: replicated, cache_bytes: 1KiB}\n"
                 "workers: 2\n"
                 "topics: [{name: 'a b', partner: p}]\n"),
      ElementsAre(
          "t.yaml:1:10: workers: is '010': a leading zero means base eight to some readers of "
          "YAML; write it without",
          "t.yaml:3:3: commit.intervall: is not a known key; did you mean 'interval'?",
          "t.yaml:4:17: commit.max_interval: is '9', which lacks a unit: write 200ms, 2s, 5m, "
          "1h30m or 28d",
          "t.yaml:5:21: state.durability: is 'replicated', which is not available yet; use local",
          "t.yaml:5:46: state.cache_bytes: is 1KiB, outside 1MiB to 1TiB",
          "t.yaml:6:1: key 'workers' stands here a second time; the first is in line 1",
          "t.yaml:7:17: topics[0].name: is 'a b'; Kafka allows letters, digits, '.', '_' and "
          "'-'"));
}

TEST(ConfigReaderTest, SaysWhereAKeyBelongsThatStandsInTheWrongSection) {
  EXPECT_THAT(MistakesOf(std::string(kTopic) + "kafka: {cache_bytes: 2MiB}"),
              ElementsAre("t.yaml:2:9: kafka.cache_bytes: is not a known key; there is "
                          "'state.cache_bytes'"));
}

TEST(ConfigReaderTest, AcceptsTheEndsOfARangeAndNothingBeyond) {
  const auto interval = [](const std::string& value) {
    return MistakesOf(std::string(kTopic) + "commit: {interval: " + value + ", max_interval: 5m}");
  };
  EXPECT_THAT(interval("10ms"), IsEmpty());
  EXPECT_THAT(interval("10s"), IsEmpty());
  EXPECT_THAT(interval("9ms"),
              ElementsAre("t.yaml:2:20: commit.interval: is 9ms, outside 10ms to 10s"));
  EXPECT_THAT(interval("10001ms"),
              ElementsAre("t.yaml:2:20: commit.interval: is 10001ms, outside 10ms to 10s"));
}

TEST(ConfigReaderTest, RefusesValuesOfAnotherType) {
  const std::string head = kTopic;
  EXPECT_THAT(MistakesOf(head + "workers: two"),
              ElementsAre("t.yaml:2:10: workers: is 'two', which is not a whole number"));
  EXPECT_THAT(MistakesOf(head + "workers: \"2\""),
              ElementsAre("t.yaml:2:10: workers: is quoted text; write a whole number without "
                          "quotes"));
  EXPECT_THAT(MistakesOf(head + "workers: [2]"),
              ElementsAre("t.yaml:2:10: workers: must be a single value: whole number"));
  EXPECT_THAT(MistakesOf(head + "workers:"),
              ElementsAre(HasSubstr("workers: has no value; a whole number is expected")));
  EXPECT_THAT(MistakesOf(head + "commit: 3"),
              ElementsAre("t.yaml:2:9: commit: must be a mapping of keys to values"));
  EXPECT_THAT(MistakesOf("topics: {name: a}"),
              ElementsAre("t.yaml:1:9: topics: must be a list (lines that begin with '- ')"));
  EXPECT_THAT(MistakesOf(head + "rules: {queue_defaults: {threshold_inclusive: yes}}"),
              ElementsAre(HasSubstr("is 'yes'; write true or false")));
}

TEST(ConfigReaderTest, LeavesTextsThatLookLikeOtherTypesAsTheyAre) {
  const Config config = Good("topics: [{name: a, namespace: 007, partner: no}]");
  EXPECT_EQ(config.topics[0].name_space, "007");
  EXPECT_EQ(config.topics[0].partner, "no");
}

TEST(ConfigReaderTest, SuggestsTheNearestChoice) {
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner: p, mode: recordet}]"),
              ElementsAre("t.yaml:1:38: topics[0].mode: is 'recordet', which is not one of: live, "
                          "recorded; did you mean 'recorded'?"));
}

TEST(ConfigReaderTest, WantsExactlyOneWayToAPartner) {
  EXPECT_THAT(MistakesOf("topics: [{name: a}]"),
              ElementsAre("t.yaml:1:10: topics[0]: needs 'partner', or 'partner_from: field' with "
                          "'partners', or 'partner_from: agents', or 'partner_by_queue', or "
                          "'partner_by_agent'"));
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner: p, partner_from: field, partners: [p]}]"),
              ElementsAre(HasSubstr("topics[0].partner: excludes 'partner_from'")));
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner_from: field}]"),
              ElementsAre(HasSubstr("topics[0].partner_from: needs 'partners'")));
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner: p, partners: [p]}]"),
              ElementsAre(HasSubstr("topics[0].partners: is of use only with")));
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner: p, partner_by_queue: {q: r}}]"), IsEmpty());
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner: p, partner_by_agent: {ann: r}}]"), IsEmpty());
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner_by_queue: {q: r}, partner_by_agent: {a: r}}]"),
              ElementsAre(HasSubstr("topics[0].partner_by_agent: excludes 'partner_by_queue'")));
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner_from: field, partners: [p], "
                         "partner_by_agent: {a: p}}]"),
              ElementsAre(HasSubstr("topics[0].partner_by_agent: excludes 'partner_from'")));
}

TEST(ConfigReaderTest, HoldsTopicsToTheListOfPartnersWhereThereIsOne) {
  EXPECT_THAT(MistakesOf("partners: [{name: house}]\ntopics: [{name: a, partner: hose}]"),
              ElementsAre("t.yaml:2:20: topics[0].partner: 'hose' is not in the list 'partners'; "
                          "did you mean 'house'?"));
}

TEST(ConfigReaderTest, RefusesLiveAndRecordedTopicsTogether) {
  EXPECT_THAT(
      MistakesOf("topics: [{name: a, partner: p}, {name: b, partner: p, mode: recorded}]"),
      ElementsAre(HasSubstr("topics[1].mode: differs from the first topic's")));
}

TEST(ConfigReaderTest, RefusesTheSameTopicTwiceAndItsOwnTopics) {
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner: p}, {name: a, partner: p}]"),
              ElementsAre(HasSubstr("topics[1].name: 'a' is listed twice")));
  EXPECT_THAT(MistakesOf("topics: [{name: touchline.contacts, partner: p}]"),
              ElementsAre(HasSubstr("those topics are Touchline's own")));
}

TEST(ConfigReaderTest, RefusesAShardThatIsNotBelowTheirNumber) {
  EXPECT_THAT(MistakesOf(std::string(kTopic) + "shard: {index: 1, of: 2}"), IsEmpty());
  EXPECT_THAT(MistakesOf(std::string(kTopic) + "shard: {index: 2, of: 2}"),
              ElementsAre("t.yaml:2:9: shard.index: is 2, but must be below 'shard.of' (2)"));
}

TEST(ConfigReaderTest, RefusesKafkaPropertiesThatItsPromisesRestOn) {
  EXPECT_THAT(
      MistakesOf(std::string(kTopic) + "kafka: {properties: {enable.auto.commit: true}}"),
      ElementsAre(HasSubstr("t.yaml:2:21: kafka.properties: 'enable.auto.commit': ")));
  EXPECT_THAT(MistakesOf(std::string(kTopic) + "kafka: {properties: {no.such.thing: 1, acks: 0}}"),
              ElementsAre(::testing::AllOf(HasSubstr("'acks': "), HasSubstr("'no.such.thing': "))));
}

TEST(ConfigReaderTest, RefusesATimeZoneThatThisMachineDoesNotKnow) {
  EXPECT_THAT(MistakesOf("topics: [{name: a, partner: p}]\n"
                         "partners: [{name: p, time_zone: Mars/Base}]"),
              ElementsAre(HasSubstr("t.yaml:2:33: partners[0].time_zone: is 'Mars/Base'")));
}

TEST(ConfigReaderTest, ReportsASyntaxErrorOnceAndNothingThatFollowsFromIt) {
  EXPECT_THAT(MistakesOf("workers: 2\nkafka: {client_id: x\n"),
              ElementsAre(HasSubstr("not YAML")));
}

TEST(ConfigReaderTest, LaysOverridesOverTheText) {
  const Config config = Good(std::string(kTopic) + "workers: 1\n",
                             {"workers=2", "topics[0].mode=recorded", "topics[1].name=b",
                              "topics[1]={name: b, partner: q, mode: recorded}",
                              "rules.queues.\"a.b\".short_abandon=3s"});
  EXPECT_EQ(config.workers, 2);
  EXPECT_EQ(config.topics[0].mode, TopicMode::kRecorded);
  EXPECT_EQ(config.topics[1].partner, "q");
  EXPECT_EQ(config.rules.queues.at("a.b").short_abandon, Duration::Seconds(3));
}

TEST(ConfigReaderTest, ShowsAnOverrideAsThePlaceOfItsMistake) {
  EXPECT_THAT(MistakesOf(kTopic, {"workers=9999", "commit.max_interval=10ms", "wrokers=1", "x",
                                  "topics[7].name=z"}),
              ElementsAre("--set workers=9999: workers: is 9999, outside 0 to 256",
                          "--set commit.max_interval=10ms: commit.max_interval: is shorter than "
                          "'commit.interval'",
                          "--set wrokers=1: wrokers: is not a known key; did you mean 'workers'?",
                          "--set x: must look like key.path=value",
                          "--set topics[7].name=z: there is no item [7] to set, nor is it the "
                          "next"));
}

TEST(ConfigReaderTest, SaysThatAFileCannotBeRead) {
  EXPECT_THAT(LoadConfigFile("no/such/file.yaml").mistakes,
              ElementsAre("no/such/file.yaml: cannot be read"));
}

}  // namespace
}  // namespace touchline::app
