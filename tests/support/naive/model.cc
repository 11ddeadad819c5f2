#include "tests/support/naive/model.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "tests/support/naive/journeys.h"

namespace touchline::naive {
namespace {

using domain::ApplyResult;
using domain::Event;
using domain::Kind;
using domain::OrderKey;
using domain::RejectReason;

// One life of a contact: from its first event until it is forgotten.
struct Life {
  std::vector<Event> events;      // applied, in offset order
  std::vector<Event> log;         // those that are not in the base
  std::optional<OrderKey> base;   // the last event of the base
};

bool InOrder(const Event& a, const Event& b) { return a.order() < b.order(); }

std::vector<Event> Sorted(std::vector<Event> events) {
  std::sort(events.begin(), events.end(), InOrder);
  return events;
}

bool PartnerIsAllowed(const InputLog& input, const Event& event) {
  if (event.partner.empty()) return true;
  if (!input.partner.empty()) return event.partner == input.partner;
  return input.partners.empty() ||
         std::count(input.partners.begin(), input.partners.end(), event.partner) > 0;
}

// Whether the event's time may move the highest time.
bool IsCredible(const InputLog& input, const Consumed& record) {
  if (!input.live || record.consumed_at == WallTime::Max()) return true;
  const WallTime limit = record.consumed_at + Duration::Minutes(5);
  return record.event.scalars().time().millis() <= limit.millis();
}

// Section 9: decides in the order of the offsets what becomes of each record of one input.
class Partition {
 public:
  Partition(const InputLog& input, const Rules& rules) : input_(input), rules_(rules) {
    for (const Consumed& record : input.records) Consume(record);
  }

  using Lives = std::map<std::pair<Kind, std::string>, std::vector<Life>>;
  const Lives& lives() const { return lives_; }
  NetValues CountedEvents() const { return Spread(counted_); }
  EventTime highest() const { return highest_; }
  // Customers, and until when what they began is to be forgotten.
  const std::map<std::string, EventTime>& forgotten() const { return forgotten_; }

 private:
  void Consume(const Consumed& record) {
    if (record.read != ApplyResult::kApplied) return CountEvent(record.read, record.reason);
    Event event = record.event.view();
    if (!PartnerIsAllowed(input_, event)) {
      return CountEvent(ApplyResult::kRejected, RejectReason::kPartnerNotAllowed);
    }
    if (!input_.partner.empty()) event.partner = input_.partner;
    CountEvent(ApplyEvent(event), {});
    if (IsCredible(input_, record)) highest_ = std::max(highest_, event.time());
  }

  ApplyResult ApplyEvent(const Event& event) {
    if (event.type == domain::EventType::kSourceHeartbeat) return ApplyResult::kApplied;
    if (event.type == domain::EventType::kCustomerForgotten) {
      EventTime& until = forgotten_.emplace(event.subject, EventTime::Min()).first->second;
      until = std::max(until, event.time());
      return ApplyResult::kApplied;
    }
    const auto kind = domain::KindOf(event.type);
    if (!kind) return ApplyResult::kIgnoredOtherStage;
    std::vector<Life>& lives = lives_[{*kind, std::string(event.subject)}];
    if (lives.empty()) lives.emplace_back();
    if (const auto [ended, since_end, retention] = EndSeenNow(lives.back()); ended) {
      if (since_end > retention * 2) {
        lives.emplace_back();
      } else if (since_end > retention) {
        return ApplyResult::kIgnoredTooLate;
      }
    }
    Life& life = lives.back();
    if (life.base && event.order() <= *life.base) return ApplyResult::kIgnoredTooLate;
    for (const Event& known : life.log) {
      if (known.id_hash == event.id_hash) return ApplyResult::kDuplicate;
    }
    life.events.push_back(event);
    life.log.push_back(event);
    MoveOldestToBase(&life, RulesAt(rules_, event.time()).max_log_entries);
    return ApplyResult::kApplied;
  }

  // Where the watermark is at least, by what came before this record.
  EventTime Line() const { return input_.live ? highest_ - input_.skew : highest_; }

  struct EndSeen {
    bool ended = false;
    Duration since_end, retention;
  };
  EndSeen EndSeenNow(const Life& life) const {
    if (life.events.empty() || highest_ == EventTime::Min()) return {};
    const std::vector<Event> sorted = Sorted(life.events);
    Duration least = rules_.front().retention;
    for (const domain::RuleSet& set : rules_) least = std::min(least, set.retention);
    if (highest_ - sorted.front().time() <= least) return {};  // it cannot have ended that long ago
    const auto end = FoldContact(sorted, Line(), rules_).facts.end;
    if (!end) return {};
    return {.ended = true,
            .since_end = highest_ - *end,
            .retention = RulesAt(rules_, *end).retention};
  }

