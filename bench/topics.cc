#include "bench/topics.h"

#include <vector>

#include "adapters/json/cloud_event_encoder.h"
#include "adapters/kafka/admin.h"
#include "adapters/kafka/consumer.h"
#include "adapters/kafka/producer.h"
#include "adapters/system_clock.h"
#include "bench/apart.h"

namespace touchline::bench {

TopicFigures Preload(const BenchTopic& topic, const simulator::BenchFeedOptions& options,
                     uint64_t begin, uint64_t end) {
  auto admin = Must(adapters::KafkaAdmin::Connect(topic.kafka));
  Must(admin->EnsureTopic({.name = topic.name, .partitions = topic.partitions}));
  auto producer = Must(adapters::EventProducer::Create({.kafka = topic.kafka}));
  simulator::BenchFeed feed(options);
  simulator::SimulatedRecord record;
  std::string json;
  TopicFigures figures;
  for (uint64_t i = 0; i < end && feed.Next(&record); ++i) {
    if (i < begin) continue;
    json.clear();
    json::AppendStructured(record.event.view(), &json);
    figures.bytes += json.size();
    Must(producer->Produce({.topic = topic.name, .key = record.key, .payload = json}));
    ++figures.events;
  }
  Must(producer->Flush(Duration::Minutes(2)));
  return figures;
}

ConsumeFigures ConsumeBare(const BenchTopic& topic, uint64_t events) {
  adapters::SystemClock clock;
  std::vector<adapters::ConsumerInput> inputs;
  for (int32_t p = 0; p < topic.partitions; ++p) {
    inputs.push_back({.topic = topic.name, .partition = p});
  }
  adapters::ConsumerOptions options;
  options.kafka = topic.kafka;
  const Span span;
  auto consumer = Must(adapters::KafkaConsumer::Start(options, inputs, &clock));
  uint64_t seen = 0;
  while (seen < events) seen += Must(consumer->source(0).Poll(Duration::Millis(100))).size();
  return {.wall = span.wall_taken(), .cpu = span.cpu_taken()};
}

}  // namespace touchline::bench
