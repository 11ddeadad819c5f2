#include "domain/journey/customer.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace touchline::domain {
namespace {

constexpr Duration kWaitingPiece = Duration::Minutes(5);
constexpr uint8_t kAnyReason = 0, kSameReason = 1;

bool Before(const JourneyContact& a, const JourneyContact& b) {
  return std::tie(a.start, a.kind, a.id, a.birth) < std::tie(b.start, b.kind, b.id, b.birth);
}

bool Eligible(const JourneyContact& c) { return c.initiator == Party::kCustomer && !c.linked; }

// From the predecessor's end to the start; nullopt if it is still open or overlaps.
std::optional<Duration> Gap(const JourneyContact& predecessor, const JourneyContact& contact) {
  if (!predecessor.end || *predecessor.end > contact.start) return std::nullopt;
  return contact.start - *predecessor.end;
}

int64_t WaitingPieces(const JourneyContact& c) {
  if (c.kind == Kind::kTicket) return 0;
  const int64_t piece = kWaitingPiece.millis();
  return (c.waited.millis() + piece - 1) / piece;
}

// Whether both are about the same contact.
template <class A, class B>
bool IsSame(const A& a, const B& b) {
  return a.birth == b.birth && a.kind == b.kind && a.id == b.id;
}

// How many counters and histogram cells the changes from `first` on take something back from. What
// facts add is news; an effort or a repeat that goes again is a correction.
uint64_t Withdrawals(const Contributions& changes, size_t first) {
  uint64_t count = 0;
  for (size_t i = first; i < changes.size(); ++i) {
    const Contribution& c = changes[i];
    const bool is_total = c.rows == Rows::kTotalOnly && c.value < 0;
    if (is_total && Spec(c.cell.metric).type != MetricType::kGauge) ++count;
  }
  return count;
}

}  // namespace

EventTime Customer::Journey::CloseDue(const RuleBook& rules) const {
  return open ? EventTime::Max() : last_end + rules.At(last_end).journey_quiet_period;
}

Customer::Taken Customer::Take(const ContactFact& fact, const JourneyContext& context,
                               SymbolTable* symbols, Contributions* out, uint64_t* restated) {
  Advance(context, out);
  const auto same = [&fact](const auto& c) { return IsSame(c, fact); };
  const auto known = std::find_if(contacts_.begin(), contacts_.end(), same);
  const auto gone = std::find_if(withdrawn_.begin(), withdrawn_.end(), same);
  if (known != contacts_.end() && fact.revision <= known->revision) return Taken::kStale;
  if (gone != withdrawn_.end() && fact.revision <= gone->revision) return Taken::kStale;
  if (!fact.withdrawn && base_ && fact.start <= base_->until) return Taken::kTooLate;

  context.room.before.clear();
  Contribute(context.rules, folded_watermark_, &context.room.before);
  if (gone != withdrawn_.end()) withdrawn_.erase(gone);
  if (fact.withdrawn) {
    if (known != contacts_.end()) contacts_.erase(known);
    withdrawn_.push_back(
        {.kind = fact.kind, .id = std::string(fact.id), .birth = fact.birth,
         .revision = fact.revision, .at = context.watermark});
  } else {
    Put(known != contacts_.end() ? &*known : nullptr, fact, symbols);
  }
  folded_watermark_ = context.watermark;
  const size_t first = out->size();
  Publish(context, out);
  *restated += Withdrawals(*out, first);
  Forget(context.rules, context.watermark, out);
  return Taken::kApplied;
}

bool Customer::Has(const ContactFact& fact) const {
  return std::any_of(contacts_.begin(), contacts_.end(),
                     [&fact](const JourneyContact& c) { return IsSame(c, fact); });
}

