#include "domain/interaction/interaction.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "domain/interaction/clock_gauges.h"

namespace touchline::domain {
namespace {

OpenStatus StatusOf(const InteractionState& s) {
  switch (s.status) {
    case TicketStatus::kNew:
      return OpenStatus::kNew;
    case TicketStatus::kOpen:
      return OpenStatus::kOpen;
    case TicketStatus::kPending:
      return OpenStatus::kPending;
    case TicketStatus::kOnHold:
      return OpenStatus::kOnHold;
    case TicketStatus::kSolved:
    case TicketStatus::kClosed:
      return OpenStatus::kSolved;
    case TicketStatus::kNone:
      break;
  }
  if (s.entry.open) return OpenStatus::kWaiting;
  const bool active =
      std::any_of(s.legs.begin(), s.legs.end(), [](const Leg& l) { return l.active; });
  return active ? OpenStatus::kActive : OpenStatus::kSelfService;
}

bool Unattended(const InteractionState& s) {
  if (s.kind == Kind::kCall || s.status == TicketStatus::kSolved) return false;
  return s.unanswered || (!s.first_done && s.first_start);
}

// The due of the pending timer if it belongs before `next` but must wait for the watermark.
EventTime SkippedBefore(const Timer& timer, EventTime next) {
  return timer.due < next ? timer.due : EventTime::Max();
}

// REQUIRES: the entry is open.
Scope WaitingScope(const InteractionState& s) {
  return {.kind = ScopeKind::kQueue, .contact = s.kind, .channel = s.channel,
          .direction = s.entry.direction, .partner = s.partner, .subject = s.entry.queue};
}

// What decides the gauge cells that a contact holds: at most one of each gauge. Taken before and
// after each event, so it is no list of them.
struct HeldGauges {
  bool open = false;  // else nothing below is filled
  bool unattended = false;
  bool waiting = false;
  OpenStatus status = OpenStatus::kNew;
  Kind kind = Kind::kCall;
  Channel channel = Channel::kNone;
  Direction waiting_direction = Direction::kNone;  // while it waits
  Symbol partner = 0;
  Symbol queue = 0;
  Symbol waiting_queue = 0;  // while it waits
  bool operator==(const HeldGauges&) const = default;

