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

Feed::Feed(const property::Case& story, size_t most, size_t stray) {
  struct Place {
    WallTime at;
    size_t told = 0;
    const naive::Consumed* consumed = nullptr;
  };
  std::vector<Place> places;
  for (size_t i = 0; i < story.inputs.size(); ++i) {
    for (const naive::Consumed& consumed : story.inputs[i].records) {
      places.push_back({.at = consumed.consumed_at, .told = i, .consumed = &consumed});
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.at < b.at; });
  if (places.size() > most) places.resize(most);
  records_.reserve(places.size());
  for (const bool strays : {false, true}) {
    for (size_t i = 0; i < places.size(); ++i) {
      if ((i % stray == stray - 1) != strays) continue;
      records_.push_back(MakeRecord(places[i].told, *places[i].consumed));
    }
    if (!strays) strays_from_ = records_.size();
  }
}

}  // namespace touchline::sim
