#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/prefetch.h"
#include "base/small_vector.h"
#include "domain/contact_fact.h"
#include "domain/contribution.h"
#include "domain/journey/journey_contact.h"
#include "domain/rule_book.h"

namespace touchline::domain {

// Room in which a change is worked out. What it holds between two changes means nothing.
struct JourneyRoom {
  Contributions before, after;
};

// What a change of a customer needs of its task.
struct JourneyContext {
  const RuleBook& rules;
  EventTime watermark;
  JourneyRoom& room;
};

// One customer's contacts and the journeys that they form (docs/folding_rules.md section 10). An
// unidentified contact is a customer of its own.
//
// What it contributes is recomputed from the facts at each change, and the difference published:
// the facts are few, and any of them may be replaced or withdrawn at any time.
//
// Bounds: a closed journey's contacts leave RuleSet::journey_retention after its end; a customer
// with more than max_contacts_per_journey contacts loses the oldest, and his journey's counts at
// close are those of the rest.
class Customer {
 public:
  enum class Taken : uint8_t { kApplied, kStale, kTooLate };

  // Takes an upsert or a withdrawal. kStale: a revision that is not above the one known. kTooLate:
  // the contact started before the journeys that have been forgotten. Adds to *restated the number
  // of cells, gauges apart, from which something was taken back.
  Taken Take(const ContactFact& fact, const JourneyContext& context, SymbolTable* symbols,
             Contributions* out, uint64_t* restated);
  // Closes the journeys whose quiet period the watermark has passed, and forgets those that
  // closed longer ago than the retention.
  void Advance(const JourneyContext& context, Contributions* out);

  // Gives to `other` the contacts that began at or before `until`, and what is kept of former ones:
  // what they contribute apart from each other changes only where they were compared. Of a contact
  // that both have the newer fact counts. Counts into *restated as Take does.
  void MoveTo(Customer* other, EventTime until, const JourneyContext& context, Contributions* out,
              uint64_t* restated);
  // Whether the contact that the fact is about is one of his.
  bool Has(const ContactFact& fact) const;
  // Forgets which contacts have been withdrawn from him, for whom none comes back.
  void DropWithdrawn() { withdrawn_.clear(); }

  // Nothing happens before the watermark is past this instant; Max(): nothing ever does.
  EventTime NextWake(const RuleBook& rules) const;
  // True when nothing is left to keep.
  bool Forgotten() const { return contacts_.empty() && withdrawn_.empty() && !base_; }
  size_t memory_bytes() const;
  // Asks the processor for the memory that the next fact will touch.
  void Prefetch() const {
    PrefetchBytes(contacts_.data(), contacts_.size() * sizeof(JourneyContact));
  }
  // Most customers have one.
  using Contacts = SmallVector<JourneyContact, 1>;
  const Contacts& contacts() const { return contacts_; }

  void Encode(RecordWriter* out) const;
  bool Decode(ByteReader* in);

 private:
  // What is left of the last forgotten eligible contact: a predecessor for repeats and switches.
  struct Base {
    EventTime until;  // contacts that start at or before this are too late
    bool has_contact = false;
    JourneyContact last;
  };
  struct Journey {
    size_t begin = 0, end = 0;  // contacts [begin, end)
    bool open = false;          // a contact has not ended
    EventTime last_end;
    EventTime CloseDue(const RuleBook& rules) const;
  };

  // The journey whose first contact is contacts_[begin].
  Journey JourneyFrom(size_t begin, const RuleBook& rules) const;
  // Appends all that it contributes.
  void Contribute(const RuleBook& rules, EventTime watermark, Contributions* out) const;
  void ContributeContact(const JourneyContact& contact, const RuleBook& rules,
                         const JourneyContact* predecessor, bool same_journey,
                         const Scope& of_journey, Contributions* out) const;
  // Takes the contact in; of a known one its newer fact.
  void Put(JourneyContact* known, const ContactFact& fact, SymbolTable* symbols);
  // Forgets what is known of the contact, unless that is as new: then false.
  template <class Newer>
  bool DropOlder(const Newer& newer);
  void TakeOver(JourneyContact contact);
  struct Withdrawn;
  void TakeOver(Withdrawn withdrawn);
  // Publishes what turns room.before into what it contributes now.
  void Publish(const JourneyContext& context, Contributions* out) const;
  void Forget(const RuleBook& rules, EventTime watermark, Contributions* out);
  void MoveOldestToBase();
  EventTime BaseDue(const RuleBook& rules) const;

  Contacts contacts_;  // ordered by (start, kind, id); withdrawn ones are kept apart, for their
                       // revision
  struct Withdrawn {
    Kind kind = Kind::kCall;
    std::string id;
    uint64_t birth = 0;
    uint64_t revision = 0;
    EventTime at;  // the watermark when it was withdrawn
  };
  std::vector<Withdrawn> withdrawn_;
  std::unique_ptr<Base> base_;
  EventTime folded_watermark_ = EventTime::Min();
};

}  // namespace touchline::domain
