#include "tests/sim/feed.h"

#include <algorithm>

#include "adapters/json/cloud_event_encoder.h"

namespace touchline::sim {

FeedRecord MakeRecord(size_t told, const naive::Consumed& consumed) {
  FeedRecord record{.at = consumed.consumed_at, .told = told, .key = {}, .payload = {},
                    .consumed = consumed};
  // Whenever it is read, it is not ahead of its time: the clock waits for its sending.
  record.consumed.consumed_at = WallTime::Max();
  if (consumed.read != domain::ApplyResult::kApplied) {
    record.key = consumed.key;
    record.payload = consumed.raw;
    return record;
  }
  const domain::Event event = consumed.event.view();
  record.key = event.subject;
  record.to_all = event.type == domain::EventType::kSourceHeartbeat;
  json::AppendStructured(event, &record.payload);
  return record;
}

Feed::Feed(const property::Case& story, size_t most) {
  for (size_t i = 0; i < story.inputs.size(); ++i) {
    for (const naive::Consumed& consumed : story.inputs[i].records) {
      records_.push_back(MakeRecord(i, consumed));
    }
  }
  std::stable_sort(records_.begin(), records_.end(),
                   [](const FeedRecord& a, const FeedRecord& b) { return a.at < b.at; });
  if (records_.size() > most) records_.resize(most);
}

}  // namespace touchline::sim
