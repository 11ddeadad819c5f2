#include "domain/rule_book.h"

#include <utility>

namespace touchline::domain {
namespace {

tl::expected<void, std::string> CheckBusinessCalendar(const QueueRules& rules,
                                                      const RuleSet& set) {
  const std::string& name = rules.business_calendar;
  if (name.empty() || set.calendars.contains(name)) return {};
  return tl::unexpected("the business calendar '" + name + "' is not in its rule set");
}

}  // namespace

tl::expected<RuleBook, std::string> RuleBook::Build(std::vector<RuleSet> sets,
                                                    SymbolTable* symbols) {
  RuleBook book(symbols);
  for (RuleSet& set : sets) {
    if (auto added = book.Add(std::move(set)); !added) return tl::unexpected(added.error());
  }
  return book;
}

RuleBook::RuleBook(std::vector<RuleSet> sets, SymbolTable* symbols)
    : RuleBook(Build(std::move(sets), symbols).value()) {}

tl::expected<void, std::string> RuleBook::Add(RuleSet set) {
  if (auto known = CheckBusinessCalendar(set.default_queue, set); !known) return known;
  for (const auto& [queue, rules] : set.queues) {
    if (auto known = CheckBusinessCalendar(rules, set); !known) return known;
  }
  if (auto added = policies_.Add(set, symbols_); !added) return added;
  if (has_policies()) {
    holders_ = {.bot = symbols_->Intern("bot"),
                .queue = symbols_->Intern("queue"),
                .unknown = symbols_->Intern("unknown")};
  }
  auto loaded = std::make_unique<Loaded>();
  loaded->rules = std::move(set);
  loaded->default_queue = Bind(loaded->rules.default_queue, loaded->rules);
  for (const auto& [queue, rules] : loaded->rules.queues) {
    loaded->queues.emplace(symbols_->Intern(queue), Bind(rules, loaded->rules));
  }
  for (const auto& [agent, entry] : loaded->rules.agents) {
    if (!entry.team.empty()) loaded->teams.emplace(agent, symbols_->Intern(entry.team));
  }
  sets_.push_back(std::move(loaded));
  return {};
}

const RuleBook::BoundQueue& RuleBook::Of(EventTime t, Symbol queue) const {
  const Loaded& set = LoadedAt(t);
  const auto it = set.queues.find(queue);
  return it == set.queues.end() ? set.default_queue : it->second;
}

RuleBook::BoundQueue RuleBook::Bind(const QueueRules& rules, const RuleSet& set) const {
  const auto calendar = set.calendars.find(rules.business_calendar);
  return {.rules = rules,
          .business = calendar == set.calendars.end() ? nullptr
                                                      : policies_.CalendarOf(calendar->second)};
}

Symbol RuleBook::TeamOf(EventTime t, Symbol agent) const {
  const auto& teams = LoadedAt(t).teams;
  const auto it = teams.find(symbols_->name(agent));
  return it == teams.end() ? 0 : it->second;
}

}  // namespace touchline::domain
