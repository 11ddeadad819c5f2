#include "pipeline/interactions_task.h"

#include <algorithm>
#include <utility>

#include "domain/pseudonym.h"
#include "pipeline/customer_key.h"

namespace touchline::pipeline {
namespace {

constexpr Duration kNoteInterval = Duration::Seconds(1);

// The first byte of an interaction's key tells its kind.
std::string_view IdOf(std::string_view key) { return key.substr(1); }

}  // namespace

InteractionsTask::InteractionsTask(TaskOptions options, InteractionsOptions stage,
                                   TaskEnvironment environment, Decoder* decoder)
    : Task(std::move(options), environment),
      stage_(std::move(stage)),
      decoder_(*decoder),
      state_(options_.key, environment.reader),
      forgotten_(options_.key),
      sweep_(options_.key, environment.reader),
      journeys_({.upstream = options_.topic + "/" + std::to_string(options_.partition),
                 .name_space = stage_.name_space,
                 .topic = stage_.contacts_topic,
                 .partitions = stage_.contacts_partitions},
                &outbox_) {
  if (options_.time.mode == TimeMode::kLive) {
    source_stats_ = &env_.stats->sources.Of(options_.source_alias);
  }
}

void InteractionsTask::Entity::Save(EntityParts* parts) {
  interaction.Save(
      &parts->record,
      [parts](uint32_t i, std::string_view bytes) { parts->put_chunks.emplace_back(i, bytes); },
      [parts](uint32_t i) { parts->drop_chunks.push_back(i); });
}

Status InteractionsTask::RestoreStage() {
  if (auto s = forgotten_.Restore(env_.reader); !s) return s;
  env_.stats->to_forget.fetch_add(forgotten_.unswept(), std::memory_order_relaxed);
  return state_.Restore(last_seal());
}

Status InteractionsTask::Apply(const SourceRecord& record, WallTime now) {
  if (domain::Event* const event = TakeReadAhead(record)) return ApplyEvent(record, event, now);
  switch (decoder_.Decode(record, &event_, &error_)) {
    case DecodeStatus::kRejected:
      Reject(record, error_.reason, error_.detail);
      return {};
    case DecodeStatus::kUnknownType:
      CountRecord(domain::ApplyResult::kIgnoredUnknownType);
      return {};
    case DecodeStatus::kEvent:
      break;
  }
  return ApplyEvent(record, &event_, now);
}

void InteractionsTask::ReadAhead(std::span<const SourceRecord> records) {
  read_begin_ = read_end_ = 0;
  for (const SourceRecord& record : records) {
    Read& read = read_[read_end_];
    if (!decoder_.DecodeAhead(record, &read.event)) continue;
    read.offset = record.offset;
    read.payload = record.payload.data();
    ++read_end_;
  }
}

domain::Event* InteractionsTask::TakeReadAhead(const SourceRecord& record) {
  // Those that were dropped, for they had come before, are passed over.
  while (read_begin_ < read_end_ && read_[read_begin_].offset < record.offset) ++read_begin_;
  if (read_begin_ == read_end_) return nullptr;
  Read& next = read_[read_begin_];
  if (next.offset != record.offset || next.payload != record.payload.data()) return nullptr;
  ++read_begin_;
  return &next.event;
}

Status InteractionsTask::ApplyEvent(const SourceRecord& record, domain::Event* event,
                                    WallTime now) {
  const auto partner = stage_.partner.PartnerOf(*event);
  if (!partner) {
    Reject(record, domain::RejectReason::kPartnerNotAllowed,
                  "partner: not one that this topic may speak for");
    return {};
  }
  event->partner = *partner;
  const EventTime highest_before = watermark_.highest();
  const EventTime time = event->time();
  const bool late = time < watermark_.value();
  watermark_.Saw(time, now);
  if (source_stats_ != nullptr) seen_.Observe(now.millis() - time.millis(), *source_stats_);
  if (event->type == domain::EventType::kSourceHeartbeat) {
    if (event->complete_until_ns) {
      watermark_.Heartbeat(symbols_.Intern(event->source),
                           EventTime::FromMillis(*event->complete_until_ns / 1'000'000),
                           event->is_final);
    }
    CountRecord(domain::ApplyResult::kApplied);
    return {};
  }
  if (event->type == domain::EventType::kCustomerForgotten) {
    TakeForgotten(*event);
    CountRecord(domain::ApplyResult::kApplied);
    return {};
  }
  const auto kind = domain::KindOf(event->type);
  if (!kind) {
    CountRecord(domain::ApplyResult::kIgnoredOtherStage);
    return {};
  }

  AssignInteractionKey(*kind, event->subject, &key_);
  auto entity = state_.FindOrCreate(key_, hint());
  if (!entity) return tl::unexpected(entity.error());
  if (auto s = Fold(*entity, *event, highest_before); !s) return s;
  if (!late) return {};
  const domain::Scope scope = {.kind = domain::ScopeKind::kSource,
                               .subject = symbols_.Intern(options_.source_alias)};
  domain::Count(&contributions_, scope, domain::MetricId::kLateEvents, 0, EventTime());
  Publish(0);
  return {};
}

domain::FoldContext InteractionsTask::Context(EventTime highest) const {
  return {.rules = *rules_,
          .watermark = watermark_.value(),
          .highest = highest,
          .base_limit = std::min(highest - watermark_.skew(), watermark_.value()),
          .complete_until = watermark_.complete_until().value_or(EventTime::Max())};
}

Status InteractionsTask::Fold(State::Entity* entity, const domain::Event& event,
                              EventTime highest_before) {
  domain::Interaction& interaction = entity->value.interaction;
  const domain::LogEntry entry = domain::MakeLogEntry(event, &symbols_);
  const auto waiting_before = interaction.waiting();
  uint64_t restated = 0;
  // What is due may have ended the contact so long ago that this event begins another one.
  if (entity->wake < watermark_.value()) {
    interaction.Advance(Context(highest_before), &contributions_, &restated);
  }
  EventTime began =
      interaction.state().created ? interaction.state().created_at : EventTime::Max();
  if (interaction.ForgottenAt(*rules_, highest_before)) {
    Tell(entity);
    began = EventTime::Max();
  }
  const auto added = interaction.Add(entry, CustomerOf(event, began), Context(highest_before),
                                     &contributions_, &restated);
  if (!forgotten_.empty() && interaction.state().created_at < began) ForgetIn(entity);
  PublishWaiting(waiting_before, entity);
  state_.Touch(entity, Ahead(interaction.NextWake(*rules_)));
  Publish(restated);
  switch (added) {
    case domain::Interaction::Added::kApplied:
      CountRecord(domain::ApplyResult::kApplied);
      return {};
    case domain::Interaction::Added::kDuplicate:
      CountRecord(domain::ApplyResult::kDuplicate);
      return {};
    case domain::Interaction::Added::kTooLate:
      break;
  }
  CountRecord(domain::ApplyResult::kIgnoredTooLate);
  return {};
}

void InteractionsTask::PublishWaiting(
    const std::optional<domain::Interaction::Waiting>& before, State::Entity* entity) {
  const auto after = entity->value.interaction.waiting();
  if (before == after) return;
  if (before) ledger_.StopWaiting(before->scope, before->since);
  if (after) ledger_.StartWaiting(after->scope, after->since);
  if (!entity->value.waiting_changed) waiting_changed_.push_back(entity);
  entity->value.waiting_changed = true;
}

Status InteractionsTask::FireTimers() {
  if (source_stats_ != nullptr) seen_.Tell(source_stats_);
  while (true) {
    auto due = state_.NextDue(watermark_.value());
    if (!due) return tl::unexpected(due.error());
    if (*due == nullptr) return SweepSome();
    LookAt(*due);
  }
}

void InteractionsTask::LookAt(State::Entity* entity) {
  domain::Interaction& interaction = entity->value.interaction;
  const auto waiting_before = interaction.waiting();
  uint64_t restated = 0;
  interaction.Advance(Context(watermark_.highest()), &contributions_, &restated);
  PublishWaiting(waiting_before, entity);
  Changed();
  Publish(restated);
  if (interaction.Expired(Context(watermark_.highest()))) {
    Tell(entity);
    interaction.BecomeTombstone();
  }
  const EventTime reached = std::min(watermark_.value(), watermark_.highest());
  // What is removed may come back as another contact: first its waiting row goes.
  if (interaction.Forgotten(*rules_, reached) && !entity->value.waiting_stored) {
    state_.Remove(entity);
  } else {
    state_.Touch(entity, Ahead(interaction.NextWake(*rules_)));
  }
}

// A rule set that is loaded while contacts are open brings them a change instant that their
// wake-ups do not know; a customer who is to be forgotten may be named by any contact. A million
// cannot be visited at once: when that instant has passed, or he has been heard of, they are
// visited some at a time. New rules are seen earlier by one that an event or a timer comes to.
void InteractionsTask::BeginSweep() {
  sweep_to_ = swept_rules_;
  for (size_t i = swept_rules_; i < rules_->size(); ++i) {
    if (rules_->set(i).effective_from < watermark_.value()) sweep_to_ = i + 1;
  }
  forgotten_.BeginSweep();
  const bool is_for_rules = sweep_to_ != swept_rules_ && rules_->has_policies();
  if (is_for_rules || forgotten_.is_sweeping()) sweep_.Begin(state_.YoungKeys());
}

Status InteractionsTask::SweepSome() {
  if (!sweep_.is_on()) BeginSweep();
  const bool is_for_rules = sweep_to_ != swept_rules_ && rules_->has_policies();
  if (sweep_.is_on()) {
    if (auto s = sweep_.Next(stage_.swept_at_once, &swept_keys_); !s) return s;
    for (const std::string& key : swept_keys_) {
      const auto entity = state_.Find(key);
      if (!entity) return tl::unexpected(entity.error());
      if (*entity == nullptr) continue;
      if (forgotten_.is_sweeping()) ForgetIn(*entity);
      const bool is_open = !(*entity)->value.interaction.state().ended();
      if (is_for_rules && is_open) LookAt(*entity);
    }
  }
  // What has been loaded can leave memory only after a commit.
  if (sweep_.is_on()) Changed();
  if (sweep_.is_on()) return {};
  if (sweep_to_ == swept_rules_ && !forgotten_.is_sweeping()) return {};
  swept_rules_ = sweep_to_;
  env_.stats->to_forget.fetch_sub(forgotten_.EndSweep(), std::memory_order_relaxed);
  Changed();
  return {};
}

void InteractionsTask::TakeForgotten(const domain::Event& event) {
  AssignCustomerKey(stage_.name_space, event.subject, &customer_key_);
  if (!NamesCustomer(customer_key_)) return;
  const ForgottenNote note = {.customer = HashOfCustomer(customer_key_), .until = event.time()};
  // Known: whoever told it has told the other tasks, too.
  if (!AddForgotten(note)) return;
  journeys_.SendForgotten(customer_key_, note.until);
  const std::string bytes = EncodeNote(note);
  const std::string partition = std::to_string(options_.partition);
  const Header headers[] = {{.name = "touchline_topic", .value = options_.topic},
                            {.name = "touchline_partition", .value = partition}};
  outbox_.Add({.topic = stage_.control_topic, .partition = 0, .key = bytes, .payload = bytes,
               .headers = headers});
}

void InteractionsTask::Forget(const ForgottenNote& note) {
  if (AddForgotten(note)) Changed();
}

bool InteractionsTask::AddForgotten(const ForgottenNote& note) {
  if (!forgotten_.Add(note)) return false;
  env_.stats->to_forget.fetch_add(1, std::memory_order_relaxed);
  return true;
}

std::string_view InteractionsTask::CustomerOf(const domain::Event& event, EventTime began) {
  // A name that looks like a pseudonym would be taken for one of somebody else.
  const std::string_view name = domain::NameOfCustomer(event.customer);
  if (name.empty() || forgotten_.empty()) return name;
  AssignCustomerKey(stage_.name_space, name, &customer_key_);
  if (std::min(began, event.time()) > forgotten_.Until(customer_key_)) return name;
  pseudonym_ = PseudonymOf(customer_key_);
  return pseudonym_;
}

// Journeys move what they have of the customer to the pseudonym, by when it began. So they are told
// under his name what has been learnt of this contact, and then, by this task as well, that he is
// to be forgotten, before his name is taken from it: nothing of the pseudonym's comes before that,
// and a task that knows of him by a note alone may be the only one left to say it.
void InteractionsTask::ForgetIn(State::Entity* entity) {
  domain::Interaction& interaction = entity->value.interaction;
  const auto is_forgotten = [&](std::string_view customer) {
    if (domain::IsPseudonym(customer)) return false;
    AssignCustomerKey(stage_.name_space, customer, &customer_key_);
    return interaction.state().created_at <= forgotten_.Until(customer_key_);
  };
  const auto& customers = interaction.customers();
  if (std::none_of(customers.begin(), customers.end(), is_forgotten)) return;
  SendFacts(entity);
  interaction.RenameCustomers([&](std::string* customer) {
    if (!is_forgotten(*customer)) return;
    journeys_.SendForgotten(customer_key_, forgotten_.Until(customer_key_));
    *customer = PseudonymOf(customer_key_);
  });
  state_.Touch(entity, Ahead(interaction.NextWake(*rules_)));
  Changed();
  env_.stats->forgotten_contacts.fetch_add(1, std::memory_order_relaxed);
}

Status InteractionsTask::Seal(uint64_t seal, WallTime now, SealedBatch* batch, Release* release) {
  if (auto s = FireDue(); !s) return s;
  SealWaiting(batch);
  forgotten_.Seal(batch);
  state_.Seal(seal, batch, [this](State::Entity* entity) { Tell(entity); });
  journeys_.Flush();
  SendWatermarks(now);
  return Task::Seal(seal, now, batch, release);
}

void InteractionsTask::Tell(State::Entity* entity) {
  SendFacts(entity);
  SendAlerts(entity);
}

void InteractionsTask::SendAlerts(State::Entity* entity) {
  alerts_.clear();
  entity->value.interaction.TakeAlerts(IdOf(entity->key), symbols_, &alerts_);
  for (const domain::SlaAlert& alert : alerts_) {
    const std::string partition = std::to_string(options_.partition);
    std::vector<Header> headers;
    payload_.clear();
    env_.alerts->Encode(alert, stage_.name_space, &payload_, &headers);
    headers.push_back({.name = "touchline_topic", .value = options_.topic});
    headers.push_back({.name = "touchline_partition", .value = partition});
    outbox_.Add({.topic = stage_.alerts_topic, .partition = -1, .key = alert.id,
                 .payload = payload_, .headers = headers});
    const domain::Scope scope = {.kind = domain::ScopeKind::kSource,
                                 .subject = symbols_.Intern(options_.source_alias)};
    domain::Count(&contributions_, scope, domain::MetricId::kAlerts,
                  static_cast<uint8_t>(alert.kind), EventTime());
  }
  if (!alerts_.empty()) Publish(0);
}

void InteractionsTask::SendFacts(State::Entity* entity) {
  facts_.clear();
  entity->value.interaction.TakeFacts(IdOf(entity->key), journeys_.next_sequence(), symbols_,
                                      &facts_);
  for (const domain::ContactFact& fact : facts_) journeys_.Add(fact);
}

bool InteractionsTask::NoteIsDue(WallTime now) const {
  if (watermark_.is_final() != noted_final_) return true;
  return watermark_.value() != noted_ &&
         (notes_sent_at_ == WallTime::Min() || now >= notes_sent_at_ + kNoteInterval);
}

void InteractionsTask::SendWatermarks(WallTime now) {
  if (!NoteIsDue(now)) return;
  noted_ = watermark_.value();
  noted_final_ = watermark_.is_final();
  notes_sent_at_ = now;
  journeys_.Send({.watermark = noted_, .is_final = noted_final_});
}

void InteractionsTask::SealWaiting(SealedBatch* batch) {
  std::string value;
  for (State::Entity* entity : waiting_changed_) {
    entity->value.waiting_changed = false;
    const std::string key = TableKey(options_.key, Table::kWaiting, entity->key);
    const auto waiting = entity->value.interaction.waiting();
    const bool was_stored = std::exchange(entity->value.waiting_stored, waiting.has_value());
    if (!waiting) {
      if (was_stored) batch->Delete(key);
      continue;
    }
    value.clear();
    EncodeWaitingRow({.scope = waiting->scope, .since = waiting->since}, &value);
    batch->Put(key, value);
  }
  waiting_changed_.clear();
}

void InteractionsTask::Durable(uint64_t seal, size_t cache_bytes) {
  Task::Durable(seal, cache_bytes);
  state_.Durable(seal, cache_bytes);
}

}  // namespace touchline::pipeline
