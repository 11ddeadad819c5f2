#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/prefetch.h"
#include "domain/contact_fact.h"
#include "domain/contribution.h"
#include "domain/rule_book.h"

namespace touchline::domain {

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
  Taken Take(const ContactFact& fact, const RuleBook& rules, EventTime watermark,
             SymbolTable* symbols, Contributions* out, uint64_t* restated);
  // Closes the journeys whose quiet period the watermark has passed, and forgets those that
  // closed longer ago than the retention.
  void Advance(const RuleBook& rules, EventTime watermark, SymbolTable* symbols,
               Contributions* out);

  std::optional<EventTime> NextWake(const RuleBook& rules) const;
  // True when nothing is left to keep.
  bool Forgotten() const { return contacts_.empty() && withdrawn_.empty() && !base_; }
  size_t memory_bytes() const;
  // Asks the processor for the memory that the next fact will touch.
  void Prefetch() const { PrefetchBytes(contacts_.data(), contacts_.size() * sizeof(ContactFact)); }
  const std::vector<ContactFact>& contacts() const { return contacts_; }

  void Encode(ByteWriter* out) const;
  bool Decode(ByteReader* in);

 private:
  // What is left of the last forgotten eligible contact: a predecessor for repeats and switches.
  struct Base {
    EventTime until;  // contacts that start at or before this are too late
    bool has_contact = false;
    ContactFact last;
  };
  struct Journey {
    size_t begin = 0, end = 0;  // contacts [begin, end)
    bool open = false;          // a contact has not ended
    EventTime last_end;
    EventTime CloseDue(const RuleBook& rules) const;
  };

  std::vector<Journey> Journeys(const RuleBook& rules) const;
  void Contribute(const RuleBook& rules, EventTime watermark, SymbolTable* symbols,
                  Contributions* out) const;
  void ContributeContact(const RuleBook& rules, size_t i,
                         const ContactFact* predecessor, bool same_journey, const Scope& of_journey,
                         SymbolTable* symbols, Contributions* out) const;
  void Publish(const RuleBook& rules, EventTime watermark, SymbolTable* symbols,
               Contributions* before, Contributions* out) const;
  void Forget(const RuleBook& rules, EventTime watermark, SymbolTable* symbols,
              Contributions* out);
  void MoveOldestToBase();
  EventTime BaseDue(const RuleBook& rules) const;

  std::vector<ContactFact> contacts_;  // ordered by (start, kind, id); withdrawn ones are kept
                                       // apart, for their revision
  struct Withdrawn {
    Kind kind = Kind::kCall;
    std::string id;
    uint64_t birth = 0;
    uint64_t revision = 0;
    EventTime at;  // the watermark when it was withdrawn
  };
  std::vector<Withdrawn> withdrawn_;
  std::optional<Base> base_;
  EventTime folded_watermark_ = EventTime::Min();
};

}  // namespace touchline::domain
