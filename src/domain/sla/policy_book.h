#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/flat_map.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/calendar/calendar.h"
#include "domain/event.h"
#include "domain/rules.h"
#include "domain/sla/policy.h"
#include "domain/symbols.h"

namespace touchline::domain {

// What decides a contact's policy, at one instant. 0: not known.
struct PolicyLabels {
  Symbol partner = 0;
  Kind kind = Kind::kCall;
  Channel channel = Channel::kNone;
  Symbol queue = 0;  // the current one
  Symbol priority = 0;
  Symbol tier = 0;
  bool operator==(const PolicyLabels&) const = default;
};

// A TargetRule in one task's symbols.
struct BoundTarget {
  const Calendar* calendar = nullptr;  // the book's
  std::optional<Duration> budget;      // of priorities that are not named; open time
  FlatMap<Symbol, Duration> by_priority;
  StatusSet pause = 0;
  int32_t at_risk_permille = 0;
  std::optional<Duration> at_risk_lead;
  bool operator==(const BoundTarget&) const = default;

  // nullopt: not promised to this priority.
  std::optional<Duration> BudgetOf(Symbol priority) const {
    if (by_priority.empty()) return budget;
    const auto it = by_priority.find(priority);
    return it == by_priority.end() ? budget : std::optional(it->second);
  }
};

// A PolicyMatch in one task's symbols. An empty list, or no bit, is any.
struct BoundMatch {
  std::vector<Symbol> partners, queues, priorities, tiers;
  uint32_t kinds = 0;     // bits: 1 << Kind
  uint32_t channels = 0;  // bits: 1 << Channel
  bool operator==(const BoundMatch&) const = default;

  bool Matches(const PolicyLabels& labels) const;
};

// One version of a policy.
struct BoundPolicy {
  Symbol name = 0;  // the label `policy`
  BoundMatch match;
  std::array<std::optional<BoundTarget>, kSlaTargets> targets;
  bool operator==(const BoundPolicy&) const = default;
};

// The policies of one task's rule sets, by the instant from which they are in force.
// Source:    docs/sla_clocks.md section 1.
// Equal promises are one, so a stretch that runs over an edit of something else keeps its policy:
// to compare addresses is to compare promises. Equal calendars are one, too.
// Cost:      no allocation, but for Add.
// Threading: one thread's. Addresses stay valid for its life, and survive Add and a move of it.
class PolicyBook {
 public:
  // From its effective-from on the set alone says what is promised, whatever the sets before it
  // had planned for later; the first serves all earlier instants, too.
  // Refused, with a sentence that names it, and without effect: a calendar that cannot be built
  // here (another machine's time zones), and a target whose calendar is not in the set.
  tl::expected<void, std::string> Add(const RuleSet& set, SymbolTable* symbols);

  // Of a spec that a set given to Add had; nullptr: none had it. O(calendars).
  const Calendar* CalendarOf(const CalendarSpec& spec) const;

  // Whether no contact can ever have one.
  bool empty() const { return policies_.empty(); }
  // The one in force for such a contact; nullptr: none. O(policies).
  const BoundPolicy* At(EventTime t, const PolicyLabels& labels) const;
  // The next instant after `t` from which another rule set, or another version within the one in
  // force, counts. O(log n) of such instants.
  std::optional<EventTime> NextChangeAfter(EventTime t) const {
    return t >= last_begin_ ? std::nullopt : FirstBeginAfter(t);  // mostly none
  }

 private:
  // From `begin` to the next one's.
  struct Period {
    EventTime begin;
    std::vector<const BoundPolicy*> policies;  // in order
  };
  struct KnownCalendar {
    CalendarSpec spec;
    std::shared_ptr<const Calendar> calendar;
  };
  using CalendarsByName = StringMap<const Calendar*>;

  // The versions of each policy of a set, as they stand there.
  using BoundVersions = std::vector<std::vector<const BoundPolicy*>>;

  tl::expected<CalendarsByName, std::string> BuildCalendars(const RuleSet& set);
  tl::expected<BoundPolicy, std::string> Bind(const std::string& name, const PolicyVersion& version,
                                              const CalendarsByName& calendars,
                                              SymbolTable* symbols) const;
  std::optional<EventTime> FirstBeginAfter(EventTime t) const;
  void AddPeriods(const RuleSet& set, const BoundVersions& bound);
  const BoundPolicy* Shared(BoundPolicy policy);

  std::vector<KnownCalendar> calendars_;
  std::deque<BoundPolicy> policies_;
  std::vector<Period> periods_;  // ascending; the first begins at Min()
  EventTime last_begin_ = EventTime::Min();  // of periods_
};

}  // namespace touchline::domain
