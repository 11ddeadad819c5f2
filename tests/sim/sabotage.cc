#include "tests/sim/sabotage.h"

#include <utility>

#include "pipeline/internal_record.h"

namespace touchline::sim {
namespace {

using pipeline::SealedBatch;

// Whether the batch holds contacts or customers. To lose one that only says which rules are in
// force does no harm: the next life says it again.
bool IsWorthBreaking(const SealedBatch& batch) {
  constexpr size_t kTablePlace = 3;  // after the stage and the task's number
  size_t entities = 0;
  for (size_t i = 0; i < batch.size(); ++i) {
    const auto table = static_cast<pipeline::Table>(batch.row(i).key[kTablePlace]);
    if (table == pipeline::Table::kEntities) ++entities;
  }
  return entities >= 2;
}

bool IsFact(const pipeline::OutboundRecord& record) {
  pipeline::InternalRecord internal;
  return record.topic == kContacts && pipeline::DecodeInternal(record.payload, &internal) &&
         internal.kind == pipeline::InternalKind::kContactFacts;
}

std::shared_ptr<SealedBatch> Half(const SealedBatch& batch) {
  auto half = std::make_shared<SealedBatch>();
  for (size_t i = 0; i < batch.size() / 2; ++i) {
    const SealedBatch::Row row = batch.row(i);
    if (row.is_delete) {
      half->Delete(row.key);
    } else {
      half->Put(row.key, row.value);
    }
  }
  return half;
}

}  // namespace

Result<std::span<const pipeline::SourceRecord>> SkippingSource::Poll(Duration max_wait) {
  auto records = source_.Poll(max_wait);
  if (!records || records->empty()) return records;
  left_.clear();
  for (const pipeline::SourceRecord& record : *records) {
    const std::string where = std::to_string(record.input) + "@" + std::to_string(record.offset);
    if (!mischief_.Strikes(Sabotage::kSkipRecord, where)) left_.push_back(record);
  }
  return std::span<const pipeline::SourceRecord>(left_);
}

Result<bool> DroppingSink::Send(const pipeline::OutboundRecord& record, uint64_t ticket) {
  if (!IsFact(record) ||
      !mischief_.Strikes(Sabotage::kDropFact, std::string(record.payload))) {
    return sink_.Send(record, ticket);
  }
  dropped_.push_back(ticket);
  return true;
}

Result<std::span<const uint64_t>> DroppingSink::TakeAcknowledged() {
  auto tickets = sink_.TakeAcknowledged();
  if (!tickets || dropped_.empty()) return tickets;
  tickets_.assign(tickets->begin(), tickets->end());
  tickets_.insert(tickets_.end(), dropped_.begin(), dropped_.end());
  dropped_.clear();
  return std::span<const uint64_t>(tickets_);
}

void BreakingCommitter::Submit(std::shared_ptr<const SealedBatch> batch,
                               std::function<void(Status)> done) {
  std::shared_ptr<const SealedBatch> written = batch;
  if (!mischief_.done && IsWorthBreaking(*batch)) {
    if (mischief_.Strikes(Sabotage::kTearBatch, "")) written = Half(*batch);
    if (mischief_.Strikes(Sabotage::kLoseBatch, "")) written = std::make_shared<SealedBatch>();
  }
  const bool broken = written != batch;
  // A batch that is never called durable may well be broken: it counts from its answer on.
  if (broken) mischief_.done = false;
  committer_.Submit(std::move(written), [this, broken, batch = std::move(batch),
                                         done = std::move(done)](Status status) {
    const bool counts = status && broken;
    if (status) watch_(*batch);
    done(std::move(status));
    if (counts) mischief_.done = mischief_.kill = true;
  });
}

}  // namespace touchline::sim
