#include "domain/sla/clock.h"

#include <algorithm>
#include <limits>

namespace touchline::domain {

static_assert(sizeof(SlaClock) <= 104, "a contact's clocks are to fit into a few cache lines");

namespace {

// Open time of the whole cycle after which it is at risk.
Duration RiskAfter(const SlaTerms& terms) {
  const BoundTarget& target = *terms.target;
  if (target.at_risk_lead) return terms.budget - *target.at_risk_lead;
  return terms.budget * target.at_risk_permille / 1000;
}

// `t` if it is open, else the next opening.
EventTime OpenFrom(const Calendar& calendar, EventTime t) {
  const auto open = calendar.NextOpen(t);
  return open ? open->begin : EventTime::Max();
}

}  // namespace

Duration SlaClock::used() const {
  int64_t ms = 0;
  EachHeld([&ms](const Held& held) { ms += held.ms; });
  return Duration::Millis(ms);
}

SlaLabels SlaClock::LabelsAtDue(const Labels& now) const {
  return apart.get() != nullptr ? apart.get()->due_labels.value_or(now) : now;
}

SlaLabels SlaClock::LabelsAtEnd(const Labels& now) const {
  return apart.get() != nullptr ? apart.get()->end_labels.value_or(now) : now;
}

void SlaClock::Begin(const SlaTerms& terms, const Start& start) {
  *this = SlaClock{.target = target, .cycle = cycle + 1};
  policy = terms.policy;
  budget = terms.budget;
  pause = terms.target->pause;
  Continue(terms, start);
}

bool SlaClock::SettleBefore(EventTime t) {
  return running && !is_overdue() && due < t && FallDue();
}

bool SlaClock::FallDue() {
  at_risk = is_forecast = superseded = false;
  if (breached) return false;
  breached = true;
  breached_at = due;
  breach_holder = holder;
  return true;
}

void SlaClock::KeepLabels(const Labels& labels, EventTime t) {
  const auto keep = [&labels](std::optional<Labels>& kept) {
    if (!kept) kept = labels;
  };
  if (is_open()) {
    if (running && !is_overdue() && due < t) keep(apart.Make().due_labels);
  } else if (may_resume) {
    keep(apart.Make().end_labels);
  }
}

void SlaClock::EndStretch(const Calendar* calendar, EventTime at) {
  if (!running) return;
  running = false;
  const Duration open = calendar != nullptr ? calendar->OpenBetween(since, at) : at - since;
  AddHeld({.holder = holder, .ms = open.millis()});
}

void SlaClock::AddHeld(const Held& more) {
  const bool all_in_places = apart.get() == nullptr || apart.get()->held.empty();
  for (Place& place : places) {
    if (!all_in_places || more.holder == 0) break;
    if (place.holder != 0 && place.holder != more.holder) continue;
    const int64_t ms = place.ms + more.ms;
    if (ms < 0 || ms > std::numeric_limits<uint32_t>::max()) break;
    place = {.holder = more.holder, .ms = static_cast<uint32_t>(ms)};
    return;
  }
  std::vector<Held>& all = apart.Make().held;
  for (Place& place : places) {
    if (place.holder != 0) all.push_back({.holder = place.holder, .ms = place.ms});
    place = {};
  }
  const auto known = std::find_if(all.begin(), all.end(),
                                  [&more](const Held& h) { return h.holder == more.holder; });
  if (known == all.end()) {
    all.push_back(more);
  } else {
    known->ms += more.ms;
  }
}

bool SlaClock::Change(const SlaTerms& terms, EventTime at, Symbol changer) {
  if (is_overdue() && terms.budget > budget && terms.budget >= used()) superseded = true;
  policy = terms.policy;
  budget = terms.budget;
  pause = terms.target->pause;
  if (budget >= used()) return false;
  at_risk = is_forecast = superseded = false;
  if (breached) return false;
  breached = true;
  breached_at = at;
  breach_holder = changer;
  return true;
}

void SlaClock::Continue(const SlaTerms& terms, const Start& start) {
  holder = start.holder;
  since = start.at;
  is_forecast = false;
  if (apart.get() != nullptr) apart.get()->due_labels.reset();
  running = !start.is_paused;
  if (!running || is_overdue()) {
    at_risk = false;
    return;
  }
  const Calendar& calendar = *terms.target->calendar;
  const Calendar::Place place = calendar.At(since);
  const Duration before = used();
  due = calendar.AfterOpen(place, budget - before);
  const Duration left = RiskAfter(terms) - before;
  at_risk_at = left > Duration() ? calendar.AfterOpen(place, left) : OpenFrom(calendar, since);
  // Who was at risk before a change and is after it was so all along.
  at_risk = at_risk && left <= Duration();
}

void SlaClock::ChangeHands(const Calendar* calendar, EventTime at, Symbol new_holder) {
  EndStretch(calendar, at);
  running = true;
  since = at;
  holder = new_holder;
}

void SlaClock::Close(End how, EventTime at) {
  end = how;
  since = at;
  may_resume = false;
}

bool SlaClock::Resume(const SlaTerms& terms, const Start& start, Symbol changer) {
  end = End::kOpen;
  if (apart.get() != nullptr) apart.get()->end_labels.reset();
  at_risk = false;
  const bool breaches = Change(terms, start.at, changer);
  Continue(terms, start);
  return breaches;
}

void SlaClock::Reinstate() {
  end = End::kOpen;
  running = true;  // since the end
}

}  // namespace touchline::domain
