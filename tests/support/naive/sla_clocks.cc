#include "tests/support/naive/sla_clocks.h"

#include <algorithm>

#include "tests/support/naive/open_time.h"

namespace touchline::naive {
namespace {

using domain::SlaTarget;

std::string HolderName(const Hands& hands, const Rules& rules, EventTime t) {
  if (hands.bot) return "bot";
  if (hands.agent.empty()) return "queue";
  if (!hands.told_team.empty()) return hands.told_team;
  const auto& agents = RulesAt(rules, t).agents;
  const auto it = agents.find(hands.agent);
  return it == agents.end() || it->second.team.empty() ? "unknown" : it->second.team;
}

SlaLabels LabelsOf(const SlaMoment& moment, const std::string& policy) {
  return {.partner = moment.subject.partner,
          .queue = moment.subject.queue,
          .policy = policy,
          .channel = moment.subject.channel};
}

StretchState StateOf(const SlaMoment& moment, const domain::TargetRule& rule) {
  if (!moment.status || moment.customer_wrote) return StretchState::kRunning;
  const bool pauses = (rule.pause & domain::BitOf(*moment.status)) != 0;
  return pauses ? StretchState::kPaused : StretchState::kRunning;
}

bool Resumes(SlaTarget target) {
  return target == SlaTarget::kRequesterWait || target == SlaTarget::kAgentWork ||
         target == SlaTarget::kResolution;
}

// So much open time is left until the clock is at risk; zero or less: it is.
Duration LeftToRisk(const Promise& promise, Duration used) {
  const Duration threshold =
      promise.rule->at_risk_lead
          ? promise.budget - *promise.rule->at_risk_lead
          : Duration::Millis(promise.budget.millis() * promise.rule->at_risk_permille / 1000);
  return threshold - used;
}

// The instant from which the clock is at risk, if nothing comes between. Not while it is closed.
EventTime RiskOf(const Promise& promise, EventTime from, Duration used) {
  const Duration left = LeftToRisk(promise, used);
  const Duration one = Duration::Millis(1);
  if (left > Duration()) return AfterOpen(*promise.calendar, from, left);
  return AfterOpen(*promise.calendar, from, one) - one;
}

// One target's cycles, moment by moment.
class TargetRun {
 public:
  TargetRun(SlaTarget target, const std::vector<SlaMoment>& moments, const Rules& rules)
      : target_(target), moments_(moments), rules_(rules) {}

  void See(const SlaMoment& moment) {
    if (moment.reinstated && as_reaped_) {
      cycles_.back() = *as_reaped_;
      open_ = true;
    }
    if (moment.reaped && target_ == SlaTarget::kAnswer) {
      as_reaped_ = open_ ? std::optional(cycles_.back()) : std::nullopt;
    }

    const size_t i = static_cast<size_t>(target_);
    const bool begins_anew = target_ == SlaTarget::kPeriodicUpdate && moment.begins_update;
    if (open_ && (!moment.wanted.at(i) || begins_anew)) Stop(moment, moment.met.at(i));
    if (!moment.wanted.at(i)) {
      wanted_ = false;
      return;
    }
    const auto promise = PromiseAt(rules_, moment.at, moment.subject, target_);
    if (open_ && !promise) Stop(moment, false);
    if (promise) Continue(moment, *promise, !wanted_);
    if (!promise) unset_ = true;
    wanted_ = true;
  }

  std::vector<SlaCycle> Finish(EventTime watermark) {
    if (!open_) return std::move(cycles_);
    SlaCycle& cycle = cycles_.back();
    SlaStretch& last = cycle.stretches.back();
    if (last.state == StretchState::kPaused) {
      const EventTime now = std::max(watermark, last.from);
      cycle.due = AfterOpen(*promise_.calendar, now, cycle.budget() - cycle.used);
      return std::move(cycles_);
    }
    if (*cycle.due < watermark) FallDue();
    last.used = OpenBetween(*promise_.calendar, last.from, watermark);
    cycle.used = cycle.used + last.used;
    return std::move(cycles_);
  }

 private:
  // The target is promised from this moment on: starts a clock, or changes the one there is.
  // `newly_wanted`: it was not wanted before, so that one that had stopped may resume.
  void Continue(const SlaMoment& moment, const Promise& promise, bool newly_wanted) {
    const std::string holder = HolderName(moment.holder, rules_, moment.at);
    const StretchState state = StateOf(moment, *promise.rule);
    if (open_) {
      const SlaStretch& last = cycles_.back().stretches.back();
      if (promise_ == promise && last.holder == holder && last.state == state) return;
      EndStretch(moment.at);
    } else if (newly_wanted && Resumes(target_) && !cycles_.empty() && !unset_) {
      cycles_.back().met.reset();
      cycles_.back().cancelled.reset();
    } else {
      cycles_.push_back({.target = target_, .number = static_cast<int>(cycles_.size()) + 1});
    }
    open_ = true;
    unset_ = false;
    BeginStretch(moment, promise, state, holder);
  }

