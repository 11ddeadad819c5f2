#include "pipeline/wakeups.h"

#include <algorithm>
#include <utility>

namespace touchline::pipeline {
namespace {

constexpr char kDamaged[] =
    "a row of wake-ups in the state is damaged; restore the state folder from a copy, or remove it "
    "to rebuild from Kafka";

void Append(EventTime start, EventTime due, std::string_view key, std::string* packed) {
  ByteWriter out(packed);
  out.Varint(static_cast<uint64_t>((due - start).millis()));
  out.String(key);
}

bool Unpack(EventTime start, std::string_view packed, std::vector<Wakeups::Wakeup>* wakeups) {
  ByteReader in(packed);
  while (!in.empty() && in.ok()) {
    const EventTime due = start + Duration::Millis(static_cast<int64_t>(in.Varint()));
    wakeups->push_back({.due = due, .key = std::string(in.String())});
  }
  return in.ok();
}

}  // namespace

void Wakeups::Add(EventTime due, std::string_view key) {
  if (due >= horizon_) return;  // will be read in its time
  ++size_;
  if (due < opened_) {
    due_.push({.due = due, .key = std::string(key)});
    return;
  }
  const EventTime start = FloorTo(due, kSlotWidth);
  Append(start, due, key, &slots_[start]);
}

void Wakeups::Store(EventTime due, std::string_view key) {
  const EventTime bucket = FloorTo(due, kBucketWidth);
  Append(bucket, due, key, &unsealed_[bucket]);
}

Result<const Wakeups::Wakeup*> Wakeups::Due(EventTime watermark) {
  if (auto s = ExtendHorizon(watermark); !s) return tl::unexpected(s.error());
  OpenSlots(watermark);
  return due_.empty() || due_.top().due >= watermark ? nullptr : &due_.top();
}

void Wakeups::Pop() {
  due_.pop();
  --size_;
}

void Wakeups::OpenSlots(EventTime watermark) {
  std::vector<Wakeup> wakeups;
  while (!slots_.empty() && slots_.begin()->first < watermark) {
    const auto slot = slots_.begin();
    Unpack(slot->first, slot->second, &wakeups);
    opened_ = slot->first + kSlotWidth;
    slots_.erase(slot);
  }
  for (Wakeup& wakeup : wakeups) due_.push(std::move(wakeup));
}

Status Wakeups::ExtendHorizon(EventTime watermark) {
  due_until_ = std::max(due_until_, watermark);
  if (watermark == EventTime::Min() || watermark + kAhead / 2 <= horizon_) return {};
  const EventTime from = horizon_;
  horizon_ = FloorTo(watermark + kAhead, kBucketWidth) + kBucketWidth;
  std::string begin = TablePrefix(task_, Table::kWakeups);
  std::string end = begin;
  const size_t prefix = begin.size();
  ByteWriter(&begin).SortableTime(from);
  ByteWriter(&end).SortableTime(horizon_);
  bool good = true;
  std::vector<Wakeup> wakeups;
  auto status = reader_.Scan(begin, end, [&](std::string_view key, std::string_view value) {
    ByteReader in(key.substr(prefix));
    const EventTime bucket = in.SortableTime();
    rows_.emplace(bucket, in.BigEndian64());
    good = in.ok() && DecodeRow(bucket, value, &wakeups);
    return good;
  });
  if (status && !good) return Fatal(kDamaged, ExitCode::kStateUnreadable);
  for (const Wakeup& wakeup : wakeups) Add(wakeup.due, wakeup.key);
  for (const auto& row : far_rows_in_flight_) {
    if (row.first >= from && row.first < horizon_) rows_.insert(row);
  }
  return status;
}

void Wakeups::Erase(std::string_view key) { erased_.emplace(key); }

Status Wakeups::EraseTraces(SealedBatch* batch) {
  if (erased_.empty()) return {};
  const std::string prefix = TablePrefix(task_, Table::kWakeups);
  bool good = true;
  std::vector<Wakeup> wakeups;
  std::string rest;
  auto status = reader_.Scan(
      prefix, PrefixEnd(prefix), [&](std::string_view key, std::string_view value) {
        const EventTime bucket = ByteReader(key.substr(prefix.size())).SortableTime();
        wakeups.clear();
        good = DecodeRow(bucket, value, &wakeups);
        rest.clear();
        for (const Wakeup& wakeup : wakeups) {
          if (!erased_.contains(wakeup.key)) Append(bucket, wakeup.due, wakeup.key, &rest);
        }
        if (rest.size() != value.size()) batch->Put(key, rest);
        return good;
      });
  if (status && !good) return Fatal(kDamaged, ExitCode::kStateUnreadable);
  erased_.clear();
  return status;
}

void Wakeups::Seal(uint64_t seal, SealedBatch* batch) {
  for (const auto& [bucket, packed] : unsealed_) {
    batch->Put(RowKey(bucket, seal), packed);
    if (bucket < horizon_) {
      rows_.emplace(bucket, seal);
    } else {
      far_rows_in_flight_.emplace_back(bucket, seal);
    }
  }
  unsealed_.clear();
  while (!rows_.empty() && rows_.begin()->first + kBucketWidth <= due_until_) {
    batch->Delete(RowKey(rows_.begin()->first, rows_.begin()->second));
    rows_.erase(rows_.begin());
  }
}

std::string Wakeups::RowKey(EventTime bucket, uint64_t seal) const {
  std::string key = TablePrefix(task_, Table::kWakeups);
  ByteWriter out(&key);
  out.SortableTime(bucket);
  out.BigEndian64(seal);
  return key;
}

bool Wakeups::DecodeRow(EventTime bucket, std::string_view bytes, std::vector<Wakeup>* wakeups) {
  return Unpack(bucket, bytes, wakeups);
}

}  // namespace touchline::pipeline