void Customer::MoveTo(Customer* other, EventTime until, const JourneyContext& context,
                      Contributions* out, uint64_t* restated) {
  Advance(context, out);
  other->Advance(context, out);
  context.room.before.clear();
  Contribute(context.rules, context.watermark, &context.room.before);
  other->Contribute(context.rules, context.watermark, &context.room.before);
  while (!contacts_.empty() && contacts_.front().start <= until) {
    other->TakeOver(std::move(contacts_.front()));
    contacts_.erase(contacts_.begin());
  }
  for (Withdrawn& w : std::exchange(withdrawn_, {})) other->TakeOver(std::move(w));
  // A base that does not stand before all his contacts would shut the older ones out.
  const auto stands_before_all = [other](EventTime t) {
    return other->contacts_.empty() || other->contacts_.front().start > t;
  };
  if (base_ && base_->until <= until) {
    const bool is_newer = !other->base_ || other->base_->until < base_->until;
    if (is_newer && stands_before_all(base_->until)) other->base_ = std::move(base_);
    base_.reset();
  } else if (base_ && stands_before_all(until)) {
    // All that began until then has been forgotten here, and must not begin anew there.
    if (!other->base_) other->base_ = std::make_unique<Base>();
    other->base_->until = std::max(other->base_->until, until);
  }
  context.room.after.clear();
  Contribute(context.rules, context.watermark, &context.room.after);
  other->Contribute(context.rules, context.watermark, &context.room.after);
  const size_t first = out->size();
  Restate(&context.room.before, &context.room.after, out);
  *restated += Withdrawals(*out, first);
  Forget(context.rules, context.watermark, out);
  other->Forget(context.rules, context.watermark, out);
}

template <class Newer>
bool Customer::DropOlder(const Newer& newer) {
  const auto same = [&newer](const auto& c) { return IsSame(c, newer); };
  const auto known = std::find_if(contacts_.begin(), contacts_.end(), same);
  const auto gone = std::find_if(withdrawn_.begin(), withdrawn_.end(), same);
  if (known != contacts_.end() && newer.revision <= known->revision) return false;
  if (gone != withdrawn_.end() && newer.revision <= gone->revision) return false;
  if (known != contacts_.end()) contacts_.erase(known);
  if (gone != withdrawn_.end()) withdrawn_.erase(gone);
  return true;
}

void Customer::TakeOver(JourneyContact contact) {
  if (!DropOlder(contact)) return;
  const auto place = std::upper_bound(contacts_.begin(), contacts_.end(), contact, Before);
  contacts_.insert(place, std::move(contact));
}

void Customer::TakeOver(Withdrawn withdrawn) {
  if (DropOlder(withdrawn)) withdrawn_.push_back(std::move(withdrawn));
}

void Customer::Put(JourneyContact* known, const ContactFact& fact, SymbolTable* symbols) {
  // Its place depends on what is the same in all its facts, and on its start.
  if (known != nullptr && known->start == fact.start) return known->Assign(fact, symbols);
  if (known != nullptr) contacts_.erase(contacts_.begin() + (known - contacts_.data()));
  JourneyContact contact;
  contact.Assign(fact, symbols);
  const auto place = std::upper_bound(contacts_.begin(), contacts_.end(), contact, Before);
  contacts_.insert(place, std::move(contact));
}

void Customer::Advance(const JourneyContext& context, Contributions* out) {
  if (context.watermark <= folded_watermark_) return;
  if (NextWake(context.rules) < context.watermark) {
    context.room.before.clear();
    Contribute(context.rules, folded_watermark_, &context.room.before);
    Publish(context, out);
    Forget(context.rules, context.watermark, out);
  }
  folded_watermark_ = context.watermark;
}

void Customer::Publish(const JourneyContext& context, Contributions* out) const {
  context.room.after.clear();
  Contribute(context.rules, context.watermark, &context.room.after);
  Restate(&context.room.before, &context.room.after, out);
}

Customer::Journey Customer::JourneyFrom(size_t begin, const RuleBook& rules) const {
  Journey journey = {.begin = begin, .end = begin, .open = false, .last_end = EventTime::Min()};
  do {
    const JourneyContact& c = contacts_[journey.end++];
    journey.open = journey.open || !c.end;
    if (c.end) journey.last_end = std::max(journey.last_end, *c.end);
  } while (journey.end < contacts_.size() &&
           journey.CloseDue(rules) >= contacts_[journey.end].start);
  return journey;
}

