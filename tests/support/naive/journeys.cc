#include "tests/support/naive/journeys.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

namespace touchline::naive {
namespace {

using domain::EffortDriver;
using domain::Kind;
using domain::MetricId;
using domain::Party;

struct Journey {
  std::vector<const Facts*> contacts;
};

// Nullopt while one of them is open.
std::optional<EventTime> LatestEnd(const Journey& journey) {
  EventTime latest = EventTime::Min();
  for (const Facts* contact : journey.contacts) {
    if (!contact->end) return std::nullopt;
    latest = std::max(latest, *contact->end);
  }
  return latest;
}

// When the journey is over, unless something is added to it; nullopt while a contact is open.
std::optional<EventTime> QuietAt(const Journey& journey, const Rules& rules) {
  const auto end = LatestEnd(journey);
  if (!end) return std::nullopt;
  return *end + RulesAt(rules, *end).journey_quiet_period;
}

std::vector<Journey> FormJourneys(const std::vector<const Facts*>& in_order, const Rules& rules) {
  std::vector<Journey> journeys;
  for (const Facts* contact : in_order) {
    const auto quiet_at = journeys.empty() ? std::nullopt : QuietAt(journeys.back(), rules);
    if (journeys.empty() || (quiet_at && contact->start > *quiet_at)) journeys.emplace_back();
    journeys.back().contacts.push_back(contact);
  }
  return journeys;
}

class CustomerCount {
 public:
  CustomerCount(EventTime watermark, const Rules& rules) : watermark_(watermark), rules_(rules) {}

  void Add(const Journey& journey) {
    partner_ = journey.contacts.front()->first_partner;
    segment_.clear();
    for (const Facts* contact : journey.contacts) {
      if (!contact->segment.empty()) segment_ = contact->segment;
    }
    AddLength(journey);
    predecessor_in_journey_ = false;
    for (const Facts* contact : journey.contacts) {
      AddOwnEffort(*contact);
      if (contact->initiator != Party::kCustomer || contact->linked) continue;
      if (predecessor_ != nullptr) AddSuccession(*contact);
      predecessor_ = contact;
      predecessor_in_journey_ = true;
    }
  }

  NetValues values() const { return Spread(counted_); }

 private:
  void Count(const std::string& partner, MetricId metric, size_t closed, int64_t value) {
    counted_.push_back({.labels = {.scope = domain::ScopeKind::kJourney,
                                   .partner = partner,
                                   .subject = segment_},
                        .metric = metric,
                        .closed = static_cast<uint8_t>(closed),
                        .at = {},
                        .value = value});
  }
  void Effort(EffortDriver driver, int64_t times, int64_t weight) {
    Count(partner_, MetricId::kEffortPoints, static_cast<size_t>(driver), times * weight);
  }

  void AddLength(const Journey& journey) {
    const auto quiet_at = QuietAt(journey, rules_);
    if (!quiet_at || watermark_ <= *quiet_at) {
      Count(partner_, MetricId::kJourneysOpen, 0, 1);
      return;
    }
    const Duration length = *LatestEnd(journey) - journey.contacts.front()->start;
    Count(partner_, MetricId::kJourneyContacts, 0,
          static_cast<int64_t>(journey.contacts.size()));
    Count(partner_, MetricId::kJourneySeconds, 0, length.millis());
  }

  void AddOwnEffort(const Facts& contact) {
    const domain::EffortWeights& weights = RulesAt(rules_, contact.start).effort;
    constexpr int64_t kPiece = 5 * 60 * 1000;
    if (contact.kind != Kind::kTicket) {
      Effort(EffortDriver::kWaiting, (contact.waited.millis() + kPiece - 1) / kPiece,
             weights.waiting_milli);
    }
    Effort(EffortDriver::kTransfer, contact.transfers, weights.transfer_milli);
    Effort(EffortDriver::kReopening, contact.reopenings, weights.reopening_milli);
    Effort(EffortDriver::kAbandoned, contact.abandoned ? 1 : 0, weights.abandoned_milli);
    Effort(EffortDriver::kRepeatedInfo, contact.repeated_info, weights.repeated_info_milli);
  }

  // What the contact is to the eligible one before it.
  void AddSuccession(const Facts& contact) {
    const Facts& before = *predecessor_;
    const domain::RuleSet& rules = RulesAt(rules_, contact.start);
    if (predecessor_in_journey_ && before.channel != contact.channel) {
      const size_t from = static_cast<size_t>(before.channel);
      const size_t to = static_cast<size_t>(contact.channel);
      Count(contact.partner, MetricId::kChannelSwitches, from * 10 + to, 1);
      Effort(EffortDriver::kChannelSwitch, 1, rules.effort.channel_switch_milli);
    }
    if (!before.end || *before.end > contact.start) return;
    const Duration gap = contact.start - *before.end;
    const bool same_reason = !before.reason.empty() && before.reason == contact.reason;
    for (size_t i = 0; i < domain::kRepeatWithinDays.size(); ++i) {
      if (gap > Duration::Days(domain::kRepeatWithinDays[i])) continue;
      Count(contact.partner, MetricId::kRepeatContacts, 2 * i, 1);
      if (same_reason) Count(contact.partner, MetricId::kRepeatContacts, 2 * i + 1, 1);
    }
    if (gap <= rules.effort_repeat_within) {
      Effort(EffortDriver::kRepeatContact, 1, rules.effort.repeat_contact_milli);
    }
  }

  const EventTime watermark_;
  const Rules& rules_;
  std::vector<Counted> counted_;
  std::string partner_, segment_;  // of the journey being added
  const Facts* predecessor_ = nullptr;
  bool predecessor_in_journey_ = false;
};

}  // namespace

NetValues CountJourneys(const std::vector<Facts>& contacts, EventTime watermark,
                        const Rules& rules) {
  std::map<std::string, std::vector<const Facts*>> by_customer;
  for (const Facts& contact : contacts) {
    const std::string key =
        contact.customer.empty()
            ? "i " + std::string(domain::Name(contact.kind)) + " " + contact.id
            : "c " + contact.customer;
    by_customer[key].push_back(&contact);
  }
  NetValues values;
  for (auto& [key, in_order] : by_customer) {
    // Stable: lives of one id may start alike, and stay in their order.
    std::stable_sort(in_order.begin(), in_order.end(), [](const Facts* a, const Facts* b) {
      return std::tie(a->start, a->kind, a->id) < std::tie(b->start, b->kind, b->id);
    });
    CustomerCount count(watermark, rules);
    for (const Journey& journey : FormJourneys(in_order, rules)) count.Add(journey);
    AddTo(&values, count.values());
  }
  return values;
}

}  // namespace touchline::naive