  void BeginStretch(const SlaMoment& moment, const Promise& promise, StretchState state,
                    const std::string& holder) {
    SlaCycle& cycle = cycles_.back();
    const bool changes = !cycle.stretches.empty();
    const Duration left = promise.budget - cycle.used;
    const bool was_overdue = IsOverdue(cycle);
    if (changes && cycle.breached) {
      if (left < Duration()) cycle.superseded = false;
      if (left >= Duration() && promise.budget != cycle.budget()) cycle.superseded = true;
    }
    if (changes && !cycle.breached && left < Duration()) {
      cycle.breached = SlaResult{.at = moment.at, .labels = LabelsOf(moment, promise.policy)};
      cycle.breached_by = moment.changer ? HolderName(*moment.changer, rules_, moment.at)
                                         : cycle.stretches.back().holder;
    }
    cycle.stretches.push_back({.from = moment.at,
                               .state = state,
                               .policy = promise.policy,
                               .calendar = promise.rule->calendar,
                               .holder = holder,
                               .budget = promise.budget,
                               .used = {}});
    promise_ = promise;
    const auto risk_before = cycle.at_risk_from;
    cycle.due.reset();
    cycle.at_risk_from.reset();
    if (state == StretchState::kPaused) return;
    cycle.due = AfterOpen(*promise.calendar, moment.at, left);
    cycle.at_risk_from = RiskOf(promise, moment.at, cycle.used);
    // What was at risk, and still is by the new promise, has been so all the time.
    if (!was_overdue && LeftToRisk(promise, cycle.used) <= Duration() && risk_before &&
        *risk_before < moment.at) {
      cycle.at_risk_from = risk_before;
    }
  }

  void EndStretch(EventTime t) {
    SlaCycle& cycle = cycles_.back();
    SlaStretch& last = cycle.stretches.back();
    last.to = t;
    if (last.state == StretchState::kPaused) return;
    if (*cycle.due < t) FallDue();
    last.used = OpenBetween(*promise_.calendar, last.from, t);
    cycle.used = cycle.used + last.used;
  }

  void FallDue() {
    SlaCycle& cycle = cycles_.back();
    cycle.superseded = false;
    if (cycle.breached) return;
    const SlaStretch& last = cycle.stretches.back();
    cycle.breached =
        SlaResult{.at = *cycle.due, .labels = LabelsAt(*cycle.due, last.policy)};
    cycle.breached_by = last.holder;
  }

  void Stop(const SlaMoment& moment, bool met) {
    EndStretch(moment.at);
    SlaCycle& cycle = cycles_.back();
    const SlaResult result{
        .at = moment.at,
        .labels = LabelsOf(moment, cycle.stretches.back().policy)};
    (met ? cycle.met : cycle.cancelled) = result;
    cycle.due.reset();
    cycle.at_risk_from.reset();
    open_ = false;
  }

  // As the last moment before or at `t` left them. What a reinstated clock knows nothing of,
  // between reap and revival, is left out.
  SlaLabels LabelsAt(EventTime t, const std::string& policy) const {
    const SlaMoment* latest = nullptr;
    for (const SlaMoment& moment : moments_) {
      if (moment.at <= t && moment.wanted.at(static_cast<size_t>(target_))) latest = &moment;
    }
    return LabelsOf(*latest, policy);
  }

  const SlaTarget target_;
  const std::vector<SlaMoment>& moments_;
  const Rules& rules_;
  std::vector<SlaCycle> cycles_;
  Promise promise_;      // of the last stretch
  bool open_ = false;    // the last cycle
  bool wanted_ = false;  // at the moment before
  bool unset_ = false;   // since the last cycle there was a moment when nothing promised the target
  std::optional<SlaCycle> as_reaped_;
};

// With a moment at each instant at which a policy may change, after the contact's own of that
// millisecond: nothing but the time differs from the moment before.
std::vector<SlaMoment> WithChangeInstants(const std::vector<SlaMoment>& moments,
                                          EventTime watermark, const Rules& rules) {
  std::vector<SlaMoment> all;
  const std::vector<EventTime> changes = ChangeInstants(rules);
  for (size_t i = 0; i < moments.size(); ++i) {
    all.push_back(moments[i]);
    for (const EventTime change : changes) {
      if (change < moments[i].at || change >= watermark) continue;
      if (i + 1 < moments.size() && change >= moments[i + 1].at) continue;
      SlaMoment moment = moments[i];
      moment.at = change;
      moment.changer.reset();
      moment.begins_update = moment.reaped = moment.reinstated = false;
      all.push_back(moment);
    }
  }
  return all;
}

}  // namespace

bool IsRunning(const SlaCycle& cycle) {
  return cycle.stretches.back().state == StretchState::kRunning;
}

bool IsOverdue(const SlaCycle& cycle) { return cycle.breached && !cycle.superseded; }

bool IsAtRisk(const SlaCycle& cycle, EventTime watermark) {
  return IsRunning(cycle) && !IsOverdue(cycle) && *cycle.at_risk_from < watermark;
}

SlaResults RunClocks(const std::vector<SlaMoment>& moments, EventTime watermark,
                     const Rules& rules) {
  const std::vector<SlaMoment> all = WithChangeInstants(moments, watermark, rules);
  SlaResults results{.cycles = {}, .now = LabelsOf(moments.back(), ""), .watermark = watermark};
  for (size_t i = 0; i < domain::kSlaTargets; ++i) {
    TargetRun run(static_cast<SlaTarget>(i), all, rules);
    for (const SlaMoment& moment : all) run.See(moment);
    std::vector<SlaCycle> cycles = run.Finish(watermark);
    results.cycles.insert(results.cycles.end(), cycles.begin(), cycles.end());
  }
  return results;
}

}  // namespace touchline::naive
