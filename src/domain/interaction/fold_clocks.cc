#include <algorithm>
#include <bit>

#include "domain/interaction/clock_gauges.h"
#include "domain/interaction/fold.h"

// docs/sla_clocks.md.

namespace touchline::domain {
namespace {

constexpr uint8_t BitOf(SlaTarget target) {
  return static_cast<uint8_t>(1u << static_cast<unsigned>(target));
}

// Of these a reopening or a revival resumes the cycle; of the others it begins the next.
bool Resumes(SlaTarget target) {
  return target == SlaTarget::kRequesterWait || target == SlaTarget::kAgentWork ||
         target == SlaTarget::kResolution;
}

// Those that a contact of the kind may ever want. Section 2.
constexpr uint8_t TargetsOf(Kind kind) {
  constexpr uint8_t kOfCalls = BitOf(SlaTarget::kAnswer) | BitOf(SlaTarget::kResolution);
  constexpr uint8_t kWritten = BitOf(SlaTarget::kFirstResponse) |
                               BitOf(SlaTarget::kNextResponse) |
                               BitOf(SlaTarget::kPeriodicUpdate);
  if (kind == Kind::kCall) return kOfCalls;
  if (kind == Kind::kChat) return kOfCalls | kWritten;
  return kWritten | BitOf(SlaTarget::kRequesterWait) | BitOf(SlaTarget::kAgentWork) |
         BitOf(SlaTarget::kResolution);
}

PolicyLabels LabelsOf(const InteractionState& s) {
  return {.partner = s.partner, .kind = s.kind, .channel = s.channel, .queue = s.queue,
          .priority = s.priority, .tier = s.tier};
}

SlaClock::Labels Shown(const PolicyLabels& labels) {
  return {.partner = labels.partner, .queue = labels.queue, .channel = labels.channel};
}

}  // namespace

// What the policy in force at an instant promises the contact; looked up when first asked.
class Fold::Promise {
 public:
  Promise(const RuleBook& rules, EventTime at, const PolicyLabels& labels)
      : rules_(rules), at_(at), labels_(labels) {}

  const BoundPolicy* policy() {
    if (!is_known_) policy_ = rules_.PolicyAt(at_, labels_);
    is_known_ = true;
    return policy_;
  }
  std::optional<SlaTerms> TermsOf(SlaTarget target) {
    return SlaTerms::Of(policy(), target, labels_.priority);
  }
  TargetSet Targets() {
    TargetSet targets = 0;
    for (size_t i = 0; i < kSlaTargets; ++i) {
      const auto target = static_cast<SlaTarget>(i);
      if (TermsOf(target)) targets = static_cast<TargetSet>(targets | BitOf(target));
    }
    return targets;
  }

 private:
  const RuleBook& rules_;
  EventTime at_;
  PolicyLabels labels_;
  bool is_known_ = false;
  const BoundPolicy* policy_ = nullptr;
};

// What an event or a change instant brings to the clocks.
struct Fold::Change {
  Promise before;
  std::optional<Promise> after;  // absent: the same
  Symbol holder = 0;             // from now on
  const LogEntry* cause = nullptr;

