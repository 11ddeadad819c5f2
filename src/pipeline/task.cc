#include "pipeline/task.h"

#include <algorithm>
#include <utility>

#include "pipeline/stored_task.h"

namespace touchline::pipeline {
namespace {

constexpr Duration kLookAgain = Duration::Hours(1);

// Places in the closed label sets result and why of `events`.
struct ResultLabels {
  uint8_t result = 0;
  uint8_t why = 0;
};

ResultLabels LabelsOf(domain::ApplyResult result, std::optional<domain::RejectReason> why) {
  switch (result) {
    case domain::ApplyResult::kApplied:
      return {.result = 0, .why = 0};
    case domain::ApplyResult::kDuplicate:
      return {.result = 1, .why = 0};
    case domain::ApplyResult::kIgnoredUnknownType:
      return {.result = 2, .why = 1};
    case domain::ApplyResult::kIgnoredTooLate:
      return {.result = 2, .why = 2};
    case domain::ApplyResult::kIgnoredErased:
      return {.result = 2, .why = 3};
    case domain::ApplyResult::kIgnoredOtherStage:
      return {.result = 2, .why = 4};
    case domain::ApplyResult::kRejected:
      break;
  }
  constexpr uint8_t kFirstReject = 5;
  const auto reason = why.value_or(domain::RejectReason::kBadValue);
  return {.result = 3, .why = static_cast<uint8_t>(kFirstReject + static_cast<int>(reason))};
}

std::string_view StageName(StageId stage) {
  return stage == StageId::kInteractions ? "interactions" : "journeys";
}

}  // namespace

Task::Task(TaskOptions options, TaskEnvironment environment)
    : options_(std::move(options)),
      env_(environment),
      ledger_(options_.key, &symbols_, environment.published),
      outbox_(options_.key),
      watermark_(options_.time) {}

Status Task::Restore(Release* release) {
  uint64_t next_sequence = 1;
  const auto position = ReadPosition(env_.reader, options_.key, &watermark_);
  if (!position) return tl::unexpected(position.error());
  if (*position) {
    next_offset_ = (*position)->next_offset;
    next_sequence = (*position)->outbox_sequence;
    last_seal_ = (*position)->last_seal;
    swept_rules_ = (*position)->swept_rules;
    is_new_ = false;
  }
  if (auto s = ReadSymbols(env_.reader, options_.key, &symbols_); !s) return s;
  sealed_symbols_ = symbols_.size();
  if (auto s = RestoreRules(); !s) return s;
  if (auto s = ledger_.Restore(watermark_.highest(), env_.reader, release); !s) return s;
  if (auto s = outbox_.Restore(next_sequence, env_.reader); !s) return s;
  return RestoreStage();
}

Status Task::RestoreRules() {
  auto sets = ReadRuleSets(env_.reader, options_.key);
  if (!sets) return tl::unexpected(sets.error());
  sealed_rules_ = sets->size();
  if (sets->empty()) {
    sets->push_back(options_.rules);
    swept_rules_ = 1;
    changed_ = true;
  }
  auto book = domain::RuleBook::Build(std::move(*sets), &symbols_);
  if (!book) {
    return Fatal("the rules stored for a task cannot be used on this machine: " + book.error(),
                 ExitCode::kStateUnreadable);
  }
  rules_ = std::make_unique<domain::RuleBook>(std::move(*book));
  return ChangeRules(std::move(options_.rules));
}

Status Task::ChangeRules(domain::RuleSet rules) {
  const EventTime wanted =
      std::exchange(rules.effective_from, rules_->latest().effective_from);
  if (rules == rules_->latest()) return {};
  // Events up to the highest have been folded by the old rules. Live, a proven end moves the
  // watermark past them, and the timers due before it have fired by the old rules, too.
  rules.effective_from = std::max(
      {wanted, watermark_.highest() + Duration::Millis(1), watermark_.value()});
  if (auto added = rules_->Add(std::move(rules)); !added) {
    return Fatal("the configured rules cannot be used on this machine: " + added.error(),
                 ExitCode::kConfiguration);
  }
  changed_ = true;
  return {};
}

Status Task::Process(const SourceRecord& record, WallTime now, const Hint& hint) {
  // A resumed or redelivered partition may repeat itself (PITFALLS, librdkafka).
  if (record.offset < next_offset_) return {};
  hint_ = hint;
  if (auto s = Apply(record, now); !s) return s;
  next_offset_ = record.offset + 1;
  changed_ = true;
  return {};
}

void Task::Proved(const EndProof& proof) {
  if (proof.end_offset > next_offset_) return;
  const EventTime before = watermark_.value();
  watermark_.CaughtUp(proof.asked_at);
  watermark_.ReachedEnd();
  if (watermark_.value() != before || !caught_up_) changed_ = true;
  caught_up_ = true;
}

Status Task::Seal(uint64_t seal, WallTime, SealedBatch* batch, Release* release) {
  if (auto s = ledger_.Expire(watermark_.value(), env_.reader, batch); !s) return s;
  PublishContributions();  // of what was told at the seal
  PublishRecords();
  if (auto s = ledger_.Seal(watermark_.highest(), env_.reader, batch, release); !s) return s;
  outbox_.Seal(batch);
  for (; sealed_symbols_ < symbols_.size(); ++sealed_symbols_) {
    std::string key = TablePrefix(options_.key, Table::kSymbols);
    ByteWriter(&key).BigEndian32(sealed_symbols_);
    batch->Put(key, symbols_.name(sealed_symbols_));
  }
  for (; sealed_rules_ < rules_->size(); ++sealed_rules_) {
    std::string key = TablePrefix(options_.key, Table::kRules);
    ByteWriter(&key).BigEndian32(static_cast<uint32_t>(sealed_rules_));
    std::string value;
    ByteWriter out(&value);
    rules_->set(sealed_rules_).Encode(&out);
    batch->Put(key, value);
  }
  std::string row;
  ByteWriter out(&row);
  out.Varint(static_cast<uint64_t>(next_offset_));
  out.Varint(outbox_.next_sequence());
  watermark_.Encode(&out);
  out.Varint(last_seal_ = seal);
  out.Varint(swept_rules_);
  batch->Put(TablePrefix(options_.key, Table::kTask), row);
  release->tasks.push_back(
      {.task = (static_cast<uint32_t>(options_.key.stage) << 16) | options_.key.number,
       .topic = options_.topic,
       .partition = options_.partition,
       .stage = std::string(StageName(options_.key.stage)),
       .watermark = watermark_.value(),
       .complete_until = watermark_.complete_until(),
       .next_offset = next_offset_,
       .caught_up = caught_up_});
  changed_ = false;
  return {};
}

void Task::Durable(uint64_t, size_t) {
  ledger_.Durable();
  outbox_.Durable();
}

void Task::CountRecord(domain::ApplyResult result, std::optional<domain::RejectReason> why) {
  const ResultLabels labels = LabelsOf(result, why);
  const uint8_t indices[] = {labels.result, labels.why};
  ++records_[domain::ClosedIndex(domain::Spec(domain::MetricId::kEvents), indices)];
}

void Task::PublishRecords() {
  const domain::Scope scope = {.kind = domain::ScopeKind::kSource,
                               .subject = symbols_.Intern(options_.source_alias)};
  for (size_t i = 0; i < records_.size(); ++i) {
    if (records_[i] == 0) continue;
    ledger_.Add({.scope = scope,
                 .cell = {.metric = domain::MetricId::kEvents,
                          .closed = static_cast<uint8_t>(i),
                          .bucket = 0},
                 .at = EventTime(),
                 .value = std::exchange(records_[i], 0)});
  }
}

void Task::Reject(const SourceRecord& record, domain::RejectReason reason,
                  std::string_view detail) {
  const std::string partition = std::to_string(options_.partition);
  const std::string offset = std::to_string(record.offset);
  std::vector<Header> headers = {{"touchline_topic", options_.topic},
                                 {"touchline_partition", partition},
                                 {"touchline_offset", offset},
                                 {"touchline_reason", domain::Name(reason)},
                                 {"touchline_detail", detail}};
  const auto own = record.headers.Read();
  headers.insert(headers.end(), own.begin(), own.end());
  outbox_.Add({.topic = options_.dead_letter_topic, .partition = -1, .key = record.key,
               .payload = record.payload, .headers = headers});
  CountRecord(domain::ApplyResult::kRejected, reason);
}

Status Task::FireDue() {
  auto s = FireTimers();
  PublishContributions();
  return s;
}

void Task::PublishContributions() {
  ledger_.Add(contributions_);
  contributions_.clear();
}

void Task::Publish(uint64_t restated) {
  // Those of some events together: what sums them is fetched once.
  constexpr size_t kAtOnce = 64;
  if (contributions_.size() >= kAtOnce) PublishContributions();
  if (restated == 0) return;
  const domain::Scope scope = {.kind = domain::ScopeKind::kStage,
                               .subject = symbols_.Intern(StageName(options_.key.stage))};
  ledger_.Add({.scope = scope,
               .cell = {.metric = domain::MetricId::kRestatements, .closed = 0, .bucket = 0},
               .at = EventTime(),
               .value = static_cast<int64_t>(restated)});
}

EventTime Task::Ahead(EventTime wake) const {
  if (wake >= watermark_.value()) return wake;
  return watermark_.value() + kLookAgain;
}

}  // namespace touchline::pipeline
