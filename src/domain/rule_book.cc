#include "domain/rule_book.h"

#include <algorithm>
#include <utility>

namespace touchline::domain {
namespace {

std::vector<RuleSet> InOrder(std::vector<RuleSet> sets) {
  std::stable_sort(sets.begin(), sets.end(), [](const RuleSet& a, const RuleSet& b) {
    return a.effective_from < b.effective_from;
  });
  return sets;
}

}  // namespace

tl::expected<RuleBook, std::string> RuleBook::Build(std::vector<RuleSet> sets,
                                                    SymbolTable* symbols) {
  sets = InOrder(std::move(sets));
  auto policies = PolicyBook::Build(sets, symbols);
  if (!policies) return tl::unexpected(policies.error());
  return RuleBook(std::move(sets), symbols, std::move(*policies));
}

RuleBook::RuleBook(std::vector<RuleSet> sets, SymbolTable* symbols)
    : RuleBook(Build(std::move(sets), symbols).value()) {}

RuleBook::RuleBook(std::vector<RuleSet> sets, SymbolTable* symbols, PolicyBook policies)
    : sets_(std::move(sets)), policies_(std::move(policies)), symbols_(symbols) {
  if (has_policies()) {
    holders_ = {.bot = symbols->Intern("bot"),
                .queue = symbols->Intern("queue"),
                .unknown = symbols->Intern("unknown")};
  }
  for (const RuleSet& set : sets_) {
    BoundSet& bound = bound_.emplace_back();
    for (const auto& [queue, rules] : set.queues) {
      bound.queues.emplace(symbols->Intern(queue), rules);
    }
    for (const auto& [agent, entry] : set.agents) {
      if (!entry.team.empty()) bound.teams.emplace(agent, symbols->Intern(entry.team));
    }
  }
}

const QueueRules& RuleBook::QueueAt(EventTime t, Symbol queue) const {
  const size_t i = IndexAt(t);
  const auto it = bound_[i].queues.find(queue);
  return it == bound_[i].queues.end() ? sets_[i].default_queue : it->second;
}

Symbol RuleBook::TeamOf(EventTime t, Symbol agent) const {
  const StringMap<Symbol>& teams = bound_[IndexAt(t)].teams;
  const auto it = teams.find(symbols_->name(agent));
  return it == teams.end() ? 0 : it->second;
}

}  // namespace touchline::domain