  Promise& now() { return after ? *after : before; }
  bool IsNew(const SlaClock& clock, const SlaTerms& terms) {
    return after && (after->policy() != before.policy() || terms.budget != clock.budget);
  }
  // Of the stretch that ends. nullptr: a rule set that was given later, for an earlier instant, has
  // taken the promise away.
  const Calendar* CalendarOf(const SlaClock& clock) {
    const auto terms = before.TermsOf(clock.target);
    return terms ? terms->target->calendar : nullptr;
  }
};

void Fold::LearnTeam(const LogEntry& e) {
  if (e.team == 0 || e.agent == 0) return;
  for (AgentTeam& known : s_.teams) {
    if (known.agent != e.agent) continue;
    known.team = e.team;
    return;
  }
  s_.teams.push_back({.agent = e.agent, .team = e.team});
}

// Section 2.
Fold::TargetSet Fold::Wanted() const {
  TargetSet wanted = 0;
  const auto add = [&wanted](SlaTarget target, bool is_wanted) {
    if (is_wanted) wanted = static_cast<TargetSet>(wanted | BitOf(target));
  };
  if (s_.ended()) return wanted;
  add(SlaTarget::kAnswer, s_.awaits_answer);
  if (s_.solved) return wanted;
  add(SlaTarget::kResolution, true);
  if (s_.kind == Kind::kCall) return wanted;
  const bool has_asked = s_.initiator == Party::kCustomer || s_.customer_wrote;
  add(SlaTarget::kFirstResponse, has_asked && !s_.person_replied);
  add(SlaTarget::kNextResponse, s_.unanswered && s_.person_replied);
  add(SlaTarget::kPeriodicUpdate, true);
  add(SlaTarget::kRequesterWait, s_.kind == Kind::kTicket);
  add(SlaTarget::kAgentWork, s_.kind == Kind::kTicket);
  return wanted;
}

// Section 4.
Symbol Fold::TeamOf(Symbol agent) const {
  for (const AgentTeam& known : s_.teams) {
    if (known.agent == agent) return known.team;
  }
  const Symbol configured = rules_.TeamOf(now_, agent);
  return configured != 0 ? configured : rules_.holders().unknown;
}

Symbol Fold::Holder() {
  if (s_.bot_holds || s_.in_self_service) return rules_.holders().bot;
  const Leg* leg = NewestActiveLeg();
  if (leg != nullptr) return TeamOf(leg->agent);
  const bool is_assigned = s_.kind == Kind::kTicket && s_.assignee != 0;
  return is_assigned ? TeamOf(s_.assignee) : rules_.holders().queue;
}

Symbol Fold::Changer(const Change& change, Symbol holder) const {
  if (change.cause == nullptr) return holder;
  const LogEntry& e = *change.cause;
  if (e.by == Party::kBot) return rules_.holders().bot;
  if (e.by == Party::kCustomer || e.by == Party::kSystem) return rules_.holders().queue;
  if (e.by_agent != 0) return TeamOf(e.by_agent);
  return e.agent != 0 ? TeamOf(e.agent) : holder;
}

StatusSet Fold::PausingStatus() const {
  if (s_.status == TicketStatus::kPending && s_.pause_lifted) return 0;
  return domain::BitOf(s_.status);
}

SlaClock* Fold::ClockOf(SlaTarget target) {
  for (SlaClock& clock : s_.clocks) {
    if (clock.target == target) return &clock;
  }
  return nullptr;
}

// Before each change of the clocks.
void Fold::KeepGauges() {
  if (gauges_ != nullptr) gauges_->Take(s_);
}

void Fold::DriveClocks(const LogEntry* cause) {
  if (!rules_.has_policies()) return;
  if (s_.ended() && s_.clocks.empty()) return;
  const PolicyLabels labels = LabelsOf(s_);
  const bool is_relabelled = !(labels == s_.policy_labels);
  const bool is_chosen_anew = !s_.ended() && (is_relabelled || IsPolicyOutdated());
  const ClockInputs inputs = {.rules = rules_.generation(),
                              .wanted = Wanted(),
                              .pausing = PausingStatus(),
                              .holder = Holder()};
  // Driven by the same once more, no clock would change: so it is with most events.
  if (inputs == s_.clock_inputs && !is_relabelled && !is_chosen_anew && !replied_) return;
  KeepGauges();
  s_.clock_inputs = inputs;
  Change change = {.before = Promise(rules_, s_.policy_at, s_.policy_labels),
                   .after = std::nullopt,
                   .holder = inputs.holder,
                   .cause = cause};
  if (is_relabelled) {
    const SlaLabels shown = Shown(s_.policy_labels);
    if (!(shown == Shown(labels))) {
      for (SlaClock& clock : s_.clocks) clock.KeepLabels(shown, now_);
    }
    s_.policy_labels = labels;
    s_.policy_at = EventTime::Min();
  }
  if (is_chosen_anew) ChoosePolicy(&change);
  // Nothing happens to those that are neither wanted nor open.
  unsigned driven = inputs.wanted;
  for (const SlaClock& clock : s_.clocks) driven |= clock.is_open() ? BitOf(clock.target) : 0u;
  for (; driven != 0; driven &= driven - 1) {
    const auto target = static_cast<SlaTarget>(std::countr_zero(driven));
    DriveClock(target, (inputs.wanted & BitOf(target)) != 0, change);
  }
  s_.clock_timer = FirstTimer(s_.clocks);
}

bool Fold::IsPolicyOutdated() const {
  if (s_.policy_at == EventTime::Min()) return true;
  const auto next = rules_.NextPolicyChangeAfter(s_.policy_at);
  return next && *next <= now_;
}

void Fold::ChoosePolicy(Change* change) {
  change->after.emplace(rules_, now_, s_.policy_labels);
  s_.policy_at = now_;
  s_.promised = change->after->Targets();
  // Once, as a rule with the contact's first event: clocks that start later find room.
  if (!s_.clocks.empty()) return;
  const auto possible = static_cast<TargetSet>(s_.promised & TargetsOf(s_.kind));
  s_.clocks.reserve(static_cast<size_t>(std::popcount(possible)));
}

void Fold::DriveClock(SlaTarget target, bool is_wanted, Change& change) {
  const bool restarts = target == SlaTarget::kPeriodicUpdate && replied_;
  SlaClock* clock = ClockOf(target);
  if (clock != nullptr && clock->is_open()) {
    if (is_wanted && !restarts) return GoOn(*clock, change);
    StopClock(*clock, EndOf(target), change);
    clock->may_resume = Resumes(target);
  }
  if (is_wanted) StartClock(target, change);
}

void Fold::StartClock(SlaTarget target, Change& change) {
  SlaClock* clock = ClockOf(target);
  if ((s_.promised & BitOf(target)) == 0) {
    if (clock != nullptr) clock->may_resume = false;
    return;
  }
  const auto terms = change.now().TermsOf(target);
  if (!terms) return;
  if (clock == nullptr) {
    const auto at = std::find_if(s_.clocks.begin(), s_.clocks.end(),
                                 [target](const SlaClock& c) { return c.target > target; });
    clock = &*s_.clocks.insert(at, SlaClock{.target = target});
  }
  const bool is_paused = IsPaused(terms->target->pause);
  const SlaClock::Start start = {.at = now_, .holder = change.holder, .is_paused = is_paused};
  if (!clock->may_resume) return clock->Begin(*terms, start);
  CountEnd(*clock, -1);
  if (clock->Resume(*terms, start, Changer(change, change.holder))) CountBreach(*clock);
}

void Fold::GoOn(SlaClock& clock, Change& change) {
  std::optional<SlaTerms> terms;
  if (change.after) {
    terms = change.after->TermsOf(clock.target);
    if (!terms) return StopClock(clock, SlaClock::End::kCancelled, change);
  }
  const bool is_new = terms && change.IsNew(clock, *terms);
  const bool is_paused = IsPaused(is_new ? terms->target->pause : clock.pause);
  const bool changes_hands = clock.holder != change.holder;
  if (!is_new && is_paused != clock.running) {
    if (!changes_hands) return;
    if (!clock.running) {
      clock.holder = change.holder;
      return;
    }
    if (clock.SettleBefore(now_)) CountBreach(clock);
    return clock.ChangeHands(change.CalendarOf(clock), now_, change.holder);
  }
  if (clock.SettleBefore(now_)) CountBreach(clock);
  if (clock.running) clock.EndStretch(change.CalendarOf(clock), now_);
  if (!terms) terms = change.before.TermsOf(clock.target);
  if (!terms) return StopClock(clock, SlaClock::End::kCancelled, change);
  if (is_new && clock.Change(*terms, now_, Changer(change, clock.holder))) CountBreach(clock);
  clock.Continue(*terms, {.at = now_, .holder = change.holder, .is_paused = is_paused});
}

void Fold::StopClock(SlaClock& clock, SlaClock::End how, Change& change) {
  if (clock.SettleBefore(now_)) CountBreach(clock);
  if (clock.running) clock.EndStretch(change.CalendarOf(clock), now_);
  clock.Close(how, now_);
  CountEnd(clock, +1);
}

// Why a clock stops that is not wanted any more. Section 2.
SlaClock::End Fold::EndOf(SlaTarget target) const {
  bool is_met = s_.solved || !s_.ended();
  if (target == SlaTarget::kAnswer) is_met = answered_;
  if (target == SlaTarget::kFirstResponse) is_met = s_.person_replied;
  return is_met ? SlaClock::End::kStopped : SlaClock::End::kCancelled;
}

void Fold::FireClock(const Timer& timer) {
  KeepGauges();
  SlaClock& clock = *ClockOf(timer.target);
  if (timer.kind == TimerKind::kAtRisk) {
    clock.at_risk = true;
    Notify(SlaNotice::Kind::kAtRisk, clock, clock.at_risk_at, clock.holder);
  } else if (timer.kind == TimerKind::kHourBeforeDue) {
    clock.is_forecast = true;
  } else if (clock.FallDue()) {
    CountBreach(clock);
  }
  s_.clock_timer = FirstTimer(s_.clocks);
}

// As if the reaper had not been; what has changed meanwhile is a change at the revival.
void Fold::ReinstateAnswerClock(EventTime reaped_at) {
  SlaClock* clock = ClockOf(SlaTarget::kAnswer);
  if (clock == nullptr || clock->end != SlaClock::End::kCancelled) return;
  if (clock->ended_at() != reaped_at) return;
  KeepGauges();
  CountEnd(*clock, -1);
  clock->Reinstate();
  s_.clock_inputs = {};  // it is to be looked at, whatever they are
}

Scope Fold::SlaScope(const SlaClock& clock, const SlaClock::Labels& labels) const {
  return {.kind = ScopeKind::kSla, .contact = s_.kind, .channel = labels.channel,
          .partner = labels.partner, .subject = labels.queue, .policy = clock.policy};
}

void Fold::CountBreach(const SlaClock& clock) {
  const SlaClock::Labels labels = clock.LabelsAtDue(Shown(s_.policy_labels));
  Count(out_, SlaScope(clock, labels), MetricId::kSlaBreached, static_cast<uint8_t>(clock.target),
        clock.breached_at);
  Notify(SlaNotice::Kind::kBreached, clock, clock.breached_at, clock.breach_holder);
}

void Fold::Notify(SlaNotice::Kind kind, const SlaClock& clock, EventTime at, Symbol holder) {
  notices_->push_back({.kind = kind,
                       .target = clock.target,
                       .cycle = clock.cycle,
                       .policy = clock.policy,
                       .at = at,
                       .due = kind == SlaNotice::Kind::kBreached ? at : clock.due,
                       .budget = clock.budget,
                       .holder = holder,
                       .labels = clock.LabelsAtDue(Shown(s_.policy_labels))});
}

// Section 5. The clock knows all that its end counted, so it can be taken back by the same token.
void Fold::CountEnd(const SlaClock& clock, int64_t sign) {
  const size_t first = out_->size();
  const auto closed = static_cast<uint8_t>(clock.target);
  Scope scope = SlaScope(clock, clock.LabelsAtEnd(Shown(s_.policy_labels)));
  const bool is_stopped = clock.end == SlaClock::End::kStopped;
  if (clock.breached) {
    Observe(out_, scope, MetricId::kSlaOvershootSeconds, closed, clock.ended_at(),
            clock.overshoot().millis());
  } else {
    Count(out_, scope, is_stopped ? MetricId::kSlaMet : MetricId::kSlaCancelled, closed,
          clock.ended_at());
  }
  if (clock.breached || is_stopped) {
    scope.kind = ScopeKind::kHolder;
    clock.EachHeld([&](const SlaClock::Held& held) {
      if (held.ms == 0) return;
      scope.subject = held.holder;
      Count(out_, scope, MetricId::kSlaBudgetSeconds, closed, clock.ended_at(), held.ms);
    });
  }
  for (size_t i = first; i < out_->size(); ++i) (*out_)[i].value *= sign;
}

Timer NextClockTimer(const InteractionState& s, const RuleBook& rules) {
  if (!rules.has_policies()) return {};
  Timer next = s.clock_timer;
  if (const auto at = rules.NextPolicyChangeAfter(std::max(s.policy_at, s.created_at))) {
    const Timer change = {.due = *at, .kind = TimerKind::kPolicyChange};
    if (change.IsBefore(next)) next = change;
  }
  return next;
}

}  // namespace touchline::domain
