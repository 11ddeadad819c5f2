#pragma once

#include <algorithm>
#include <vector>

#include "base/flat_map.h"
#include "domain/rules.h"
#include "domain/symbols.h"

namespace touchline::domain {

// The rule sets of one task in order of effect, with queue names bound to the task's symbols.
class RuleBook {
 public:
  // REQUIRES: `sets` is not empty. The first serves all earlier instants, too.
  RuleBook(std::vector<RuleSet> sets, SymbolTable* symbols) : sets_(std::move(sets)) {
    std::stable_sort(sets_.begin(), sets_.end(), [](const RuleSet& a, const RuleSet& b) {
      return a.effective_from < b.effective_from;
    });
    for (const RuleSet& set : sets_) {
      auto& bound = by_symbol_.emplace_back();
      for (const auto& [queue, rules] : set.queues) bound.emplace(symbols->Intern(queue), rules);
    }
  }

  // The set in force at `t`. O(number of sets), which is a handful.
  const RuleSet& At(EventTime t) const { return sets_[IndexAt(t)]; }
  const QueueRules& QueueAt(EventTime t, Symbol queue) const {
    const size_t i = IndexAt(t);
    const auto it = by_symbol_[i].find(queue);
    return it == by_symbol_[i].end() ? sets_[i].default_queue : it->second;
  }
  const RuleSet& latest() const { return sets_.back(); }

 private:
  size_t IndexAt(EventTime t) const {
    size_t i = sets_.size() - 1;
    while (i > 0 && sets_[i].effective_from > t) --i;
    return i;
  }
  std::vector<RuleSet> sets_;
  std::vector<FlatMap<Symbol, QueueRules>> by_symbol_;
};

}  // namespace touchline::domain