void Customer::Contribute(const RuleBook& rules, EventTime watermark, Contributions* out) const {
  const JourneyContact* predecessor = base_ && base_->has_contact ? &base_->last : nullptr;
  for (size_t begin = 0; begin < contacts_.size();) {
    const Journey journey = JourneyFrom(begin, rules);
    begin = journey.end;
    const JourneyContact& first = contacts_[journey.begin];
    Scope scope = {.kind = ScopeKind::kJourney};
    scope.partner = first.first_partner;
    for (size_t i = journey.begin; i < journey.end; ++i) {
      if (contacts_[i].segment != 0) scope.subject = contacts_[i].segment;
    }
    bool same_journey = false;
    for (size_t i = journey.begin; i < journey.end; ++i) {
      ContributeContact(contacts_[i], rules, predecessor, same_journey, scope, out);
      if (!Eligible(contacts_[i])) continue;
      predecessor = &contacts_[i];
      same_journey = true;
    }
    const EventTime due = journey.CloseDue(rules);
    if (due >= watermark) {
      Count(out, scope, MetricId::kJourneysOpen, 0, EventTime());
      continue;
    }
    Observe(out, scope, MetricId::kJourneyContacts, 0, due,
            static_cast<int64_t>(journey.end - journey.begin));
    Observe(out, scope, MetricId::kJourneySeconds, 0, due,
            (journey.last_end - first.start).millis());
  }
}

void Customer::ContributeContact(const JourneyContact& c, const RuleBook& rules,
                                 const JourneyContact* predecessor, bool same_journey,
                                 const Scope& of_journey, Contributions* out) const {
  const RuleSet& set = rules.At(c.start);
  const auto points = [&](EffortDriver driver, int64_t times, int64_t weight) {
    if (times * weight == 0) return;
    Count(out, of_journey, MetricId::kEffortPoints, static_cast<uint8_t>(driver), c.start,
          times * weight);
  };
  points(EffortDriver::kWaiting, WaitingPieces(c), set.effort.waiting_milli);
  points(EffortDriver::kTransfer, c.transfers, set.effort.transfer_milli);
  points(EffortDriver::kReopening, c.reopenings, set.effort.reopening_milli);
  points(EffortDriver::kAbandoned, c.abandoned ? 1 : 0, set.effort.abandoned_milli);
  points(EffortDriver::kRepeatedInfo, c.repeated_info, set.effort.repeated_info_milli);
  if (!Eligible(c) || predecessor == nullptr) return;

  Scope of_contact = of_journey;
  of_contact.partner = c.partner;
  if (const auto gap = Gap(*predecessor, c)) {
    const bool same = c.reason != 0 && c.reason == predecessor->reason;
    for (uint8_t w = 0; w < kRepeatWithinDays.size(); ++w) {
      if (*gap > Duration::Days(kRepeatWithinDays[w])) continue;
      const MetricSpec& spec = Spec(MetricId::kRepeatContacts);
      const uint8_t any[] = {w, kAnyReason};
      const uint8_t equal[] = {w, kSameReason};
      Count(out, of_contact, MetricId::kRepeatContacts, ClosedIndex(spec, any), c.start);
      if (same) {
        Count(out, of_contact, MetricId::kRepeatContacts, ClosedIndex(spec, equal), c.start);
      }
    }
    if (*gap <= set.effort_repeat_within) {
      points(EffortDriver::kRepeatContact, 1, set.effort.repeat_contact_milli);
    }
  }
  if (same_journey && predecessor->channel != c.channel) {
    const uint8_t from_to[] = {static_cast<uint8_t>(predecessor->channel),
                               static_cast<uint8_t>(c.channel)};
    Count(out, of_contact, MetricId::kChannelSwitches,
          ClosedIndex(Spec(MetricId::kChannelSwitches), from_to), c.start);
    points(EffortDriver::kChannelSwitch, 1, set.effort.channel_switch_milli);
  }
}

