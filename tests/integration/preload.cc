#include "tests/integration/preload.h"

#include <gtest/gtest.h>

#include "adapters/json/cloud_event_encoder.h"
#include "adapters/kafka/producer.h"
#include "adapters/system_clock.h"
#include "tests/support/broker.h"

namespace touchline::test {

Installation::Options FeedTopic(const std::string& name, int32_t partitions) {
  return {.name = name,
          .topics = {"events"},
          .partners = {"alba", "brevis", "corvus", "delphin"},
          .partitions = partitions};
}

uint64_t Preload(const std::string& topic, const simulator::BenchFeedOptions& feed) {
  adapters::ProducerOptions options;
  options.kafka.bootstrap = Broker::Shared().bootstrap();
  auto producer = adapters::EventProducer::Create(options);
  EXPECT_TRUE(producer);
  if (!producer) return 0;
  simulator::BenchFeed events(feed);
  simulator::SimulatedRecord record;
  std::string json;
  uint64_t sent = 0;
  while (events.Next(&record)) {
    json.clear();
    json::AppendStructured(record.event.view(), &json);
    const Status taken =
        (*producer)->Produce({.topic = topic, .key = record.key, .payload = json});
    EXPECT_TRUE(taken) << taken.error().message;
    if (!taken) return sent;
    ++sent;
  }
  EXPECT_TRUE((*producer)->Flush(Duration::Minutes(2)));
  EXPECT_EQ((*producer)->acknowledged(), sent);
  return sent;
}

EventTime Ago(Duration past) {
  return EventTime::FromMillis(adapters::SystemClock().Now().millis()) - past;
}

}  // namespace touchline::test
