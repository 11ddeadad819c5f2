#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/flat_map.h"
#include "base/result.h"
#include "domain/rules.h"
#include "domain/sla/policy_book.h"
#include "domain/symbols.h"

namespace touchline::domain {

// The rule sets of one task in order of effect, bound to the task's symbols.
// Cost: of each question O(number of sets), which is a handful, unless it says otherwise; no
// allocation. Addresses that it gives stay valid for its life.
class RuleBook {
 public:
  // The first of `sets` serves all earlier instants, too. `symbols` outlives the book.
  // Refused as PolicyBook::Build does.
  // REQUIRES: `sets` is not empty.
  static tl::expected<RuleBook, std::string> Build(std::vector<RuleSet> sets,
                                                   SymbolTable* symbols);
  // REQUIRES: also, that Build would not refuse them.
  RuleBook(std::vector<RuleSet> sets, SymbolTable* symbols);

  // The set in force at `t`.
  const RuleSet& At(EventTime t) const { return sets_[IndexAt(t)]; }
  const QueueRules& QueueAt(EventTime t, Symbol queue) const;
  const RuleSet& latest() const { return sets_.back(); }

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
  struct BoundSet {
    FlatMap<Symbol, QueueRules> queues;
    StringMap<Symbol> teams;  // by agent; most agents of the list never come to this task
  };

  RuleBook(std::vector<RuleSet> sets, SymbolTable* symbols, PolicyBook policies);
  size_t IndexAt(EventTime t) const {
    size_t i = sets_.size() - 1;
    while (i > 0 && sets_[i].effective_from > t) --i;
    return i;
  }

  std::vector<RuleSet> sets_;
  std::vector<BoundSet> bound_;
  PolicyBook policies_;
  Holders holders_;
  const SymbolTable* symbols_;
};

}  // namespace touchline::domain
