#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/codec.h"
#include "base/rare.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/sla/policy.h"
#include "domain/sla/policy_book.h"
#include "domain/symbols.h"

namespace touchline::domain {

// What a policy promises one contact for one target.
struct SlaTerms {
  Symbol policy = 0;
  Duration budget;                      // for the contact's priority
  const BoundTarget* target = nullptr;  // the book's: calendar, pause, at risk

  // nullopt: there is no policy, or it does not set the target for the priority.
  static std::optional<SlaTerms> Of(const BoundPolicy* policy, SlaTarget target, Symbol priority) {
    if (policy == nullptr) return std::nullopt;
    const auto& rule = policy->targets[static_cast<size_t>(target)];
    if (!rule) return std::nullopt;
    const auto budget = rule->BudgetOf(priority);
    if (!budget) return std::nullopt;
    return SlaTerms{.policy = policy->name, .budget = *budget, .target = &*rule};
  }
};

// The contact's labels under which a clock's result is counted.
struct SlaLabels {
  Symbol partner = 0;
  Symbol queue = 0;
  Channel channel = Channel::kNone;
  bool operator==(const SlaLabels&) const = default;
};

// One target's clock in one contact, from the start of its cycle to the next cycle's.
// Source: docs/sla_clocks.md sections 2 and 3.
//
// The clock is driven from outside: whoever folds the contact says when it starts, pauses, goes on
// under other terms, changes hands, stops. Its own instants (due, at risk) are computed when a
// stretch begins and then stand, so that asking for the next timer costs nothing. The calendar of
// the stretch that runs is not kept, for the state must not point into the rules: who ends a
// stretch names it.
// An open contact has up to six of them, of which every event may ask: so what hardly any clock has
// is kept apart, and nothing twice.
// Pure; no allocation but for what is kept apart.
struct SlaClock {
  // How the cycle ended, if it did. Numbers are part of the state format.
  enum class End : uint8_t {
    kOpen,
    kStopped,    // by what the target waits for: met, unless it has breached
    kCancelled,  // for want of an object or of a promise: cancelled, unless it has breached
  };
  static constexpr size_t kHolders = 4;  // bot, queue and two teams
  struct Held {
    Symbol holder = 0;
    int64_t ms = 0;
    bool operator==(const Held&) const = default;
  };
  using Labels = SlaLabels;

  // First what every event asks for.
  SlaTarget target = SlaTarget::kAnswer;
  End end = End::kOpen;
  StatusSet pause = 0;
  bool may_resume : 1 = false;   // a reopening or a revival takes the end back
  bool running : 1 = false;      // a stretch runs
  bool at_risk : 1 = false;      // past at_risk_at, in this stretch
  bool is_forecast : 1 = false;  // past an hour before due, in this stretch
  // The cycle's breach. Superseded: a change of budget would have spared it.
  bool breached : 1 = false;
  bool superseded : 1 = false;
  Symbol policy = 0;
  EventTime due = EventTime::Max();  // of the stretch; Max(): never
  EventTime at_risk_at = EventTime::Max();
  Symbol holder = 0;  // of the stretch; of a paused clock, of the next one

  uint32_t cycle = 0;  // from 1 in the contact
  EventTime since;     // the stretch's start; once the cycle has ended, its end
  Duration budget;
  EventTime breached_at;
  Symbol breach_holder = 0;

  // Open time used in the stretches that have ended, in whose hands: in the order in which they
  // first had it. Holder 0: free. All of it is apart once there are more holders, or longer times.
  struct Place {
    Symbol holder = 0;
    uint32_t ms = 0;
  };
  std::array<Place, kHolders> places;
  struct Apart {
    std::vector<Held> held;
    // Those at due, when they changed before anything said that due had passed.
    std::optional<Labels> due_labels;
    // Those with which the end was counted, when they changed before it was taken back.
    std::optional<Labels> end_labels;
  };
  Rare<Apart> apart;

  bool is_open() const { return end == End::kOpen; }
  bool is_overdue() const { return breached && !superseded; }
  // REQUIRES: it is not open.
  EventTime ended_at() const { return since; }
  // Calls each(held) in order.
  template <class Each>
  void EachHeld(Each each) const {
    if (apart.get() != nullptr) {
      for (const Held& held : apart.get()->held) each(held);
    }
    for (const Place& place : places) {
      if (place.holder != 0) each(Held{.holder = place.holder, .ms = place.ms});
    }
  }
  // Of all holders.
  Duration used() const;
  // What was used beyond the budget; never negative.
  Duration overshoot() const { return std::max(Duration(), used() - budget); }
  // With which what was due, or the end, is counted; `now`: the contact's.
  Labels LabelsAtDue(const Labels& now) const;
  Labels LabelsAtEnd(const Labels& now) const;

  // How a stretch begins.
  struct Start {
    EventTime at;
    Symbol holder = 0;
    bool is_paused = false;
  };
  // Begins the next cycle.
  void Begin(const SlaTerms& terms, const Start& start);

  // Falls due at its due instant if that is before `t` and no timer has said so. Comes before
  // whatever ends the stretch at `t`. True for the cycle's first breach.
  bool SettleBefore(EventTime t);
  // Falls due now, at its due instant, and is overdue from now on. True for the cycle's first
  // breach, which the holder of the stretch holds.
  bool FallDue();
  // The contact's labels, which have been these, become others at `t`. They are remembered for what
  // may yet be counted with them.
  void KeepLabels(const Labels& labels, EventTime t);

  // Ends the stretch, if one runs, at `at`. `calendar` is that of the stretch; nullptr: it is not
  // known any more, and all time counts.
  // REQUIRES: SettleBefore(at).
  void EndStretch(const Calendar* calendar, EventTime at);
  // Takes other terms. True if they leave less than nothing and this is the cycle's first breach:
  // it is at `at`, and held by `changer`. REQUIRES: no stretch runs (EndStretch).
  bool Change(const SlaTerms& terms, EventTime at, Symbol changer);
  // Begins a stretch, or waits. REQUIRES: no stretch runs; the terms are the clock's.
  void Continue(const SlaTerms& terms, const Start& start);
  // Goes over into other hands; nothing else changes. REQUIRES: a stretch runs;
  // SettleBefore(at).
  void ChangeHands(const Calendar* calendar, EventTime at, Symbol new_holder);

  // Ends the cycle, for good. REQUIRES: EndStretch.
  void Close(End how, EventTime at);
  // Goes on in the same cycle, the time since its end not used. True as of Change.
  // REQUIRES: it is closed.
  bool Resume(const SlaTerms& terms, const Start& start, Symbol changer);
  // Goes on as if it had never been closed. REQUIRES: it ran when it was closed.
  void Reinstate();

  // Gives the holder so much more, as EndStretch does.
  void AddHeld(const Held& more);
};

// In the state's format (docs/state_format.md). Times are differences from `created_at`, the
// contact's.
void Encode(const SlaClock& clock, EventTime created_at, RecordWriter* out);
void Decode(ByteReader* in, EventTime created_at, SlaClock* clock);

}  // namespace touchline::domain
