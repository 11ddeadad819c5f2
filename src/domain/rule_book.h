#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "base/result.h"
#include "domain/calendar/calendar.h"
#include "domain/rules.h"
#include "domain/sla/policy_book.h"
#include "domain/symbols.h"

namespace touchline::domain {

// The rule sets of one task as they were loaded, bound to the task's symbols. At an instant, of
// those whose effective-from it has reached, the one loaded last is in force.
// Cost: of each question O(number of sets), which is a handful, unless it says otherwise; no
// allocation. Addresses that it gives stay valid for its life, and survive Add and a move of it.
class RuleBook {
 public:
  // The first of `sets` serves all earlier instants, too. `symbols` outlives the book.
  // Refused as Add does.
  // REQUIRES: `sets` is not empty.
  static tl::expected<RuleBook, std::string> Build(std::vector<RuleSet> sets,
                                                   SymbolTable* symbols);
  // REQUIRES: also, that Build would not refuse them.
  RuleBook(std::vector<RuleSet> sets, SymbolTable* symbols);

  // Loads one more. Refused as PolicyBook::Add does, and if a queue's business calendar is not in
  // the set; then without effect.
  tl::expected<void, std::string> Add(RuleSet set);

  // Of the sets in the order of loading; at least 1.
  size_t size() const { return sets_.size(); }
  const RuleSet& set(size_t i) const { return sets_[i]->rules; }
  const RuleSet& latest() const { return sets_.back()->rules; }
  // Never 0, and another one after each Add: what was computed from the book may be old.
  uint32_t generation() const { return static_cast<uint32_t>(sets_.size()); }

  // The set in force at `t`.
  const RuleSet& At(EventTime t) const { return LoadedAt(t).rules; }
  const QueueRules& QueueAt(EventTime t, Symbol queue) const { return Of(t, queue).rules; }
  // By which `clock="business"` runs for the queue; nullptr: it has none.
  const Calendar* BusinessCalendarAt(EventTime t, Symbol queue) const {
    return Of(t, queue).business;
  }

  // False: no contact can have a clock, at any instant.
  bool has_policies() const { return !policies_.empty(); }
  // The policy in force for such a contact; nullptr: none. O(policies).
  const BoundPolicy* PolicyAt(EventTime t, const PolicyLabels& labels) const {
    return policies_.At(t, labels);
  }
  // The next change instant (docs/sla_clocks.md section 1); nullopt: none is known.
  std::optional<EventTime> NextPolicyChangeAfter(EventTime t) const {
    return policies_.NextChangeAfter(t);
  }
  // The team that the configuration gives the agent; 0: none.
  Symbol TeamOf(EventTime t, Symbol agent) const;

  // Who holds a contact that no known team does, as the label `holder` says it.
  struct Holders {
    Symbol bot = 0;
    Symbol queue = 0;
    Symbol unknown = 0;  // an agent without a team
  };
  // All 0 without policies.
  const Holders& holders() const { return holders_; }

 private:
  struct BoundQueue {
    QueueRules rules;
    const Calendar* business = nullptr;  // the policy book's
  };
  struct Loaded {
    RuleSet rules;
    BoundQueue default_queue;
    FlatMap<Symbol, BoundQueue> queues;
    // By agent, a view of the rules' own key: most agents of the list never come to this task.
    FlatMap<std::string_view, Symbol, StringHash, StringEqual> teams;
  };

  explicit RuleBook(SymbolTable* symbols) : symbols_(symbols) {}
  const Loaded& LoadedAt(EventTime t) const {
    size_t i = sets_.size() - 1;
    while (i > 0 && sets_[i]->rules.effective_from > t) --i;
    return *sets_[i];
  }
  const BoundQueue& Of(EventTime t, Symbol queue) const;
  BoundQueue Bind(const QueueRules& rules, const RuleSet& set) const;

  std::vector<std::unique_ptr<const Loaded>> sets_;
  PolicyBook policies_;
  Holders holders_;
  SymbolTable* symbols_;
};

}  // namespace touchline::domain
