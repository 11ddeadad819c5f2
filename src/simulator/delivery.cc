#include "simulator/delivery.h"

#include <algorithm>
#include <utility>

namespace touchline::simulator {
namespace {

using domain::EventType;

constexpr int64_t kSecond = 1'000'000'000;

int64_t Nanos(Duration d) { return d.millis() * 1'000'000; }

bool IsEnd(const domain::Event& e) {
  switch (e.type) {
    case EventType::kCallEnded:
    case EventType::kCallAbandoned:
    case EventType::kChatEnded:
    case EventType::kChatAbandoned:
      return true;
    case EventType::kTicketUpdated:
      return e.status == domain::TicketStatus::kClosed;
    default:
      return false;
  }
}

int64_t LongestDelay(const DeliveryKnobs& k) {
  return std::max(k.disorder_share > 0 ? Nanos(k.disorder_max) : 0,
                  k.late_share > 0 ? Nanos(k.late_max) : 0);
}

}  // namespace

Delivery::Delivery(const SimulatorOptions& options, const std::vector<Source>& sources)
    : knobs_(options.delivery),
      sources_(sources),
      longest_delay_ns_(LongestDelay(options.delivery)),
      random_(options.seed ^ 0x5DE11FE12ULL),
      poison_(options.seed ^ 0xBADB17E5ULL),
      next_heartbeat_ns_(options.start.millis() * 1'000'000 + Nanos(knobs_.heartbeat_every)) {}

SimulatedRecord& Delivery::Push(int64_t at_ns, RecordWhat what, domain::Kind topic) {
  uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  waiting_.push({.at_ns = at_ns, .order = order_++, .slot = slot});
  SimulatedRecord& record = slots_[slot];
  record.what = what;
  record.topic = topic;
  record.emitted_at = EventTime::FromMillis(at_ns / 1'000'000);
  record.key.clear();
  record.raw.clear();
  record.reject_reason.reset();
  return record;
}

int64_t Delivery::Delay() {
  const auto upto = [this](Duration least, Duration most) {
    const auto span = static_cast<uint64_t>(Nanos(most - least));
    return Nanos(least) + (span == 0 ? 0 : 1 + static_cast<int64_t>(random_.Below(span)));
  };
  if (random_.Chance(knobs_.late_share)) {
    ++counts_.late;
    return upto(knobs_.disorder_max, knobs_.late_max);
  }
  if (random_.Chance(knobs_.disorder_share)) {
    ++counts_.disordered;
    return upto(Duration(), knobs_.disorder_max);
  }
  return 0;
}

void Delivery::Take(const domain::Event& event, domain::Kind topic) {
  ++counts_.told;
  if (knobs_.missing_end_share > 0 && IsEnd(event) && random_.Chance(knobs_.missing_end_share)) {
    ++counts_.missing_ends;
    return;
  }
  ++counts_.events;
  const int64_t at_ns = event.time_ns + Delay();
  SimulatedRecord& record = Push(at_ns, RecordWhat::kEvent, topic);
  record.key.assign(event.subject);
  record.event.Assign(event);
  if (random_.Chance(knobs_.duplicate_share)) {
    ++counts_.duplicates;
    const auto within = static_cast<uint64_t>(Nanos(knobs_.duplicate_within));
    const int64_t again_ns = at_ns + static_cast<int64_t>(random_.Below(within + 1));
    SimulatedRecord& again = Push(again_ns, RecordWhat::kDuplicate, topic);
    again.key.assign(event.subject);
    again.event.Assign(event);
  }
  PushRaw(at_ns, event, topic);
}

void Delivery::PushRaw(int64_t at_ns, const domain::Event& event, domain::Kind topic) {
  if (random_.Chance(knobs_.unknown_type_share)) {
    ++counts_.unknown_types;
    SimulatedRecord& record = Push(at_ns, RecordWhat::kUnknownType, topic);
    record.key.assign(event.subject);
    poison_.UnknownType(event, &record.raw);
  }
  if (random_.Chance(knobs_.poison_share)) {
    ++counts_.poison;
    SimulatedRecord& record = Push(at_ns, RecordWhat::kPoison, topic);
    record.key.assign(event.subject);
    record.reject_reason = poison_.Poison(event, &record.raw);
  }
}

void Delivery::PushHeartbeats(int64_t at_ns, int64_t complete_until_ns, bool is_final) {
  for (size_t i = 0; i < sources_.size(); ++i) {
    const std::string id = "heartbeat-" + std::to_string(at_ns) + (is_final ? "-final" : "");
    domain::Event e{.type = EventType::kSourceHeartbeat, .time_ns = at_ns};
    e.id_hash = HashEventId(sources_[i].name, id);
    e.source = sources_[i].name;
    e.id = id;
    e.partner = sources_[i].partner;
    e.complete_until_ns = complete_until_ns;
    e.is_final = is_final;
    Push(at_ns, RecordWhat::kHeartbeat, sources_[i].kind).event.Assign(e);
    ++counts_.heartbeats;
  }
}

void Delivery::Finish(int64_t now_ns) {
  if (knobs_.heartbeat_every <= Duration()) return;
  const int64_t last_ns = std::max(now_ns, last_at_ns_) + longest_delay_ns_ +
                          Nanos(knobs_.duplicate_within) + kSecond;
  PushHeartbeats(last_ns, last_ns, true);
  next_heartbeat_ns_ = kForever;
}

bool Delivery::Pop(int64_t horizon_ns, SimulatedRecord* out) {
  const int64_t every_ns = Nanos(knobs_.heartbeat_every);
  while (every_ns > 0 && next_heartbeat_ns_ < horizon_ns && horizon_ns != kForever) {
    // Everything up to here has been sent, however late: an event of time t leaves by t + the
    // longest delay.
    PushHeartbeats(next_heartbeat_ns_, next_heartbeat_ns_ - longest_delay_ns_ - kSecond, false);
    next_heartbeat_ns_ += every_ns;
  }
  if (waiting_.empty() || waiting_.top().at_ns >= horizon_ns) return false;
  const Entry entry = waiting_.top();
  waiting_.pop();
  last_at_ns_ = entry.at_ns;
  std::swap(*out, slots_[entry.slot]);
  free_.push_back(entry.slot);
  return true;
}

}  // namespace touchline::simulator