  void MoveOldestToBase(Life* life, uint32_t max_log_entries) const {
    if (life->log.size() <= max_log_entries) return;
    life->log = Sorted(life->log);
    size_t moved = 0;
    while (moved < life->log.size() / 2 && life->log[moved].time() < Line()) ++moved;
    if (moved == 0) return;
    life->base = life->log[moved - 1].order();
    life->log.erase(life->log.begin(), life->log.begin() + static_cast<ptrdiff_t>(moved));
  }

  void CountEvent(ApplyResult result, RejectReason reason) {
    size_t label = 0, why = 0;  // applied
    if (result == ApplyResult::kDuplicate) label = 1;
    if (result == ApplyResult::kIgnoredUnknownType) label = 2, why = 1;
    if (result == ApplyResult::kIgnoredTooLate) label = 2, why = 2;
    if (result == ApplyResult::kIgnoredOtherStage) label = 2, why = 4;
    if (result == ApplyResult::kRejected) label = 3, why = 5 + static_cast<size_t>(reason);
    counted_.push_back(
        {.labels = {.scope = domain::ScopeKind::kSource, .partner = {}, .subject = input_.alias},
         .metric = domain::MetricId::kEvents,
         .closed = static_cast<uint8_t>(label * (5 + domain::kRejectReasonCount) + why),
         .at = {},
         .value = 1});
  }

  const InputLog& input_;
  const Rules& rules_;
  EventTime highest_ = EventTime::Min();
  Lives lives_;
  std::map<std::string, EventTime> forgotten_;
  std::vector<Counted> counted_;
};

// A customer who asked to be forgotten is another one before than after.
void Forget(const std::map<std::string, EventTime>& forgotten, std::vector<Facts>* contacts) {
  for (Facts& contact : *contacts) {
    const auto it = forgotten.find(contact.customer);
    if (it != forgotten.end() && contact.start <= it->second) contact.customer += " (forgotten)";
  }
}

void AddWaiting(LongestWaiting* all, const LongestWaiting& more) {
  for (const auto& [labels, since] : more) {
    const auto it = all->emplace(labels, since).first;
    it->second = std::min(it->second, since);
  }
}

}  // namespace

EventTime HighestTime(const InputLog& input) {
  EventTime highest = EventTime::Min();
  for (const Consumed& record : input.records) {
    if (record.read != ApplyResult::kApplied) continue;
    const Event event = record.event.view();
    if (!PartnerIsAllowed(input, event) || !IsCredible(input, record)) continue;
    highest = std::max(highest, event.time());
  }
  return highest;
}

EventTime WatermarkOf(const InputLog& input) {
  const EventTime highest = HighestTime(input);
  return input.live ? highest - input.skew : highest;
}

ModelResult Recompute(const std::vector<InputLog>& inputs,
                      const std::vector<EventTime>& watermarks, EventTime journeys_watermark,
                      const Rules& rules) {
  ModelResult model;
  std::map<std::string, std::vector<Facts>> facts_by_namespace;
  std::map<std::string, std::map<std::string, EventTime>> forgotten_by_namespace;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Partition partition(inputs[i], rules);
    AddTo(&model.values, partition.CountedEvents());
    for (const auto& [customer, until] : partition.forgotten()) {
      auto& all = forgotten_by_namespace[inputs[i].name_space];
      EventTime& latest = all.emplace(customer, until).first->second;
      latest = std::max(latest, until);
    }
    for (const auto& [contact, lives] : partition.lives()) {
      for (const Life& life : lives) {
        ContactHistory history{.input = i,
                               .kind = contact.first,
                               .id = contact.second,
                               .events = Sorted(life.events),
                               .result = {}};
        history.result = FoldContact(history.events, watermarks.at(i), rules);
        AddTo(&model.values, history.result.values);
        AddWaiting(&model.waiting, history.result.waiting);
        // To the journeys, too, an id that comes back after it was forgotten is another contact.
        facts_by_namespace[inputs[i].name_space].push_back(history.result.facts);
        model.contacts.push_back(std::move(history));
      }
    }
  }
  for (auto& [name_space, facts] : facts_by_namespace) {
    Forget(forgotten_by_namespace[name_space], &facts);
    AddTo(&model.values, CountJourneys(facts, journeys_watermark, rules));
  }
  return model;
}

}  // namespace touchline::naive