void Customer::Forget(const RuleBook& rules, EventTime watermark, Contributions* out) {
  const auto kept = [&](EventTime since) { return since + rules.At(since).journey_retention; };
  while (!contacts_.empty()) {
    const Journey oldest = JourneyFrom(0, rules);
    if (oldest.open || kept(oldest.last_end) >= watermark) break;
    for (size_t i = oldest.begin; i < oldest.end; ++i) MoveOldestToBase();
  }
  // A customer with more contacts than the bound: the oldest leave with what they have published;
  // only the gauge, which must come down again one day, is kept right.
  while (contacts_.size() > rules.latest().max_contacts_per_journey) {
    Contributions before, after, changes;
    Contribute(rules, watermark, &before);
    MoveOldestToBase();
    Contribute(rules, watermark, &after);
    Restate(&before, &after, &changes);
    for (const Contribution& c : changes) {
      if (Spec(c.cell.metric).type == MetricType::kGauge) out->push_back(c);
    }
  }
  std::erase_if(withdrawn_, [&](const Withdrawn& w) { return kept(w.at) < watermark; });
  if (contacts_.empty() && base_ && BaseDue(rules) < watermark) base_.reset();
}

void Customer::MoveOldestToBase() {
  if (!base_) base_ = std::make_unique<Base>();
  JourneyContact& oldest = contacts_.front();
  base_->until = oldest.start;
  if (Eligible(oldest)) {
    base_->last = std::move(oldest);
    base_->has_contact = true;
  }
  contacts_.erase(contacts_.begin());
}

EventTime Customer::BaseDue(const RuleBook& rules) const {
  return base_->until + rules.At(base_->until).journey_retention * 2;
}

EventTime Customer::NextWake(const RuleBook& rules) const {
  EventTime wake = EventTime::Max();
  const auto consider = [&wake](EventTime t) { wake = std::min(wake, t); };
  for (size_t begin = 0; begin < contacts_.size();) {
    const Journey journey = JourneyFrom(begin, rules);
    begin = journey.end;
    const EventTime due = journey.CloseDue(rules);
    if (due >= folded_watermark_) {
      consider(due);
    } else {
      consider(journey.last_end + rules.At(journey.last_end).journey_retention);
    }
  }
  if (contacts_.empty() && base_) consider(BaseDue(rules));
  for (const Withdrawn& w : withdrawn_) {
    if (w.at != EventTime::Min()) consider(w.at + rules.At(w.at).journey_retention);
  }
  return wake;
}

size_t Customer::memory_bytes() const {
  size_t bytes = sizeof(*this) + HeapBytes(contacts_) + withdrawn_.capacity() * sizeof(Withdrawn);
  // Most ids do not fit into their string objects.
  for (const JourneyContact& c : contacts_) bytes += c.id.size();
  for (const Withdrawn& w : withdrawn_) bytes += w.id.size();
  if (base_) bytes += sizeof(Base) + base_->last.id.size();
  return bytes;
}

void Customer::Encode(RecordWriter* out) const {
  out->Time(folded_watermark_);
  out->Varint(contacts_.size());
  for (const JourneyContact& c : contacts_) c.Encode(out);
  out->Varint(withdrawn_.size());
  for (const Withdrawn& w : withdrawn_) {
    out->U8(static_cast<uint8_t>(w.kind));
    out->String(w.id);
    out->Varint(w.birth);
    out->Varint(w.revision);
    out->Time(w.at);
  }
  out->Bool(base_ != nullptr);
  if (!base_) return;
  out->Time(base_->until);
  out->Bool(base_->has_contact);
  base_->last.Encode(out);
}

bool Customer::Decode(ByteReader* in) {
  *this = Customer();
  folded_watermark_ = in->Time();
  for (uint64_t n = in->Varint(); n > 0; --n) {
    if (!contacts_.emplace_back().Decode(in)) return false;
  }
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    Withdrawn& w = withdrawn_.emplace_back();
    w.kind = static_cast<Kind>(in->U8());
    w.id = in->String();
    w.birth = in->Varint();
    w.revision = in->Varint();
    w.at = in->Time();
  }
  if (in->Bool()) {
    base_ = std::make_unique<Base>();
    base_->until = in->Time();
    base_->has_contact = in->Bool();
    if (!base_->last.Decode(in)) return false;
  }
  return in->ok();
}

}  // namespace touchline::domain
