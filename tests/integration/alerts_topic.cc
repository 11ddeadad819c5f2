#include "tests/integration/alerts_topic.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string_view>

#include "base/rfc3339.h"
#include "tests/support/broker.h"

namespace touchline::test {
namespace {

std::string Text(simdjson::dom::element of, std::string_view key) {
  std::string_view text;
  return of[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

SentAlert Parse(std::string_view payload) {
  simdjson::dom::parser parser;
  simdjson::dom::element event, data;
  EXPECT_EQ(parser.parse(simdjson::padded_string(payload)).get(event), simdjson::SUCCESS);
  EXPECT_EQ(event["data"].get(data), simdjson::SUCCESS);
  const auto time = ParseRfc3339Nanos(Text(event, "time"));
  EXPECT_TRUE(time) << payload;
  return {.id = Text(event, "id"),
          .type = Text(event, "type"),
          .retracted = Text(data, "retracted"),
          .subject = Text(event, "subject"),
          .kind = Text(data, "kind"),
          .queue = Text(data, "queue"),
          .policy = Text(data, "policy"),
          .target = Text(data, "target"),
          .time = EventTime::FromMillis(time.value_or(0) / 1'000'000),
          .payload = std::string(payload)};
}

}  // namespace

AlertsTopic::AlertsTopic(const std::string& topic, int32_t partitions) : partitions_(partitions) {
  std::vector<adapters::ConsumerInput> inputs;
  for (int32_t p = 0; p < partitions; ++p) inputs.push_back({.topic = topic, .partition = p});
  adapters::ConsumerOptions options;
  options.kafka.bootstrap = Broker::Shared().bootstrap();
  auto consumer = adapters::KafkaConsumer::Start(options, inputs, &clock_);
  EXPECT_TRUE(consumer) << consumer.error().message;
  if (consumer) consumer_ = std::move(*consumer);
}

std::vector<SentAlert> AlertsTopic::Poll(Duration max_wait) {
  std::vector<SentAlert> alerts;
  if (consumer_ == nullptr) return alerts;
  const auto records = consumer_->source(0).Poll(max_wait);
  EXPECT_TRUE(records) << records.error().message;
  if (!records) return alerts;
  for (const pipeline::SourceRecord& record : *records) alerts.push_back(Parse(record.payload));
  return alerts;
}

std::vector<SentAlert> AlertsTopic::ReadToEnd() {
  std::vector<SentAlert> all;
  const auto is_at_end = [this] {
    for (int32_t p = 0; consumer_ != nullptr && p < partitions_; ++p) {
      const auto input = static_cast<pipeline::InputIndex>(p);
      if (consumer_->position(input).lag().value_or(1) > 0) return false;
    }
    return true;
  };
  const WallTime limit = clock_.Now() + Duration::Minutes(1);
  while (!is_at_end()) {
    if (clock_.Now() > limit) {
      ADD_FAILURE() << "the end of the topic of alerts was not reached within a minute";
      break;
    }
    const auto more = Poll(Duration::Millis(100));
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace touchline::test
