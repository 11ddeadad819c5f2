#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "tests/property/comparison.h"

namespace touchline::property {
namespace {

using domain::ApplyResult;
using domain::Event;
using naive::Consumed;
using naive::ContactHistory;
using naive::InputLog;

constexpr int kMostRuns = 600;  // then what has been reached is small enough

// Which contact a record is about: (input, kind, subject).
using ContactKey = std::pair<size_t, std::string>;

std::string Identity(const Event& event) {
  const auto kind = domain::KindOf(event.type);
  return kind ? std::string(domain::Name(*kind)) + " " + std::string(event.subject) : "";
}

// The case with only those records, and with its time as far on as it was: what is left out leaves
// an event that no stage reads where it carried the highest time.
Case Keeping(const Case& c, const std::function<bool(size_t input, const Consumed&)>& keeps) {
  Case kept = c;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    InputLog& input = kept.inputs[i];
    const EventTime highest = naive::HighestTime(c.inputs[i]);
    std::erase_if(input.records, [&](const Consumed& record) { return !keeps(i, record); });
    if (highest == EventTime::Min() || naive::HighestTime(input) >= highest) continue;
    Event marker;
    marker.type = domain::EventType::kSurveySent;
    marker.time_ns = highest.millis() * 1'000'000;
    marker.source = marker.id = marker.subject = "marker";
    marker.survey_kind = "csat";
    marker.id_hash = HashEventId(marker.source, marker.id);
    const WallTime last = c.inputs[i].records.back().consumed_at;
    input.records.push_back({.event = naive::LoggedEvent(marker), .consumed_at = last});
  }
  return kept;
}

Case KeepingContacts(const Case& c, const std::set<ContactKey>& contacts) {
  return Keeping(c, [&](size_t input, const Consumed& record) {
    return record.read == ApplyResult::kApplied &&
           contacts.contains({input, Identity(record.event.view())});
  });
}

class Shrinker {
 public:
  Shrinker(Case c, const Runner& run) : case_(std::move(c)), run_(run) {}

  Case Shrink() {
    if (!Differs(case_)) return case_;
    KeepOneContact() || KeepOneCustomer();
    DropRecords();
    DropPromises();
    return case_;
  }

 private:
  bool Differs(const Case& c) {
    if (++runs_ > kMostRuns) return false;
    const Published got = run_(c);
    return !Compare(c, Expected(c, got), got).equal();
  }
  bool Accept(Case c) {
    if (!Differs(c)) return false;
    case_ = std::move(c);
    return true;
  }

  bool KeepOneContact() {
    std::set<ContactKey> all;
    for (size_t i = 0; i < case_.inputs.size(); ++i) {
      for (const Consumed& record : case_.inputs[i].records) {
        if (record.read != ApplyResult::kApplied) continue;
        const std::string identity = Identity(record.event.view());
        if (!identity.empty()) all.emplace(i, identity);
      }
    }
    return std::any_of(all.begin(), all.end(), [&](const ContactKey& contact) {
      return Accept(KeepingContacts(case_, {contact}));
    });
  }

  bool KeepOneCustomer() {
    const Published got = run_(case_);
    const naive::ModelResult model = Expected(case_, got);
    std::map<std::string, std::set<ContactKey>> by_customer;
    for (const ContactHistory& contact : model.contacts) {
      for (const Event& event : contact.events) {
        by_customer[std::string(event.customer)].emplace(contact.input, Identity(event));
      }
    }
    return std::any_of(by_customer.begin(), by_customer.end(), [&](const auto& customer) {
      return Accept(KeepingContacts(case_, customer.second));
    });
  }

  // Halves, quarters and so on down to single records, as long as something can go.
  void DropRecords() {
    size_t most = 0;
    for (const InputLog& input : case_.inputs) most = std::max(most, input.records.size());
    for (size_t piece = std::max<size_t>(1, most / 2); piece > 0; piece /= 2) {
      bool dropped = true;
      while (dropped) dropped = DropPieces(piece);
    }
  }
  bool DropPieces(size_t piece) {
    bool dropped = false;
    for (size_t i = 0; i < case_.inputs.size(); ++i) {
      for (size_t begin = 0; begin < case_.inputs[i].records.size();) {
        const size_t records = case_.inputs[i].records.size();
        Case smaller = case_;
        auto& list = smaller.inputs[i].records;
        list.erase(list.begin() + static_cast<ptrdiff_t>(begin),
                   list.begin() + static_cast<ptrdiff_t>(std::min(begin + piece, records)));
        if (Accept(std::move(smaller))) {
          dropped = true;
        } else {
          begin += piece;
        }
      }
    }
    return dropped;
  }

  // Whole rule sets (not the first), then policies, versions and targets, one by one.
  void DropPromises() {
    for (size_t set = case_.rules.size(); --set > 0;) {
      Without([&](Case* c) { Erase(&c->rules, set); });
    }
    for (size_t set = 0; set < case_.rules.size(); ++set) {
      for (size_t policy = case_.rules[set].policies.size(); policy-- > 0;) {
        if (Without([&](Case* c) { Erase(&c->rules[set].policies, policy); })) continue;
        DropVersions(set, policy);
      }
    }
  }
  void DropVersions(size_t set, size_t policy) {
    const auto versions = [=](Case* c) { return &c->rules[set].policies[policy].versions; };
    for (size_t version = versions(&case_)->size(); version-- > 0;) {
      if (versions(&case_)->size() > 1 &&
          Without([&](Case* c) { Erase(versions(c), version); })) {
        continue;
      }
      for (size_t target = 0; target < domain::kSlaTargets; ++target) {
        if (!versions(&case_)->at(version).targets[target]) continue;
        Without([&](Case* c) { versions(c)->at(version).targets[target].reset(); });
      }
    }
  }
  template <class T>
  static void Erase(std::vector<T>* list, size_t place) {
    list->erase(list->begin() + static_cast<ptrdiff_t>(place));
  }
  bool Without(const std::function<void(Case*)>& drop) {
    Case smaller = case_;
    drop(&smaller);
    return Accept(std::move(smaller));
  }

  Case case_;
  const Runner& run_;
  int runs_ = 0;
};

}  // namespace

Case Shrunk(const Case& c, const Runner& run) { return Shrinker(c, run).Shrink(); }

}  // namespace touchline::property
