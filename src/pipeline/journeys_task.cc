#include "pipeline/journeys_task.h"

#include <algorithm>
#include <utility>

#include "pipeline/customer_key.h"
#include "pipeline/look_ahead.h"

namespace touchline::pipeline {

JourneysTask::JourneysTask(TaskOptions options, std::vector<std::string> upstream,
                           TaskEnvironment environment)
    : Task(std::move(options), environment),
      configured_(std::move(upstream)),
      state_(options_.key, environment.reader),
      forgotten_(options_.key) {}

Status JourneysTask::RestoreStage() {
  const std::string prefix = TablePrefix(options_.key, Table::kUpstream);
  bool good = true;
  auto status = env_.reader->Scan(
      prefix, PrefixEnd(prefix), [&](std::string_view key, std::string_view value) {
        Upstream& upstream = upstream_[std::string(key.substr(prefix.size()))];
        ByteReader in(value);
        upstream.sequence = in.Varint();
        upstream.heard = in.Bool();
        good = DecodeWatermark(in.rest(), &upstream.note);
        return good;
      });
  if (status && !good) {
    return Fatal("what a journeys task knows of its senders is damaged",
                 ExitCode::kStateUnreadable);
  }
  watermark_.RaiseTo(LeastWatermark());
  if (status) status = forgotten_.Restore(env_.reader);
  return status ? state_.Restore(last_seal()) : status;
}

Status JourneysTask::Apply(const SourceRecord& record, WallTime) {
  InternalRecord internal;
  if (!DecodeInternal(record.payload, &internal)) {
    Reject(record, domain::RejectReason::kBadValue, "not a record of an internal topic");
    return {};
  }
  const bool has_facts = internal.kind == InternalKind::kContactFacts;
  if (has_facts && !DecodeFacts(internal.body, &facts_)) {
    Reject(record, domain::RejectReason::kBadValue, "not a contact fact");
    return {};
  }
  auto it = upstream_.find(internal.upstream);
  if (it == upstream_.end()) it = upstream_.emplace(internal.upstream, Upstream()).first;
  Upstream& upstream = it->second;
  if (internal.sequence <= upstream.sequence) {
    const size_t told = has_facts ? facts_.size() : 1;
    for (size_t i = 0; i < told; ++i) CountRecord(domain::ApplyResult::kDuplicate);
    return {};
  }
  upstream.sequence = internal.sequence;
  upstream.dirty = true;
  if (has_facts) return TakeFacts();

  if (internal.kind == InternalKind::kForgotten) {
    ForgottenCustomer forgotten;
    if (!DecodeForgotten(internal.body, &forgotten) || !NamesCustomer(forgotten.key)) {
      Reject(record, domain::RejectReason::kBadValue, "not a customer to be forgotten");
      return {};
    }
    CountRecord(domain::ApplyResult::kApplied);
    return TakeForgotten(forgotten);
  }
  WatermarkNote note;
  if (!DecodeWatermark(internal.body, &note)) {
    Reject(record, domain::RejectReason::kBadValue, "not a watermark");
    return {};
  }
  upstream.heard = true;
  upstream.note = note;
  watermark_.RaiseTo(LeastWatermark());
  CountRecord(domain::ApplyResult::kApplied);
  return {};
}

EventTime JourneysTask::LeastWatermark() const {
  EventTime least = EventTime::Max();
  EventTime greatest = EventTime::Min();
  bool all_final = true;
  for (const std::string& name : configured_) {
    const auto it = upstream_.find(name);
    if (it == upstream_.end() || !it->second.heard) return EventTime::Min();
    const WatermarkNote& note = it->second.note;
    greatest = std::max(greatest, note.watermark);
    if (note.is_final) continue;
    all_final = false;
    least = std::min(least, note.watermark);
  }
  return all_final ? greatest : least;
}

Status JourneysTask::TakeFacts() {
  return TakeLookingAhead(
      facts_.size(),
      [this](size_t i, Hint* hint) { state_.Foresee(facts_[i].key, hint); },
      [this](size_t, Hint* hint) { state_.Expect(hint); },
      [this](size_t, const Hint& hint) { state_.ExpectSoon(hint); },
      [this](size_t i, const Hint& hint) {
        return TakeFact(facts_[i].key, facts_[i].fact, hint);
      });
}

Status JourneysTask::TakeFact(std::string_view key, const domain::ContactFact& fact,
                              const Hint& hint) {
  auto owner = OwnerOf(key, fact);
  if (!owner) return tl::unexpected(owner.error());
  auto entity = state_.FindOrCreate(*owner, hint);
  if (!entity) return tl::unexpected(entity.error());
  switch (TakeInto(*entity, fact)) {
    case domain::Customer::Taken::kApplied:
      CountRecord(domain::ApplyResult::kApplied);
      return {};
    case domain::Customer::Taken::kStale:
      CountRecord(domain::ApplyResult::kDuplicate);
      return {};
    case domain::Customer::Taken::kTooLate:
      break;
  }
  CountRecord(domain::ApplyResult::kIgnoredTooLate);
  return {};
}

bool JourneysTask::IsToBeForgotten(std::string_view key) const {
  return !forgotten_.empty() && NamesCustomer(key) && forgotten_.Until(key) != EventTime::Min();
}

Result<std::string_view> JourneysTask::OwnerOf(std::string_view key,
                                               const domain::ContactFact& fact) {
  if (!IsToBeForgotten(key)) return key;
  AssignPseudonymKey(key, &pseudonym_key_);
  if (fact.withdrawn) {  // which does not say when the contact began
    const auto unnamed = state_.Find(pseudonym_key_);
    if (!unnamed) return tl::unexpected(unnamed.error());
    return *unnamed != nullptr && (*unnamed)->value.customer.Has(fact) ? pseudonym_key_ : key;
  }
  if (fact.start > forgotten_.Until(key)) return key;
  // It may have seemed to begin later, and been left to him then.
  const auto named = state_.Find(key);
  if (!named) return tl::unexpected(named.error());
  if (*named != nullptr && (*named)->value.customer.Has(fact)) {
    domain::ContactFact withdrawn;
    withdrawn.kind = fact.kind;
    withdrawn.id = fact.id;
    withdrawn.birth = fact.birth;
    withdrawn.revision = fact.revision;
    withdrawn.withdrawn = true;
    TakeInto(*named, withdrawn);
  }
  return pseudonym_key_;
}

domain::Customer::Taken JourneysTask::TakeInto(State::Entity* entity,
                                               const domain::ContactFact& fact) {
  domain::Customer& customer = entity->value.customer;
  uint64_t restated = 0;
  const auto taken = customer.Take(fact, Context(), &symbols_, &contributions_, &restated);
  // What was withdrawn from him would keep his name.
  if (fact.withdrawn && IsToBeForgotten(entity->key)) customer.DropWithdrawn();
  Keep(entity);
  Publish(restated);
  return taken;
}

Status JourneysTask::TakeForgotten(const ForgottenCustomer& forgotten) {
  const ForgottenNote note = {.customer = HashOfCustomer(forgotten.key),
                              .until = forgotten.until};
  if (!forgotten_.Add(note)) return {};
  // Facts find their owner from now on: there is nothing more to look for.
  forgotten_.BeginSweep();
  forgotten_.EndSweep();
  const auto named = state_.Find(forgotten.key);
  if (!named) return tl::unexpected(named.error());
  if (*named == nullptr) return {};
  AssignPseudonymKey(forgotten.key, &pseudonym_key_);
  const auto unnamed = state_.FindOrCreate(pseudonym_key_);
  if (!unnamed) return tl::unexpected(unnamed.error());
  uint64_t restated = 0;
  (*named)->value.customer.MoveTo(&(*unnamed)->value.customer, forgotten.until, Context(),
                                  &contributions_, &restated);
  Keep(*named);
  Keep(*unnamed);
  Publish(restated);
  return {};
}

void JourneysTask::Keep(State::Entity* entity) {
  const domain::Customer& customer = entity->value.customer;
  if (customer.Forgotten() && IsToBeForgotten(entity->key)) {
    state_.RemoveTraces(entity);
  } else if (customer.Forgotten()) {
    state_.Remove(entity);
  } else {
    state_.Touch(entity, Ahead(customer.NextWake(*rules_)));
  }
}

Status JourneysTask::FireTimers() {
  while (true) {
    auto due = state_.NextDue(watermark_.value());
    if (!due) return tl::unexpected(due.error());
    if (*due == nullptr) return {};
    domain::Customer& customer = (*due)->value.customer;
    customer.Advance(Context(), &contributions_);
    Changed();
    Publish(0);
    Keep(*due);
  }
}

Status JourneysTask::Seal(uint64_t seal, WallTime now, SealedBatch* batch, Release* release) {
  if (auto s = FireDue(); !s) return s;
  for (auto& [name, upstream] : upstream_) {
    if (!upstream.dirty) continue;
    upstream.dirty = false;
    std::string value;
    ByteWriter out(&value);
    out.Varint(upstream.sequence);
    out.Bool(upstream.heard);
    EncodeWatermark(upstream.note, &out);
    batch->Put(TableKey(options_.key, Table::kUpstream, name), value);
  }
  forgotten_.Seal(batch);
  if (auto s = state_.EraseTraces(batch); !s) return s;
  state_.Seal(seal, batch, [](State::Entity*) {});
  return Task::Seal(seal, now, batch, release);
}

void JourneysTask::Durable(uint64_t seal, size_t cache_bytes) {
  Task::Durable(seal, cache_bytes);
  state_.Durable(seal, cache_bytes);
}

}  // namespace touchline::pipeline
