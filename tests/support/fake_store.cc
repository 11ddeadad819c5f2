#include "tests/support/fake_store.h"

#include <utility>

namespace touchline::test {

void FakeStore::Submit(std::shared_ptr<const pipeline::SealedBatch> batch,
                       std::function<void(Status)> done) {
  waiting_.push_back({.batch = std::move(batch), .done = std::move(done)});
  if (!held_ && !completing_) ReleaseCommits();
}

void FakeStore::ReleaseCommits() {
  held_ = false;
  // A `done` may submit the next batch: it queues behind, and is completed by this loop.
  completing_ = true;
  while (!held_ && CompleteOne()) {
  }
  completing_ = false;
}

void FakeStore::Persist(Pending* pending) {
  if (pending->persisted || failure_) return;
  const pipeline::SealedBatch& batch = *pending->batch;
  for (size_t i = 0; i < batch.size(); ++i) {
    const pipeline::SealedBatch::Row row = batch.row(i);
    if (row.is_delete) {
      rows_.erase(std::string(row.key));
    } else {
      rows_.insert_or_assign(std::string(row.key), std::string(row.value));
    }
  }
  pending->persisted = true;
  ++commits_;
}

bool FakeStore::PersistOne() {
  for (Pending& pending : waiting_) {
    if (pending.persisted) continue;
    Persist(&pending);
    return pending.persisted;
  }
  return false;
}

bool FakeStore::CompleteOne() {
  if (waiting_.empty()) return false;
  Pending first = std::move(waiting_.front());
  waiting_.pop_front();
  Persist(&first);
  if (first.persisted) {
    first.done({});
  } else {
    first.done(Fatal(*failure_, ExitCode::kStateUnreadable));
  }
  return true;
}

void FakeStore::FailNextCommit(std::string message) { failure_ = std::move(message); }

void FakeStore::Crash() {
  waiting_.clear();
  failure_.reset();
  held_ = false;
}

// A copy of the rows is a store like any other, to which nobody writes.
Result<std::unique_ptr<pipeline::StateReader>> FakeStore::Snapshot() {
  auto copy = std::make_unique<FakeStore>();
  copy->rows_ = rows_;
  return copy;
}

Result<std::optional<std::string>> FakeStore::Get(std::string_view key) {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return std::nullopt;
  return std::optional<std::string>(found->second);
}

Status FakeStore::Scan(
    std::string_view begin, std::string_view end,
    const std::function<bool(std::string_view key, std::string_view value)>& visit) {
  for (auto row = rows_.lower_bound(begin); row != rows_.end() && row->first < end; ++row) {
    if (!visit(row->first, row->second)) break;
  }
  return {};
}

}  // namespace touchline::test
