#include "pipeline/outbox.h"

#include <algorithm>
#include <utility>

namespace touchline::pipeline {

size_t Outbox::MemoryOf(const OutboxRecord& record) {
  size_t bytes = sizeof(record) + record.topic.size() + record.key.size() + record.payload.size();
  for (const auto& header : record.headers) {
    bytes += sizeof(header) + header.first.size() + header.second.size();
  }
  return bytes;
}

void Outbox::Add(OutboxRecord record) {
  const size_t bytes = MemoryOf(record);
  open_bytes_ += bytes;
  bytes_ += bytes;
  open_.push_back(std::move(record));
  ++next_;
  ++unacknowledged_;
}

void Outbox::Seal(SealedBatch* batch) {
  for (const uint64_t first : trimmed_) batch->Delete(SegmentKey(first));
  trimmed_.clear();
  if (open_.empty()) return;
  Segment segment;
  segment.first = next_ - open_.size();
  segment.records = std::move(open_);
  segment.bytes = std::exchange(open_bytes_, 0);
  open_.clear();
  std::string bytes;
  Encode(segment, &bytes);
  batch->Put(SegmentKey(segment.first), bytes);
  segments_.push_back(std::move(segment));
}

void Outbox::Durable() { durable_segments_ = segments_.size(); }

Status Outbox::Restore(uint64_t next, StateReader* reader) {
  next_ = std::max(next, uint64_t{1});
  const std::string prefix = TablePrefix(task_, Table::kOutbox);
  bool good = true;
  auto status = reader->Scan(prefix, PrefixEnd(prefix),
                             [&](std::string_view key, std::string_view value) {
                               Segment& segment = segments_.emplace_back();
                               ByteReader in(key.substr(prefix.size()));
                               segment.first = in.BigEndian64();
                               good = in.ok() && Decode(value, &segment);
                               unacknowledged_ += segment.records.size();
                               for (const OutboxRecord& r : segment.records) {
                                 segment.bytes += MemoryOf(r);
                               }
                               bytes_ += segment.bytes;
                               return good;
                             });
  if (status && !good) {
    return Fatal("an outbox segment in the state is damaged", ExitCode::kStateUnreadable);
  }
  Durable();
  return status;
}

Status Outbox::Send(uint64_t base, Sink* sink) {
  std::vector<Header> headers;
  for (size_t i = 0; i < durable_segments_; ++i) {
    Segment& segment = segments_[i];
    for (; segment.sent < segment.records.size(); ++segment.sent) {
      const OutboxRecord& r = segment.records[segment.sent];
      headers.clear();
      for (const auto& [name, value] : r.headers) headers.push_back({name, value});
      const auto taken = sink->Send({.topic = r.topic, .partition = r.partition, .key = r.key,
                                     .payload = r.payload, .headers = headers},
                                    base + segment.first + segment.sent);
      if (!taken) return tl::unexpected(taken.error());
      if (!*taken) return {};
    }
  }
  return {};
}

void Outbox::Acknowledge(uint64_t sequence) {
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), sequence,
      [](uint64_t s, const Segment& segment) { return s < segment.first; });
  if (after == segments_.begin()) return;
  ++std::prev(after)->acknowledged;
  --unacknowledged_;
  while (!segments_.empty() &&
         segments_.front().acknowledged == segments_.front().records.size() &&
         durable_segments_ > 0) {
    trimmed_.push_back(segments_.front().first);
    bytes_ -= segments_.front().bytes;
    segments_.pop_front();
    --durable_segments_;
  }
}

void Outbox::Encode(const Segment& segment, std::string* bytes) {
  ByteWriter out(bytes);
  out.Varint(segment.records.size());
  for (const OutboxRecord& r : segment.records) {
    out.String(r.topic);
    out.Signed(r.partition);
    out.String(r.key);
    out.String(r.payload);
    out.Varint(r.headers.size());
    for (const auto& [name, value] : r.headers) {
      out.String(name);
      out.String(value);
    }
  }
}

bool Outbox::Decode(std::string_view bytes, Segment* segment) {
  ByteReader in(bytes);
  for (uint64_t n = in.Varint(); n > 0 && in.ok(); --n) {
    OutboxRecord& r = segment->records.emplace_back();
    r.topic = in.String();
    r.partition = static_cast<int32_t>(in.Signed());
    r.key = in.String();
    r.payload = in.String();
    for (uint64_t h = in.Varint(); h > 0 && in.ok(); --h) {
      const std::string name(in.String());
      r.headers.emplace_back(name, in.String());
    }
  }
  return in.ok() && in.empty();
}

std::string Outbox::SegmentKey(uint64_t first) const {
  std::string key = TablePrefix(task_, Table::kOutbox);
  ByteWriter(&key).BigEndian64(first);
  return key;
}

}  // namespace touchline::pipeline
