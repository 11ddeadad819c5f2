#include "domain/sla/policy_book.h"

#include <algorithm>
#include <set>
#include <utility>

namespace touchline::domain {
namespace {

bool Names(const std::vector<Symbol>& list, Symbol symbol) {
  return list.empty() || std::find(list.begin(), list.end(), symbol) != list.end();
}

template <class Enum>
bool HasBit(uint32_t bits, Enum value) {
  return bits == 0 || ((bits >> static_cast<unsigned>(value)) & 1u) != 0;
}

template <class Enum>
uint32_t BitsOf(const std::vector<Enum>& values) {
  uint32_t bits = 0;
  for (const Enum value : values) bits |= 1u << static_cast<unsigned>(value);
  return bits;
}

// Sorted, so that two lists that mean the same are equal.
std::vector<Symbol> SymbolsOf(const std::vector<std::string>& texts, SymbolTable* symbols) {
  std::set<Symbol> sorted;
  for (const std::string& text : texts) sorted.insert(symbols->Intern(text));
  return {sorted.begin(), sorted.end()};
}

BoundMatch BindMatch(const PolicyMatch& match, SymbolTable* symbols) {
  return {.partners = SymbolsOf(match.partners, symbols),
          .queues = SymbolsOf(match.queues, symbols),
          .priorities = SymbolsOf(match.priorities, symbols),
          .tiers = SymbolsOf(match.tiers, symbols),
          .kinds = BitsOf(match.kinds),
          .channels = BitsOf(match.channels)};
}

BoundTarget BindTarget(const TargetRule& rule, const Calendar* calendar, SymbolTable* symbols) {
  BoundTarget bound = {.calendar = calendar,
                       .budget = rule.budget,
                       .by_priority = {},
                       .pause = rule.pause,
                       .at_risk_permille = rule.at_risk_permille,
                       .at_risk_lead = rule.at_risk_lead};
  for (const auto& [priority, budget] : rule.by_priority) {
    bound.by_priority.emplace(symbols->Intern(priority), budget);
  }
  return bound;
}

}  // namespace

bool BoundMatch::Matches(const PolicyLabels& labels) const {
  return HasBit(kinds, labels.kind) && HasBit(channels, labels.channel) &&
         Names(partners, labels.partner) && Names(queues, labels.queue) &&
         Names(priorities, labels.priority) && Names(tiers, labels.tier);
}

tl::expected<void, std::string> PolicyBook::Add(const RuleSet& set, SymbolTable* symbols) {
  const auto calendars = BuildCalendars(set);
  if (!calendars) return tl::unexpected(calendars.error());
  BoundVersions bound;
  for (const Policy& policy : set.policies) {
    auto& versions = bound.emplace_back();
    for (const PolicyVersion& version : policy.versions) {
      auto of_version = Bind(policy.name, version, *calendars, symbols);
      if (!of_version) return tl::unexpected(of_version.error());
      versions.push_back(Shared(std::move(*of_version)));
    }
  }
  AddPeriods(set, bound);
  return {};
}

tl::expected<BoundPolicy, std::string> PolicyBook::Bind(const std::string& name,
                                                        const PolicyVersion& version,
                                                        const CalendarsByName& calendars,
                                                        SymbolTable* symbols) const {
  BoundPolicy bound = {.name = symbols->Intern(name),
                       .match = BindMatch(version.match, symbols),
                       .targets = {}};
  for (size_t i = 0; i < kSlaTargets; ++i) {
    if (!version.targets[i]) continue;
    const auto calendar = calendars.find(version.targets[i]->calendar);
    if (calendar == calendars.end()) {
      return tl::unexpected("policy '" + name + "' names the calendar '" +
                            version.targets[i]->calendar + "', which its rule set does not have");
    }
    bound.targets[i] = BindTarget(*version.targets[i], calendar->second, symbols);
  }
  return bound;
}

tl::expected<PolicyBook::CalendarsByName, std::string> PolicyBook::BuildCalendars(
    const RuleSet& set) {
  CalendarsByName by_name;
  for (const auto& [name, spec] : set.calendars) {
    const Calendar* calendar = CalendarOf(spec);
    if (calendar == nullptr) {
      auto built = Calendar::Build(spec);
      if (!built) return tl::unexpected("calendar '" + name + "' " + built.error());
      calendars_.push_back({spec, std::make_shared<const Calendar>(std::move(*built))});
      calendar = calendars_.back().calendar.get();
    }
    by_name.emplace(name, calendar);
  }
  return by_name;
}

const Calendar* PolicyBook::CalendarOf(const CalendarSpec& spec) const {
  const auto known = std::find_if(calendars_.begin(), calendars_.end(),
                                  [&spec](const KnownCalendar& k) { return k.spec == spec; });
  return known == calendars_.end() ? nullptr : known->calendar.get();
}

void PolicyBook::AddPeriods(const RuleSet& set, const BoundVersions& bound) {
  const EventTime begin = periods_.empty() ? EventTime::Min() : set.effective_from;
  while (!periods_.empty() && periods_.back().begin >= begin) periods_.pop_back();
  std::set<EventTime> instants = {begin};
  for (const Policy& policy : set.policies) {
    for (const PolicyVersion& version : policy.versions) {
      if (version.effective_from > begin) instants.insert(version.effective_from);
    }
  }
  for (const EventTime instant : instants) {
    Period& period = periods_.emplace_back();
    period.begin = instant;
    for (size_t i = 0; i < bound.size(); ++i) {
      const std::vector<PolicyVersion>& versions = set.policies[i].versions;
      const auto next = std::upper_bound(
          versions.begin(), versions.end(), instant,
          [](EventTime t, const PolicyVersion& v) { return t < v.effective_from; });
      const auto in_force = static_cast<size_t>(next - versions.begin());
      if (in_force > 0) period.policies.push_back(bound[i][in_force - 1]);
    }
  }
  last_begin_ = periods_.back().begin;
}

const BoundPolicy* PolicyBook::Shared(BoundPolicy policy) {
  const auto known = std::find(policies_.begin(), policies_.end(), policy);
  if (known != policies_.end()) return &*known;
  return &policies_.emplace_back(std::move(policy));
}

const BoundPolicy* PolicyBook::At(EventTime t, const PolicyLabels& labels) const {
  const auto next =
      std::upper_bound(periods_.begin(), periods_.end(), t,
                       [](EventTime at, const Period& period) { return at < period.begin; });
  for (const BoundPolicy* policy : std::prev(next)->policies) {
    if (policy->match.Matches(labels)) return policy;
  }
  return nullptr;
}

std::optional<EventTime> PolicyBook::FirstBeginAfter(EventTime t) const {
  const auto next =
      std::upper_bound(periods_.begin(), periods_.end(), t,
                       [](EventTime at, const Period& period) { return at < period.begin; });
  if (next == periods_.end()) return std::nullopt;
  return next->begin;
}

}  // namespace touchline::domain