  explicit HeldGauges(const InteractionState& s);
  // Takes all of them, or gives them back.
  void Publish(int64_t sign, Contributions* out) const;
};

HeldGauges::HeldGauges(const InteractionState& s) {
  if (!s.created || s.ended()) return;
  open = true;
  unattended = Unattended(s);
  waiting = s.entry.open;
  status = StatusOf(s);
  kind = s.kind;
  channel = s.channel;
  partner = s.partner;
  queue = s.queue;
  if (!waiting) return;
  waiting_direction = s.entry.direction;
  waiting_queue = s.entry.queue;
}

void HeldGauges::Publish(int64_t sign, Contributions* out) const {
  if (!open) return;
  const auto publish = [&](const Scope& scope, MetricId metric, uint8_t closed) {
    out->push_back({.scope = scope,
                    .cell = {.metric = metric, .closed = closed, .bucket = 0},
                    .rows = Rows::kTotalOnly,
                    .at = EventTime(),
                    .value = sign});
  };
  const Scope contact = {.kind = ScopeKind::kContact, .contact = kind, .channel = channel,
                         .partner = partner, .subject = queue};
  publish(contact, MetricId::kOpenContacts, static_cast<uint8_t>(status));
  if (waiting) {
    publish({.kind = ScopeKind::kQueue, .contact = kind, .channel = channel,
             .direction = waiting_direction, .partner = partner, .subject = waiting_queue},
            MetricId::kWaitingContacts, 0);
  }
  if (unattended) publish(contact, MetricId::kUnattendedContacts, 0);
}

// A contact's gauges, and those of its clocks once they are taken.
struct Gauges {
  explicit Gauges(const InteractionState& s) : contact(s), clocks(s) {}
  HeldGauges contact;
  ClockGauges clocks;
};

// `before`: of `was`. A fold that has left its clocks untaken has not changed them.
void PublishChange(Gauges* before, const InteractionState& was, const InteractionState& is,
                   Contributions* out) {
  Gauges after(is);
  if (before->clocks.taken() || !before->clocks.IsOfSameScope(after.clocks)) {
    before->clocks.Take(was);
    after.clocks.Take(is);
    ClockGauges::PublishChange(before->clocks, after.clocks, out);
  }
  if (before->contact == after.contact) return;
  before->contact.Publish(-1, out);
  after.contact.Publish(+1, out);
}

}  // namespace

Interaction::Added Interaction::Add(LogEntry entry, std::string_view customer,
                                    const FoldContext& context, Contributions* out,
                                    uint64_t* restated) {
  Advance(context, out, restated);
  if (ForgottenAt(context.rules, context.highest)) {
    // The store still has the former life's chunks; the next save drops them.
    const size_t stored_chunks = stored_chunks_;
    *this = Interaction();
    stored_chunks_ = stored_chunks;
  }
  if (state_.ended()) {
    const Duration age = context.highest - state_.ended_at;
    if (age > context.rules.At(state_.ended_at).retention) return Added::kTooLate;
  }
  const OrderKey order = entry.order();
  if (base_ && order <= base_->until) return Added::kTooLate;
  if (log_.Knows(entry.id)) return Added::kDuplicate;

  entry.customer = CustomerIndex(customer);
  // In order also means: after every timer that has fired; timers come last in their millisecond.
  const bool in_order = (log_.empty() || log_.last() < order) &&
                        state_.last_fired_at < entry.time();
  if (in_order) {
    Gauges before(state_);
    skipped_timer_ =
        std::min(skipped_timer_, SkippedBefore(PendingTimer(context.rules), entry.time()));
    SlaNotices notices;
    Fold fold(&state_, context.rules, out, &notices);
    fold.KeepClockGauges(&before.clocks);
    fold.Apply(entry);
    KeepTimer(fold.FireBefore(context.watermark), context.rules);
    // With its first clock, as a rule at its first event.
    if (alerts_ == nullptr && !state_.clocks.empty()) alerts_ = std::make_unique<AlertLog>();
    Say(notices, context);
    Insert(entry);
    PublishChange(&before, state_, state_, out);
  } else {
    Refold(context, &entry, out, restated);
  }
  folded_watermark_ = context.watermark;
  CompactLog(context);
  return Added::kApplied;
}

void Interaction::Advance(const FoldContext& context, Contributions* out, uint64_t* restated) {
  const Timer timer = PendingTimer(context.rules);
  if (skipped_timer_ < context.watermark) {
    Refold(context, nullptr, out, restated);
  } else if (timer.due < context.watermark) {
    Gauges before(state_);
    SlaNotices notices;
    Fold fold(&state_, context.rules, out, &notices);
    fold.KeepClockGauges(&before.clocks);
    KeepTimer(fold.FireBefore(context.watermark), context.rules);
    Say(notices, context);
    PublishChange(&before, state_, state_, out);
  }
  folded_watermark_ = std::max(folded_watermark_, context.watermark);
}

bool Interaction::ForgottenAt(const RuleBook& rules, EventTime highest) const {
  return state_.ended() && highest > state_.ended_at + rules.At(state_.ended_at).retention * 2;
}

bool Interaction::Expired(const FoldContext& context) const {
  if (!state_.ended() || tombstone_) return false;
  // By the highest event time as well: bounds are decided by events, and the wall may be ahead.
  const EventTime reached = std::min(context.watermark, context.highest);
  return reached > state_.ended_at + context.rules.At(state_.ended_at).retention;
}

void Interaction::BecomeTombstone() {
  InteractionState rest;
  rest.kind = state_.kind;
  rest.created = true;
  rest.end = state_.end;
  rest.ended_at = state_.ended_at;
  state_ = std::move(rest);
  timer_known_by_ = 0;
  log_ = {};
  base_.reset();
  customers_ = {};
  alerts_.reset();
  fact_customer_ = 0;
  skipped_timer_ = EventTime::Max();
  clean_chunks_ = 0;
  tombstone_ = true;
}

template <class Step>
EventTime Interaction::FoldAll(const RuleBook& rules, EventTime watermark, InteractionState* state,
                               Contributions* out, SlaNotices* notices, Step step) const {
  if (base_) *state = base_->state;
  EventTime skipped = EventTime::Max();
  Fold fold(state, rules, out, notices);
  const auto fired = [&step](const Timer& timer) { step(nullptr, timer); };
  log_.ForEach([&](const LogEntry& entry) {
    fold.FireBefore(std::min(entry.time(), watermark), fired);
    skipped = std::min(skipped, SkippedBefore(NextTimer(*state, rules), entry.time()));
    fold.Apply(entry);
    step(&entry, Timer());
  });
  fold.FireBefore(watermark, fired);
  return skipped;
}

InteractionState Interaction::Replay(const RuleBook& rules, EventTime watermark,
                                     const std::function<void(const ReplayStep&)>& visit) const {
  InteractionState state;
  Contributions counted;
  SlaNotices said;
  const auto step = [&](const LogEntry* entry, const Timer& timer) {
    visit({.at = entry != nullptr ? entry->time() : timer.due,
           .entry = entry,
           .timer = timer,
           .after = state,
           .counted = counted});
    counted.clear();
  };
  FoldAll(rules, watermark, &state, &counted, &said, step);
  return state;
}

void Interaction::Refold(const FoldContext& context, const LogEntry* extra, Contributions* out,
                         uint64_t* restated) {
  Contributions before, after;
  SlaNotices said, say;
  InteractionState old_state, new_state;
  const auto unseen = [](const LogEntry*, const Timer&) {};
  FoldAll(context.rules, folded_watermark_, &old_state, &before, &said, unseen);
  if (extra != nullptr) Insert(*extra);
  skipped_timer_ = FoldAll(context.rules, context.watermark, &new_state, &after, &say, unseen);
  *restated += Restate(&before, &after, out);
  SayAnew(said, say, context);
  Gauges before_refold(state_);
  before_refold.clocks.Take(state_);
  PublishChange(&before_refold, state_, new_state, out);
  state_ = std::move(new_state);
  timer_known_by_ = 0;
}

void Interaction::Say(const SlaNotices& notices, const FoldContext& context) {
  if (notices.empty()) return;
  if (alerts_ == nullptr) alerts_ = std::make_unique<AlertLog>();
  for (const SlaNotice& n : notices) alerts_->Add(n, n.at > context.complete_until);
}

void Interaction::SayAnew(const SlaNotices& before, const SlaNotices& after,
                          const FoldContext& context) {
  const auto lacks = [](const SlaNotices& list, const SlaNotice& wanted) {
    return std::none_of(list.begin(), list.end(),
                        [&wanted](const SlaNotice& n) { return n.IsSame(wanted); });
  };
  SlaNotices anew;
  std::copy_if(after.begin(), after.end(), std::back_inserter(anew),
               [&](const SlaNotice& n) { return lacks(before, n); });
  for (const SlaNotice& n : before) {
    if (alerts_ != nullptr && lacks(after, n)) alerts_->Retract(n);
  }
  Say(anew, context);
}

const Timer& Interaction::PendingTimer(const RuleBook& rules) const {
  if (timer_known_by_ != rules.generation()) KeepTimer(NextTimer(state_, rules), rules);
  return timer_;
}

void Interaction::KeepTimer(Timer timer, const RuleBook& rules) const {
  timer_ = timer;
  timer_known_by_ = rules.generation();
}

uint16_t Interaction::CustomerIndex(std::string_view customer) {
  if (customer.empty()) return 0;
  const auto it = std::find(customers_.begin(), customers_.end(), customer);
  if (it != customers_.end()) return static_cast<uint16_t>(it - customers_.begin() + 1);
  // A contact that names 65,535 customers keeps talking about the last of them.
  if (customers_.size() < UINT16_MAX) customers_.emplace_back(customer);
  return static_cast<uint16_t>(customers_.size());
}

void Interaction::CompactLog(const FoldContext& context) {
  if (log_.size() <= context.rules.At(state_.last_event_at).max_log_entries) return;
  std::vector<LogEntry> oldest = log_.Entries();
  size_t n = oldest.size() / 2;
  while (n > 0 && oldest[n - 1].time() >= context.base_limit) --n;
  if (n == 0) return;
  oldest.resize(n);

  auto base = base_ ? std::move(base_) : std::make_unique<Base>();
  Contributions published;  // long since
  SlaNotices said;
  Fold fold(&base->state, context.rules, &published, &said);
  for (const LogEntry& entry : oldest) {
    fold.FireBefore(entry.time());
    fold.Apply(entry);
  }
  base->until = oldest.back().order();
  if (alerts_ != nullptr) alerts_->ForgetBefore(oldest.back().time());
  base_ = std::move(base);
  log_.EraseFirst(n);
  clean_chunks_ = 0;
}

EventTime Interaction::NextWake(const RuleBook& rules) const {
  const EventTime due = std::min(skipped_timer_, PendingTimer(rules).due);
  if (due != EventTime::Max() || !state_.ended()) return due;
  const Duration retention = rules.At(state_.ended_at).retention;
  return state_.ended_at + (tombstone_ ? retention * 2 : retention);
}

bool Interaction::Forgotten(const RuleBook& rules, EventTime reached) const {
  return tombstone_ && ForgottenAt(rules, reached);
}

std::optional<Interaction::Waiting> Interaction::waiting() const {
  if (!state_.entry.open || state_.ended()) return std::nullopt;
  return Waiting{.scope = WaitingScope(state_), .since = state_.entry.since};
}

size_t Interaction::memory_bytes() const {
  size_t bytes = sizeof(*this) + log_.heap_bytes() + state_.heap_bytes() +
                 customers_.capacity() * sizeof(std::string);
  if (base_) bytes += sizeof(Base) + base_->state.heap_bytes();
  if (alerts_) bytes += sizeof(AlertLog) + alerts_->heap_bytes();
  return bytes;
}

}  // namespace touchline::domain
